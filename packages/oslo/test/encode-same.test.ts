import { describe, expect, test } from 'vitest';
import type { CanonicalEvent, Encoded } from '@viaduct/core';
import { osloCodec, type OsloMessage } from '../src/codec.ts';
import {
  DECODE_CONTEXT,
  decoded,
  ENCODE_CONTEXT,
  encodedBody,
  goldenMessages,
  parsed,
  samples,
} from './canonical-events.ts';

const NONCE = ENCODE_CONTEXT.nonce;

function sent(
  native: OsloMessage,
  format: 'v1' | 'v2',
  event: CanonicalEvent = decoded(native)[0] as CanonicalEvent,
): Encoded<OsloMessage> {
  const { native: clean, redactions } = osloCodec.redact(native);
  const context = { ...ENCODE_CONTEXT, native: clean, redactions, options: { format } };
  const result = osloCodec.encode(event, context);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const V1 = {
  body:
    '{"message_id":  "5f0c0de0-0000-4000-8000-000000000001", "publisher_id": null, "zz": 1, ' +
    '"event_type": "x.y", "priority": "INFO", "payload": {"__type__": "u", "n": 1e3, ' +
    '"big": 18446744073709551615, "é": "\\u00e9é"}, "timestamp": "2026-11-21 19:05:57", ' +
    '"_unique_id": "00", "_context_unknown": [1,2 ,3]}',
};

describe('the text of a notification', () => {
  test('is kept to the byte but for the unique id', () => {
    expect(sent(V1, 'v1').natives[0]?.body).toBe(V1.body.replace('"00"', `"${NONCE}"`));
  });

  test('is kept within a new envelope, and out of one', () => {
    const packed = sent(V1, 'v2').natives[0]?.body as string;
    const inner = V1.body.replace('"00"', `"${NONCE}"`);
    expect(JSON.parse(packed)).toEqual({ 'oslo.version': '2.0', 'oslo.message': inner });
    expect(packed).toMatch(/^\{"oslo\.version": "2\.0", "oslo\.message": "\{\\"message_id/);
    expect(sent({ body: packed }, 'v1').natives[0]?.body).toBe(inner);
  });

  test('keeps unknown members of the envelope, which v1 has no place for', () => {
    const inner = JSON.stringify(V1.body);
    const body = `{"extra": [1], "oslo.version": "2.0", "oslo.message": ${inner}, "more":{"a" :1}}`;
    const kept = sent({ body }, 'v2').natives[0]?.body as string;
    expect(kept).toMatch(/^\{"extra": \[1\], "oslo\.version": "2\.0", .*, "more":\{"a" :1\}\}$/s);
    expect(sent({ body }, 'v1').losses).toEqual([
      { path: 'extra', reason: 'unsupported' },
      { path: 'more', reason: 'unsupported' },
    ]);
  });

  test('loses what was redacted, and says so', () => {
    const body = V1.body.replace('"zz": 1', '"_context_auth_token": "gAAAA"');
    const { natives, losses } = sent({ body }, 'v1');
    expect(natives[0]?.body).toContain('"_context_auth_token": "***"');
    expect(losses).toEqual([{ path: '_context_auth_token', reason: 'redacted' }]);
  });
});

describe('what a listener needs and the original has not', () => {
  test('is added and marked as invented', () => {
    const { natives, invented } = sent({ body: '{"event_type": "x.y", "payload": 1}' }, 'v1');
    const body = JSON.parse(natives[0]?.body as string) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual([
      'event_type',
      'payload',
      'message_id',
      'priority',
      'timestamp',
      '_unique_id',
    ]);
    expect(body.priority).toBe('INFO');
    expect(invented.map(({ path }) => path)).toEqual(['message_id', 'priority', 'timestamp']);
  });

  test.each(['null', '"warning"', '7'])('a priority of %s becomes one that it knows', (word) => {
    const body = V1.body.replace('"INFO"', word);
    const [native] = sent({ body, routingKey: 'notifications.error' }, 'v1').natives;
    expect(native?.routingKey).toBe('notifications.error');
    expect(native?.body).toContain('"priority": "ERROR"');
  });
});

describe('the properties of a message', () => {
  test('stay, with our headers beside theirs', () => {
    const properties = {
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      headers: { theirs: { a: [1] }, 'x-viaduct-trail': 'one two', CC: ['elsewhere'] },
      deliveryMode: 1,
      priority: 3,
      correlationId: 'c',
      userId: 'nova',
      expiration: 'soon',
    };
    const { natives, losses } = sent({ ...V1, properties }, 'v1');
    expect(natives[0]?.properties).toEqual({
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      headers: {
        theirs: { a: [1] },
        'x-viaduct-id': '5f0c0de0-0000-4000-8000-000000000001',
        'x-viaduct-trail': `one two ${ENCODE_CONTEXT.brokerId}`,
      },
      deliveryMode: 1,
      priority: 3,
      correlationId: 'c',
    });
    expect(losses.map(({ path }) => path)).toEqual([
      'properties.userId',
      'properties.expiration',
      'properties.headers.CC',
    ]);
  });

  test('no longer speak of a compression', () => {
    const [compressed] = samples().filter(({ name }) => name === 'publish_messaging_gzip');
    const [native] = sent(parsed(compressed?.message ?? null), 'v2').natives;
    expect(native?.properties?.headers).not.toHaveProperty('compression');
    expect(native?.body).toBeTypeOf('string');
  });
});

test('each event of a bulk create goes on with its own item alone', () => {
  const bulk = goldenMessages().find(({ name }) => name === 'hand-port-bulk-create-end');
  const native = parsed(bulk?.message ?? null);
  const events = decoded(native);
  const bodies = events.map((event) => JSON.parse(encodedBody(event, native)) as Bulk);
  expect(bodies.map(({ payload }) => payload.ports.map(({ id }) => id))).toEqual([
    ['port-1'],
    ['port-2'],
  ]);
  expect(bodies.map(({ message_id: id }) => id)).toEqual(events.map(({ id }) => id));
  expect(bodies[0]?.payload.ports[0]).toHaveProperty('unknown_field', [1, 2]);
});

interface Bulk {
  readonly message_id: string;
  readonly payload: { readonly ports: readonly { readonly id: string }[] };
}

test('every sample, sent on and received again, is the same event', () => {
  for (const { name, message } of samples()) {
    const native = parsed(message);
    for (const event of decoded(native)) {
      for (const format of ['v1', 'v2'] as const) {
        const [again] = decoded(sent(native, format, event).natives[0] as OsloMessage);
        // A sample without a time of its own goes on with the time of its receipt.
        const { trail, time, ...rest } = again as CanonicalEvent;
        expect({ ...rest, time: event.time, timesource: event.timesource }, name).toEqual(event);
        expect(Date.parse(time), name).toBe(Date.parse(event.time));
        expect(trail, name).toBe(ENCODE_CONTEXT.brokerId);
      }
    }
  }
});

test('a message that cannot be read is not sent on; the event is encoded instead', () => {
  const event = decoded(V1)[0] as CanonicalEvent;
  const body = JSON.parse(encodedBody(event, { body: '{broken' })) as Record<string, unknown>;
  expect(body.message_id).toBe(event.id);
});

test('a redelivered message is the same event, another message another', () => {
  const first = osloCodec.decode(V1, DECODE_CONTEXT);
  const again = osloCodec.decode(V1, { ...DECODE_CONTEXT, receivedAt: 1, ordinal: 9 });
  const id = (result: typeof first): unknown =>
    result.ok && result.value.map(({ event, dedupe }) => [event.id, dedupe]);
  expect(id(again)).toEqual(id(first));
  const odd = { body: V1.body.replace(/"5f0c[^"]*"/, '"not a uuid"') };
  const named = (receivedAt: number): unknown =>
    id(osloCodec.decode(odd, { ...DECODE_CONTEXT, receivedAt }));
  expect(named(1)).toEqual(named(2));
});
