import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CanonicalEvent, JsonObject } from '@viaduct/core';
import { FIXTURE_ENCODE_CONTEXT } from '@viaduct/testkit';
import { describe, expect, it } from 'vitest';
import { snmpCodec } from '../src/codec.ts';
import { echoText } from '../src/echo-text.ts';
import type { SnmpMessage, SnmpNotification } from '../src/message.ts';
import { readDatagram } from '../src/wire/read-datagram.ts';
import { writeDatagram } from '../src/wire/write-pdu.ts';

const folder = join(import.meta.dirname, '../fixtures/codec');
const events = readdirSync(folder)
  .filter((name) => name.endsWith('.event.json'))
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CanonicalEvent);

/** Empty where the product that a profile equals sends nothing. */
function sent(
  event: CanonicalEvent,
  options: JsonObject,
  native?: SnmpMessage,
): readonly SnmpNotification[] {
  const context = { ...FIXTURE_ENCODE_CONTEXT, options, ...(native ? { native } : {}) };
  const encoded = snmpCodec.encode(event, context);
  return encoded.ok ? (encoded.value.natives as readonly SnmpNotification[]) : [];
}

/** As another receives it, and as he sends it on: with a request and a time of his own. */
function received(native: SnmpNotification, requestId: number): SnmpNotification {
  const read = readDatagram(writeDatagram(native, 'another', { requestId, upTime: requestId }));
  if (!read.ok) throw new Error(read.error.message);
  return { ...read.value, agent: '192.0.2.77' };
}

describe('what is the same when a trap comes back', () => {
  it.each([
    ['cloudify', 'v2c'],
    ['cloudify', 'v1'],
    ['cloudify-as-shipped', 'v2c'],
  ])('is found in every trap of the profile %s in version %s', (profile, version) => {
    const texts = new Map<string, string>();
    for (const event of events) {
      for (const native of sent(event, { profile, version })) {
        const text = echoText(native);
        expect(text).toBeDefined();
        const once = received(native, 1);
        const [forwarded] = sent(event, { profile, version }, once);
        const again = received(forwarded as SnmpNotification, 2);
        expect([echoText(once), echoText(again)]).toEqual([text, text]);
        texts.set(text ?? '', event.id);
      }
    }
    expect(texts.size).toBeGreaterThan(events.length / 2);
  });

  it('is nothing in a trap that says where it has been', () => {
    for (const event of events) {
      const [native] = sent(event, { profile: 'viaduct' });
      const [plain] = sent(event, { profile: 'cloudify' });
      const [forwarded] = sent(event, { profile: 'viaduct' }, plain);
      for (const trailing of [native, forwarded]) {
        expect(echoText(trailing as SnmpNotification)).toBeUndefined();
      }
    }
  });

  it('is nothing in what may happen twice', () => {
    const linkDown: SnmpNotification = {
      version: 'v2c',
      pdu: 'trap',
      trapOid: '1.3.6.1.6.3.1.1.5.3',
      varbinds: [{ oid: '1.3.6.1.2.1.2.2.1.1.3', type: 'Integer', value: 3 }],
    };
    expect(echoText(linkDown)).toBeUndefined();
    expect(echoText({ datagramBase64: 'MAA=' })).toBeUndefined();
  });
});
