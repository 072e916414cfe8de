import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJsonObject, type CanonicalEvent, type JsonObject, type JsonValue } from '@viaduct/core';
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
    const member = fc.tuple(name, fc.jsonValue());
    fc.assert(
      fc.property(fc.constantFrom(...wire), member, (message, [key, value]) => {
        expectToSurvive(message, key, value);
      }),
      { numRuns: 300 },
    );
  });

  test('the same in every message there is', () => {
    for (const message of wire) expectToSurvive(message, 'new_in_2031', { state: ['dreaming'] });
  });

  test('a state that nobody knows', () => {
    for (const message of wire) {
      const { payload } = notificationOf(message);
      if (!isJsonObject(payload) || typeof payload.state !== 'string') continue;
      const changed = withNotification(message, { payload: { ...payload, state: 'dreaming' } });
      expect(resent(changed).payload).toMatchObject({ state: 'dreaming' });
    }
  });
});

/** The notification of a message, out of its envelope where it has one. */
function notificationOf(message: OsloMessage): JsonObject {
  const body = JSON.parse(message.body as string) as JsonObject;
  const inner = body['oslo.message'];
  return typeof inner === 'string' ? (JSON.parse(inner) as JsonObject) : body;
}

/** The message with members of its notification replaced or added. */
function withNotification(message: OsloMessage, members: JsonObject): OsloMessage {
  const body = JSON.parse(message.body as string) as JsonObject;
  const changed = { ...notificationOf(message), ...members };
  const isWrapped = typeof body['oslo.message'] === 'string';
  const wrapped = { ...body, 'oslo.message': JSON.stringify(changed) };
  return { ...message, body: JSON.stringify(isWrapped ? wrapped : changed) };
}

/** What becomes of a message that is sent on as the same dialect, format v1. */
function resent(message: OsloMessage): JsonObject {
  const { native } = osloCodec.redact(message);
  const [event] = decoded(native);
  return JSON.parse(encodedBody(event as CanonicalEvent, native)) as JsonObject;
}

function expectToSurvive(message: OsloMessage, key: string, value: unknown): void {
  const { payload } = notificationOf(message);
  const changed = withNotification(message, {
    [key]: value as JsonValue,
    ...(isJsonObject(payload) ? { payload: { ...payload, [key]: value as JsonValue } } : {}),
  });
  // A bulk create is split: each event goes on with its own item alone.
  if (decoded(changed).length !== 1) return;
  const sent = resent(changed);
  const clean = notificationOf(osloCodec.redact(changed).native);
  expect(sent[key]).toEqual(clean[key]);
  expect(sent.payload).toEqual(clean.payload);
  for (const member of Object.keys(clean)) expect(sent).toHaveProperty([member]);
}

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
