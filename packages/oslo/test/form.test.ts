import { describe, expect, test } from 'vitest';
import type { JsonValue } from '@viaduct/core';
import { osloCodec } from '../src/codec.ts';
import { decoded, parsed, samples } from './canonical-events.ts';

test('the JSON form of every captured message is read and written unchanged', () => {
  for (const { name, message } of samples()) {
    if (!name.startsWith('publish_')) continue;
    expect(osloCodec.format(parsed(message)), name).toEqual(message);
  }
});

test('bytes that are no UTF-8 travel as base64, all others as text', () => {
  expect(osloCodec.format({ body: Uint8Array.of(0xff, 0x00) })).toEqual({ bodyBase64: '/wA=' });
  expect(parsed({ bodyBase64: '/wA=' }).body).toEqual(Uint8Array.of(0xff, 0x00));
  expect(parsed({ bodyBase64: 'w6k=' }).body).toBe('é');
});

describe('a bare notification', () => {
  test('is taken as it would be on the wire', () => {
    const bare = { event_type: 'volume.create.end', payload: { volume_id: 'v' } };
    expect(parsed(bare)).toEqual({
      body: '{"event_type": "volume.create.end", "payload": {"volume_id": "v"}}',
    });
  });

  test('may be in its envelope', () => {
    const bare = { 'oslo.version': '2.0', 'oslo.message': '{"event_type": "x.y"}' };
    expect(decoded(parsed(bare))[0]?.nativetype).toBe('x.y');
  });

  test('may be what an end point is given', () => {
    const event = decoded(
      parsed({
        event_type: 'volume.create.end',
        payload: { volume_id: 'v' },
        ctxt: { user_id: 'u' },
        metadata: {
          message_id: '5f0c0de0-0000-4000-8000-000000000001',
          timestamp: '2026-11-21 19:05:57',
        },
      }),
    )[0];
    expect(event?.id).toBe('5f0c0de0-0000-4000-8000-000000000001');
    expect(event?.time).toBe('2026-11-21T19:05:57Z');
    expect(event?.data.actor?.user?.id).toBe('u');
  });
});

test.each<readonly [JsonValue, string]>([
  [null, ''],
  ['text', ''],
  [[1], ''],
  [{ body: 1 }, 'body'],
  [{ bodyBase64: '%' }, 'bodyBase64'],
  [{ bodyBase64: 1 }, 'bodyBase64'],
  [{ body: 'x', exchange: 1 }, 'exchange'],
  [{ body: 'x', routingKey: [] }, 'routingKey'],
  [{ body: 'x', properties: 'p' }, 'properties'],
])('%j is no message', (value, path) => {
  expect(osloCodec.parse(value)).toMatchObject({
    ok: false,
    error: { code: 'VIA_OSLO_FORM_INVALID', path },
  });
});
