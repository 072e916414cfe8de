import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '@viaduct/core';
import { eventProblems, FIXTURE_DECODE_CONTEXT, FIXTURE_ENCODE_CONTEXT } from '@viaduct/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from '../src/wire/base64.ts';
import { snmpCodec as codec } from '../src/codec.ts';
import { PROFILES } from '../src/encode/encode-options.ts';
import type { SnmpMessage, SnmpNotification, SnmpVarbind } from '../src/message.ts';
import { readDatagram } from '../src/wire/read-datagram.ts';
import { writeDatagram } from '../src/wire/write-pdu.ts';

const folder = join(import.meta.dirname, '../fixtures/codec');
const forms = readdirSync(folder)
  .filter((name) => name.endsWith('.native.json'))
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as JsonValue);

const datagrams = forms.flatMap((form) => {
  const parsed = codec.parse(form);
  if (!parsed.ok) return [];
  if ('datagramBase64' in parsed.value) return fromBase64(parsed.value.datagramBase64) ?? [];
  return [writeDatagram(parsed.value, 'public', { requestId: 1, upTime: 1 })];
});

/** Some datagram of the fixtures with bytes changed, cut out, put in and cut off. */
const mutated = fc
  .record({
    base: fc.constantFrom(...datagrams),
    changes: fc.array(fc.record({ at: fc.nat(400), byte: fc.nat(255), kind: fc.nat(3) }), {
      maxLength: 6,
    }),
    end: fc.option(fc.nat(400)),
  })
  .map(({ base, changes, end }) => {
    const bytes = [...base];
    for (const { at, byte, kind } of changes) {
      const index = at % (bytes.length + 1);
      if (kind === 0) bytes.splice(index, 1);
      else if (kind === 1) bytes.splice(index, 0, byte);
      else if (index < bytes.length) bytes[index] = byte;
    }
    return Uint8Array.from(end === null ? bytes : bytes.slice(0, end));
  });

const oid = fc
  .array(fc.oneof(fc.nat(300), fc.nat(0xffff_ffff)), { maxLength: 12 })
  .map((rest) => ['1', '3', ...rest.map(String)].join('.'));

const varbind: fc.Arbitrary<SnmpVarbind> = fc.oneof(
  fc.record({ oid, type: fc.constant('Integer' as const), value: fc.integer() }),
  fc.record({ oid, type: fc.constant('Gauge32' as const), value: fc.nat(0xffff_ffff) }),
  fc.record({
    oid,
    type: fc.constant('OctetString' as const),
    value: fc.string({ unit: 'grapheme' }).filter((text) => !/\p{C}/u.test(text)),
  }),
  fc.record({
    oid,
    type: fc.constant('Opaque' as const),
    valueBase64: fc.uint8Array().map(toBase64),
  }),
  fc.record({ oid, type: fc.constant('ObjectIdentifier' as const), value: oid }),
  fc.record({ oid, type: fc.constant('IpAddress' as const), value: fc.ipV4() }),
);

function handle(native: SnmpMessage): void {
  const { native: clean } = codec.redact(native);
  const decoded = codec.decode(clean, FIXTURE_DECODE_CONTEXT);
  expect(codec.decode(clean, FIXTURE_DECODE_CONTEXT)).toEqual(decoded);
  if (!decoded.ok) return;
  for (const { event } of decoded.value) {
    expect(eventProblems(event)).toEqual([]);
    for (const profile of PROFILES) {
      const context = { ...FIXTURE_ENCODE_CONTEXT, options: { profile } };
      const encoded = codec.encode(event, context);
      if (!encoded.ok) expect(encoded.error.code).toBe('VIA_SNMP_CLOUDIFY_SENDS_NONE');
      expect(codec.encode(event, { ...context, native: clean }).ok).toBe(true);
    }
  }
}

describe('the codec', () => {
  it('stands every mutated datagram, and every event that comes out is valid', () => {
    fc.assert(
      fc.property(mutated, (bytes) => handle({ datagramBase64: toBase64(bytes) })),
      { numRuns: 1_500 },
    );
  });

  it('stands every JSON as the form of a message', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.dictionary(
            fc.constantFrom('version', 'pdu', 'trapOid', 'varbinds', 'datagramBase64'),
            fc.jsonValue(),
          ),
        ),
        (value) => {
          const parsed = codec.parse(value as JsonValue);
          if (parsed.ok) handle(parsed.value);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('shows no community, wherever a datagram is broken', () => {
    const secret = 'Sup3rS3cret';
    const whole = writeDatagram(
      { version: 'v2c', pdu: 'trap', trapOid: '1.3.6.1.6.3.1.1.5.1', varbinds: [] },
      secret,
      { requestId: 1, upTime: 1 },
    );
    fc.assert(
      fc.property(fc.nat(whole.length), (end) => {
        const { native } = codec.redact({ datagramBase64: toBase64(whole.subarray(0, end)) });
        const bytes = fromBase64((native as { datagramBase64: string }).datagramBase64)!;
        expect(Buffer.from(bytes).toString('latin1')).not.toContain(secret.slice(0, 3));
      }),
    );
  });

  it('writes what it reads back, value for value', () => {
    fc.assert(
      fc.property(fc.array(varbind, { maxLength: 8 }), oid, (varbinds, trapOid) => {
        const native: SnmpNotification = {
          version: 'v2c',
          pdu: 'inform',
          community: 'c',
          requestId: 7,
          upTime: 3,
          trapOid,
          varbinds,
        };
        const read = readDatagram(writeDatagram(native, 'c', { requestId: 7, upTime: 0 }));
        const again = read.ok ? writeDatagram(read.value, 'c', { requestId: 7, upTime: 0 }) : read;
        expect(again).toEqual(writeDatagram(native, 'c', { requestId: 7, upTime: 0 }));
        expect(codec.parse(codec.format(native))).toEqual({ ok: true, value: native });
      }),
    );
  });
});
