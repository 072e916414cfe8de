/** Round trips: through the canonical event into the same dialect, and out to a dialect and back. */
import type { CanonicalEvent, Codec, JsonObject, JsonValue } from '@viaduct/core';
import { readDatagram } from '@viaduct/snmp/codec';
import { outputFields } from '@viaduct/translation';
import { describe, expect, it } from 'vitest';
import { FRESH_FIELDS } from '../../../tools/translation/fresh-fields.ts';
import { allCodecs, matrixCases, translateOne } from '../../../tools/translation/matrix.ts';

const codecs = await allCodecs();
const messages = matrixCases().flatMap(({ name, natives }) =>
  Object.entries(natives).map(
    ([dialect, native]) => [`${name}.${dialect}`, dialect, native] as const,
  ),
);

describe('a message that goes out in its own dialect', () => {
  it.each(messages)('is as it was but for documented fields: %s', (_, dialect, native) => {
    const codec = codecOf(dialect);
    const original = fieldsOf(dialect, originalOf(codec, native));
    const { natives } = translateOne(native, codec, codec);
    expect(natives.length).toBeGreaterThan(0);
    for (const again of natives) {
      const sent = fieldsOf(dialect, again);
      const paths = new Set([...original.keys(), ...sent.keys()]);
      const differing = [...paths].filter((path) => {
        const values = [original.get(path), sent.get(path)].map((value) => JSON.stringify(value));
        return values[0] !== values[1] && !isFresh(dialect, path) && !isEmptied(values, path, sent);
      });
      expect(differing).toEqual([]);
    }
  });

  it.each(messages)('is the same event when it is read again: %s', (_, dialect, native) => {
    const codec = codecOf(dialect);
    const { events, natives } = translateOne(native, codec, codec);
    for (const again of natives) {
      const back = translateOne(again, codec, codec).events;
      expect(back.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
      expect(back.map(({ data }) => data)).toEqual(events.map(({ data }) => data));
    }
  });
});

const PASSED = 'aaaaaaaa-0000-4000-8000-000000000001';
const BROKER = 'bbbbbbbb-0000-4000-8000-000000000002';

describe.each([...codecs])('an event that goes out in %s and comes back', (_, target) => {
  it.each(messages)('is recognised by id and trail: %s', (_name, dialect, native) => {
    const codec = codecOf(dialect);
    for (const event of translateOne(native, codec, codec).events) {
      const sent = { ...event, trail: PASSED };
      const back = sendAndReceive(sent, target);
      expect(back.length).toBeGreaterThan(0);
      for (const { id, trail } of back) {
        expect({ id, trail }).toEqual({ id: event.id, trail: `${PASSED} ${BROKER}` });
      }
    }
  });
});

function codecOf(dialect: string): Codec<unknown> {
  const codec = codecs.get(dialect);
  if (codec === undefined) throw new Error(`no codec for ${dialect}`);
  return codec;
}

/** The first event of every message that an event becomes, as another broker reads it. */
function sendAndReceive(event: CanonicalEvent, codec: Codec<unknown>): readonly CanonicalEvent[] {
  const nonce = '0'.repeat(32);
  const encoded = codec.encode(event, { sentAt: 0, attempt: 1, nonce, brokerId: BROKER });
  if (!encoded.ok) throw new Error(encoded.error.message);
  return encoded.value.natives.map((native) => {
    const { native: safe } = codec.redact(native);
    const decoded = codec.decode(safe, { receivedAt: 0, system: 'there', ordinal: 0 });
    const [first] = decoded.ok ? decoded.value : [];
    if (first === undefined) throw new Error(`${codec.dialect} does not read what it wrote`);
    return first.event;
  });
}

/** A message without its secrets; a datagram as the fields that it holds. */
function originalOf(codec: Codec<unknown>, native: JsonObject): JsonObject {
  const parsed = codec.parse(native);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const form = codec.format(codec.redact(parsed.value).native);
  if (typeof form.datagramBase64 !== 'string') return form;
  const read = readDatagram(Buffer.from(form.datagramBase64, 'base64'));
  if (!read.ok) throw new Error(read.error.message);
  const agent = form.agent === undefined ? {} : { agent: form.agent };
  return { ...(read.value as unknown as JsonObject), ...agent };
}

/** oslo's envelope is the sink's choice: the notification counts, not how it is wrapped. */
function fieldsOf(dialect: string, form: JsonObject): ReadonlyMap<string, JsonValue> {
  const fields = [...outputFields(form)];
  if (dialect !== 'oslo') return new Map(fields);
  return new Map(
    fields.map(([path, value]) => [path.replace(/^body\.oslo\.message\./, 'body.'), value]),
  );
}

function isFresh(dialect: string, path: string): boolean {
  return (FRESH_FIELDS[dialect] ?? []).some(
    ({ path: place }) =>
      path === place || ['.', '/', '['].some((next) => path.startsWith(place + next)),
  );
}

/** An empty list or object that got fresh fields in it is no value any more, and nothing lost. */
function isEmptied(
  [before]: readonly (string | undefined)[],
  path: string,
  sent: ReadonlyMap<string, JsonValue>,
): boolean {
  if (before !== '{}' && before !== '[]') return false;
  return [...sent.keys()].some(
    (other) => other.startsWith(`${path}.`) || other.startsWith(`${path}[`),
  );
}
