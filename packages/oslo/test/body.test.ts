import { zlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { BODY_BYTES_MAX, BODY_DEPTH_MAX } from '../src/decode/body.ts';
import { osloCodec, osloMessage, type OsloMessage } from '../src/codec.ts';
import { DECODE_CONTEXT, decoded } from './canonical-events.ts';

const BODY = '{"message_id": "m", "event_type": "e.t", "priority": "INFO", "payload": {"id": "é"}}';

function errorOf(message: OsloMessage): string {
  const result = osloCodec.decode(message, DECODE_CONTEXT);
  return result.ok ? 'no error' : result.error.code;
}

function compressed(bytes: Uint8Array): OsloMessage {
  return { properties: { headers: { compression: 'application/x-gzip' } }, body: bytes };
}

describe('a body that is too much', () => {
  test('is refused by its length before it is parsed', () => {
    expect(errorOf({ body: ' '.repeat(BODY_BYTES_MAX + 1) })).toBe('VIA_OSLO_BODY_TOO_LARGE');
    const fifty = new Uint8Array(50 * 1024 * 1024).fill(0x20);
    expect(errorOf(osloMessage('x', 'y', {}, fifty))).toBe('VIA_OSLO_BODY_TOO_LARGE');
  });

  test('when unpacked, is no more unpacked than the limit', () => {
    const bomb = zlibSync(new Uint8Array(8 * BODY_BYTES_MAX), { level: 9 });
    expect(bomb.length).toBeLessThan(200_000);
    expect(errorOf(compressed(bomb))).toBe('VIA_OSLO_BODY_TOO_LARGE');
  });

  test('is refused by its depth, in the envelope and in what it holds', () => {
    const deep = `{"event_type": ${'['.repeat(BODY_DEPTH_MAX)}${']'.repeat(BODY_DEPTH_MAX)}}`;
    expect(errorOf({ body: deep })).toBe('VIA_OSLO_BODY_TOO_DEEP');
    const envelope = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': deep });
    expect(errorOf({ body: envelope })).toBe('VIA_OSLO_BODY_TOO_DEEP');
    expect(errorOf({ body: `{"a": ${'['.repeat(1_000_000)}` })).toBe('VIA_OSLO_BODY_TOO_DEEP');
  });

  test('brackets in texts are not depth', () => {
    const body = JSON.stringify({ event_type: 'e.t', payload: '['.repeat(5_000) });
    expect(errorOf({ body })).toBe('no error');
  });
});

describe('what kombu calls gzip', () => {
  const bytes = new TextEncoder().encode(BODY);

  test('is a zlib stream', () => {
    expect(decoded(compressed(zlibSync(bytes)))[0]?.data.resource.id).toBe('é');
  });

  test('cut short is an error', () => {
    expect(errorOf(compressed(zlibSync(bytes).subarray(0, 30)))).toBe(
      'VIA_OSLO_COMPRESSION_BROKEN',
    );
    expect(errorOf(compressed(new Uint8Array()))).toBe('VIA_OSLO_COMPRESSION_BROKEN');
  });

  test('holding anything but UTF-8 is an error', () => {
    expect(errorOf(compressed(zlibSync(Uint8Array.of(0xff, 0xfe))))).toBe('VIA_OSLO_BODY_NOT_UTF8');
  });

  test.each([
    'application/x-bz2',
    'application/x-lzma',
    'application/x-brotli',
    'application/zstd',
  ])('%s is named, not guessed at', (compression) => {
    const message = { properties: { headers: { compression } }, body: Uint8Array.of(0xff) };
    expect(errorOf(message)).toBe('VIA_OSLO_COMPRESSION_UNSUPPORTED');
    expect(errorOf(osloCodec.redact(message).native)).toBe('VIA_OSLO_COMPRESSION_UNSUPPORTED');
  });
});

describe('hostile JSON', () => {
  test('cannot reach a prototype', () => {
    const body = `{"event_type": "constructor.create.end", "__proto__": {"priority": "ERROR"},
      "payload": {"__proto__": {"id": "polluted"}, "constructor": {"id": "c"}, "toString": "x"}}`;
    const [event] = decoded({ body });
    expect(event?.data.resource.id).toBe('c');
    expect(event?.data.severity).toBe('info');
    expect(({} as Record<string, unknown>).id).toBeUndefined();
  });

  test.each([
    '__proto__',
    'constructor',
    'toString.valueOf',
    'hasOwnProperty.create.end',
    '....',
    '',
  ])('event type %j is an event like any other', (eventType) => {
    const body = JSON.stringify({ event_type: eventType, payload: { a: 1 } });
    expect(decoded({ body })).toHaveLength(1);
  });

  test('keeps integers beyond 2^53 to the digit', () => {
    const body = '{"event_type": "volume.create.end", "payload": {"volume_id": 9007199254740993}}';
    expect(decoded({ body })[0]?.data.resource.id).toBe('9007199254740993');
  });

  test('may hold what Python calls JSON: NaN and Infinity are null', () => {
    const body = '{"event_type": "x.y", "payload": {"id": "NaN, Infinity", "v": [NaN, -Infinity]}}';
    expect(decoded({ body })[0]?.data.resource.id).toBe('NaN, Infinity');
  });
});

test('a body handed over by an AMQP client is copied out of its buffer', () => {
  const pool = new TextEncoder().encode(`xx${BODY}`);
  const message = osloMessage('nova', 'notifications.info', { headers: {} }, pool.subarray(2));
  pool.fill(0);
  expect(message.body).toBe(BODY);
  const odd = Uint8Array.of(0xff, 0xfe);
  const bytes = osloMessage('nova', 'notifications.info', {}, odd);
  odd.fill(0);
  expect(bytes.body).toEqual(Uint8Array.of(0xff, 0xfe));
});

test('properties are taken over by name, headers as JSON', () => {
  const { properties } = osloMessage(
    'nova',
    'notifications.info',
    {
      contentType: 'application/json',
      contentEncoding: undefined,
      headers: {
        text: 't',
        table: { n: Number.NaN, bytes: new Uint8Array([0x61]) },
        gone: undefined,
      },
      deliveryMode: 2,
      priority: 'high',
      unknown: 1,
    },
    new Uint8Array(),
  );
  expect(properties).toEqual({
    contentType: 'application/json',
    headers: { text: 't', table: { n: null, bytes: 'a' } },
    deliveryMode: 2,
  });
});
