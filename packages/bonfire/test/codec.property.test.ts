import type { JsonValue } from '@viaduct/core';
import { eventProblems } from '@viaduct/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { bonfireCodec, encodeOptions, type BonfireMessage } from '../src/codec.ts';
import { DECODE_CONTEXT, ENCODE_CONTEXT, foreignEvent, goldenMessages } from './messages.ts';

const CORPUS = goldenMessages().map(([, message]) => message);

/** Everything a codec can be asked, one after the other; nothing of it may throw. */
function exercise(message: BonfireMessage): void {
  const { native, redactions } = bonfireCodec.redact(message);
  const formed = bonfireCodec.format(native);
  expect(bonfireCodec.parse(JSON.parse(JSON.stringify(formed)) as JsonValue).ok).toBe(true);
  const result = bonfireCodec.decode(native, DECODE_CONTEXT);
  if (!result.ok) {
    expect(result.error.code).toMatch(/^VIA_BONFIRE_/);
    return;
  }
  for (const { event } of result.value) {
    expect(eventProblems(event)).toEqual([]);
    for (const format of ['simple', 'detailed'] as const) {
      const options = encodeOptions({ format });
      const same = bonfireCodec.encode(event, { ...ENCODE_CONTEXT, native, redactions, options });
      const fresh = bonfireCodec.encode(event, { ...ENCODE_CONTEXT, options });
      for (const encoded of [same, fresh]) {
        if (encoded.ok) for (const { body } of encoded.value.natives) JSON.parse(body as string);
        else expect(encoded.error.code).toBe('VIA_BONFIRE_PLACE_INVALID');
      }
    }
  }
}

const original = fc.constantFrom(...CORPUS);

/** Pieces that break parsers: brackets, quotes, escapes, digits, cut surrogates, key words. */
const piece = fc.oneof(
  fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', 'null', '\\u', '\ud800', '\u0000'),
  fc.constantFrom('"password": "', '"__proto__"', '1e400', '-0', '123456789012345678901', 'NaN'),
  fc.constantFrom('"objectType"', '"state', '"objectData":', '/experiments/', '"event":'),
  fc.string({ maxLength: 12 }),
);

describe('mutated messages never make a codec throw', () => {
  test('with characters cut out, put in, replaced', () => {
    const mutation = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(40), piece);
    const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(original, mutations, (message, edits) => {
        if (typeof message.body !== 'string') return;
        let { body } = message;
        for (const [place, cut, text] of edits) {
          const at = Math.floor(place * body.length);
          body = body.slice(0, at) + text + body.slice(at + cut);
        }
        exercise({ ...message, body });
      }),
      { numRuns: 600 },
    );
  });

  test('with any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (body) => exercise({ body })),
      { numRuns: 200 },
    );
  });

  test('with values of any type in the place of any other', () => {
    const value = fc.oneof(fc.jsonValue(), fc.string(), fc.double({ noNaN: true }));
    const members = fc.dictionary(
      fc.constantFrom(
        ...['timestamp', 'type', 'status', 'path', 'objectType', 'eventType', 'objectId'],
        ...['source', 'groupId', 'userId', 'objectData', 'Timestamp', 'From', 'Message'],
      ),
      value,
    );
    const documents = fc.dictionary(
      fc.constantFrom(
        ...['name', 'host', 'state', 'status', 'experimentId', 'cpu', 'memory', 'nic', 'disk'],
        ...['public', 'created_at', 'vlan', 'event', 'extra', '__proto__', 'constructor'],
      ),
      value,
    );
    const keys = fc.oneof(fc.string(), fc.constantFrom('a.compute.state.x', 'a.b.c', '', '...'));
    fc.assert(
      fc.property(members, documents, keys, (body, objectData, routingKey) => {
        exercise({ routingKey, body: JSON.stringify({ ...body, objectData }) });
        exercise({ routingKey, body: JSON.stringify(body) });
      }),
      { numRuns: 500 },
    );
  });

  test('with any JSON for a message', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const result = bonfireCodec.parse(value as JsonValue);
        if (result.ok) exercise(result.value);
      }),
    );
  });

  test('with any texts in an event of another dialect', () => {
    const event = foreignEvent('vm-boot-failure');
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string({ unit: 'binary' }), (id, type, name) => {
        const resource = { ...event.data.resource, id, type, name };
        const foreign = { ...event, time: id, source: type, data: { ...event.data, resource } };
        const result = bonfireCodec.encode(foreign, ENCODE_CONTEXT);
        if (!result.ok) expect(result.error.code).toBe('VIA_BONFIRE_PLACE_INVALID');
      }),
    );
  });
});
