import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CanonicalEvent, JsonObject, JsonValue } from '@viaduct/core';
import { eventProblems } from '@viaduct/testkit';
import { osloCodec, type OsloMessage } from '../src/codec.ts';
import {
  DECODE_CONTEXT,
  decoded,
  ENCODE_CONTEXT,
  encodedBody,
  foreignEvent,
  foreignNames,
  goldenMessages,
  parsed,
  samples,
} from './canonical-events.ts';

const CORPUS = [...samples(), ...goldenMessages()].map(({ message }) => parsed(message));

/** Everything a codec can be asked, one after the other; nothing of it may throw. */
function exercise(message: OsloMessage): void {
  const { native, redactions } = osloCodec.redact(message);
  const formed = osloCodec.format(native);
  expect(osloCodec.parse(JSON.parse(JSON.stringify(formed)) as JsonValue).ok).toBe(true);
  const result = osloCodec.decode(native, DECODE_CONTEXT);
  if (!result.ok) {
    expect(result.error.code).toMatch(/^VIA_OSLO_/);
    return;
  }
  for (const { event } of result.value) {
    expect(eventProblems(event)).toEqual([]);
    for (const format of ['v1', 'v2']) {
      const options = { format };
      const same = osloCodec.encode(event, { ...ENCODE_CONTEXT, native, redactions, options });
      const fresh = osloCodec.encode(event, { ...ENCODE_CONTEXT, options });
      for (const encoded of [same, fresh]) {
        if (!encoded.ok) throw new Error(encoded.error.message);
        for (const one of encoded.value.natives) JSON.parse(one.body as string);
      }
    }
  }
}

const original = fc.constantFrom(...CORPUS);

/** Pieces that break parsers: brackets, quotes, escapes, digits, cut surrogates, key words. */
const piece = fc.oneof(
  fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', 'null', '\\u', '\ud800', '\u0000'),
  fc.constantFrom('"auth_token": "', '"__proto__"', '1e400', '-0', '123456789012345678901'),
  fc.constantFrom('oslo.message', '"payload"', 'nova_object.data', '"__type__"', 'NaN'),
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

  test('with any bytes, compressed or not', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.option(fc.string()),
        (body, compression) => {
          exercise({ body });
          exercise({ body, properties: { headers: { compression: compression ?? 'gzip' } } });
        },
      ),
      { numRuns: 200 },
    );
  });

  test('with values of any type in the place of any other', () => {
    const paths = ['event_type', 'priority', 'payload', 'publisher_id', 'message_id', 'timestamp'];
    fc.assert(
      fc.property(original, fc.constantFrom(...paths), fc.jsonValue(), (message, path, value) => {
        if (typeof message.body !== 'string') return;
        let body: unknown;
        try {
          body = JSON.parse(message.body);
        } catch {
          return;
        }
        if (typeof body !== 'object' || body === null || Array.isArray(body)) return;
        exercise({ ...message, body: JSON.stringify({ ...body, [path]: value }) });
        const payload = (body as JsonObject).payload;
        if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return;
        const changed = Object.fromEntries(Object.keys(payload).map((name) => [name, value]));
        exercise({ ...message, body: JSON.stringify({ ...body, payload: changed }) });
      }),
      { numRuns: 400 },
    );
  });

  test('with any JSON for a message', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const result = osloCodec.parse(value as JsonValue);
        if (result.ok) exercise(result.value);
      }),
    );
  });
});

describe('what nobody knows survives same-dialect output', () => {
  const wire = CORPUS.filter(
    (message) => typeof message.body === 'string' && osloCodec.decode(message, DECODE_CONTEXT).ok,
  );

  test('an unknown member, anywhere in the notification', () => {
    const name = fc.string({ minLength: 1, maxLength: 10 }).map((text) => `new ${text}`);
    fc.assert(
      fc.property(fc.constantFrom(...wire), name, fc.jsonValue(), (message, key, value) => {
        const body = JSON.parse(message.body as string) as Record<string, unknown>;
        if (Object.hasOwn(body, 'oslo.message')) return;
        const payload = body.payload;
        const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
        const changed: OsloMessage = {
          ...message,
          body: JSON.stringify({
            ...body,
            [key]: value,
            ...(isObject ? { payload: { ...payload, [key]: value } } : {}),
          }),
        };
        const result = osloCodec.decode(osloCodec.redact(changed).native, DECODE_CONTEXT);
        if (!result.ok || result.value.length !== 1) return;
        const { native } = osloCodec.redact(changed);
        const event = result.value[0]?.event as CanonicalEvent;
        const sent = JSON.parse(encodedBody(event, native)) as Record<string, unknown>;
        const clean = JSON.parse(native.body as string) as Record<string, unknown>;
        expect(sent[key]).toEqual(clean[key]);
        expect(sent.payload).toEqual(clean.payload);
        for (const member of Object.keys(clean)) expect(sent).toHaveProperty([member]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what is sent is received', () => {
  test('a foreign event comes back about the same resource, under its own id', () => {
    for (const name of foreignNames()) {
      const event = foreignEvent(name);
      for (const format of ['v1', 'v2']) {
        const result = osloCodec.encode(event, { ...ENCODE_CONTEXT, options: { format } });
        if (!result.ok) throw new Error(result.error.message);
        const [back] = decoded(result.value.natives[0] as OsloMessage);
        expect(back?.id, name).toBe(event.id);
        expect(back?.subject, name).toBe(event.subject);
        expect(back?.trail?.endsWith(ENCODE_CONTEXT.brokerId), name).toBe(true);
      }
    }
  });

  test('an event without an OpenStack notion comes back whole', () => {
    const event = foreignEvent('host-error');
    const [back] = decoded({ body: encodedBody(event) });
    expect(back).toEqual(event);
  });
});
