import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@viaduct/core';
import { FIXTURE_DECODE_CONTEXT, FIXTURE_ENCODE_CONTEXT } from '@viaduct/testkit';
import { describe, expect, it } from 'vitest';
import { fromBase64 } from '../src/wire/base64.ts';
import { snmpCodec as codec } from '../src/codec.ts';
import type { SnmpNotification } from '../src/message.ts';
import { readDatagram } from '../src/wire/read-datagram.ts';
import { writeDatagram } from '../src/wire/write-pdu.ts';

const folder = join(import.meta.dirname, '../fixtures/codec');
const captured = readdirSync(folder).filter((name) => /^cloudify-captured-.*native/.test(name));

function datagramOf(name: string): Uint8Array {
  const text = readFileSync(join(folder, name), 'utf8');
  const { datagramBase64 } = JSON.parse(text) as { readonly datagramBase64: string };
  return fromBase64(datagramBase64) as Uint8Array;
}

describe('datagrams that the real product sent', () => {
  it('are at hand', () => {
    expect(captured.length).toBeGreaterThanOrEqual(6);
  });

  it.each(captured)('%s is written byte for byte from what was read', (name) => {
    const bytes = datagramOf(name);
    const read = readDatagram(bytes);
    if (!read.ok) throw new Error(read.error.message);
    const { community = '', requestId = 0 } = read.value;
    expect(writeDatagram(read.value, community, { requestId, upTime: 99 })).toEqual(bytes);
  });

  it.each(captured)('%s is equal but for the request id when made from its event', (name) => {
    const bytes = datagramOf(name);
    const read = readDatagram(bytes);
    const decoded = codec.decode(
      { datagramBase64: Buffer.from(bytes).toString('base64') },
      FIXTURE_DECODE_CONTEXT,
    );
    if (!read.ok || !decoded.ok) throw new Error('the capture must decode');
    const encoded = codec.encode(decoded.value[0]!.event, {
      ...FIXTURE_ENCODE_CONTEXT,
      options: { profile: 'cloudify-as-shipped' } satisfies JsonObject,
    });
    if (!encoded.ok) throw new Error(encoded.error.message);
    const [native] = encoded.value.natives as readonly SnmpNotification[];
    const { requestId = 0 } = read.value;
    expect(writeDatagram(native!, 'testcommunity', { requestId, upTime: 99 })).toEqual(bytes);
    expect(codec.encode(decoded.value[0]!.event, FIXTURE_ENCODE_CONTEXT).ok).toBe(true);
  });
});
