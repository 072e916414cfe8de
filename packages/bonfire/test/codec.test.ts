import type { JsonValue } from '@viaduct/core';
import { describe, expect, test } from 'vitest';

import { bonfireCodec, encodeOptions, type BonfireMessage } from '../src/codec.ts';
import { textOf } from '@viaduct/amqp/codec';
import { bonfireMessage } from '../src/message.ts';
import {
  bodyOf,
  decoded,
  DECODE_CONTEXT,
  ENCODE_CONTEXT,
  encoded,
  foreignEvent,
  foreignEvents,
  golden,
  goldenMessages,
} from './messages.ts';

const readable = goldenMessages().filter(([name]) => !name.startsWith('bad-'));

describe('a message of BonFIRE sent on', () => {
  test.each(readable)('%s keeps its body to the byte, its key and its exchange', (_, message) => {
    const { native, redactions } = bonfireCodec.redact(message);
    const { event } = decoded(message);
    const sent = encoded(event, { native, redactions });
    expect(sent.body).toBe(native.body);
    expect(sent).toMatchObject({ exchange: message.exchange, routingKey: message.routingKey });
    expect(sent).not.toHaveProperty('redelivered');
    expect(decoded(sent).event).toMatchObject({ id: event.id, data: event.data });
  });

  test('loses what RabbitMQ would not take or would route by, and says so', () => {
    const native = golden('hand-properties-that-are-not-sent-on');
    const result = bonfireCodec.encode(decoded(native).event, { ...ENCODE_CONTEXT, native });
    expect(result).toMatchObject({
      value: {
        natives: [{ properties: { appId: 'res-mng', headers: { x: 1 } } }],
        losses: [
          { path: 'properties.userId', reason: 'unsupported' },
          { path: 'properties.expiration', reason: 'unsupported' },
          { path: 'properties.headers.CC', reason: 'unsupported' },
        ],
      },
    });
  });

  test('goes where the templates say', () => {
    const native = golden('hand-compute-stopped-done');
    const options = encodeOptions({
      exchange: 'copy-of-{received.exchange}',
      routingKey: '{resource.location.site}.{objectType}.{eventType}',
    });
    const sent = encoded(decoded(native).event, { native, options });
    expect(sent.exchange).toBe('copy-of-resourceUsage');
    expect(sent.routingKey).toBe('uk-epcc.compute.state.stopped.done');
  });
});

describe('what is sent is received', () => {
  test.each(foreignEvents().map((event) => [event.nativetype, event] as const))(
    '%s comes back under its own id and trail',
    (_, event) => {
      for (const format of ['simple', 'detailed'] as const) {
        const sent = encoded({ ...event, trail: 'a b' }, { options: encodeOptions({ format }) });
        const back = decoded(sent).event;
        expect(back.id).toBe(event.id);
        expect(back.trail).toBe(`a b ${ENCODE_CONTEXT.brokerId}`);
      }
    },
  );

  test('an event of what BonFIRE does not have comes back whole', () => {
    const event = foreignEvent('host-error');
    const { trail, ...back } = decoded(encoded(event)).event;
    expect(back).toEqual(event);
    expect(trail).toBe(ENCODE_CONTEXT.brokerId);
  });

  test('an event in the place of an object of BonFIRE is not taken over', () => {
    const objectData = { event: foreignEvent('host-error') };
    const body = JSON.stringify({ objectType: 'compute', eventType: 'create', objectData });
    expect(decoded({ body }).event.subject).toBe('compute/unknown');
  });
});

describe('redelivery', () => {
  const body = '{"timestamp":1,"type":"compute","status":"running","path":"/a/b"}';
  const received = { exchange: 'experiments', routingKey: 'k', properties: {} };
  const bytes = new TextEncoder().encode(body);

  test('is judged by a key that a first delivery only leaves', () => {
    const first = bonfireMessage({ ...received, body: bytes, redelivered: false });
    const again = bonfireMessage({ ...received, body: bytes, redelivered: true });
    expect(decoded(again).dedupe).toMatch(/^bonfire:[0-9a-f]{32}$/);
    expect(decoded(first)).toMatchObject({ dedupe: decoded(again).dedupe, unseen: true });
    expect(decoded(again).unseen).toBeUndefined();
    expect(decoded({ ...again, routingKey: 'l' }).dedupe).not.toBe(decoded(again).dedupe);
  });

  test('of a message without a time in it proves nothing', () => {
    const tick = { redelivered: true, body: '{"From":"clock","Message":"tick"}' } as const;
    expect(decoded(tick).dedupe).toBeUndefined();
  });

  test('survives the JSON form', () => {
    const again = bonfireMessage({ ...received, body: bytes, redelivered: true });
    const form = JSON.parse(JSON.stringify(bonfireCodec.format(again))) as JsonValue;
    expect(bonfireCodec.parse(form)).toEqual({ ok: true, value: again });
  });
});

describe('the JSON form', () => {
  test.each([
    [[], ''],
    [{ body: 1 }, 'body'],
    [{ bodyBase64: '*' }, 'bodyBase64'],
    [{ body: '', exchange: 1 }, 'exchange'],
    [{ body: '', routingKey: null }, 'routingKey'],
    [{ body: '', properties: [] }, 'properties'],
    [{ body: '', redelivered: 'yes' }, 'redelivered'],
  ] as [JsonValue, string][])('%j is refused', (form, path) => {
    expect(bonfireCodec.parse(form)).toMatchObject({
      error: { code: 'VIA_BONFIRE_FORM_INVALID', path },
    });
  });

  test('may be the bare message', () => {
    const parsed = bonfireCodec.parse({ type: 'compute', status: 'running', path: '/a' });
    expect(parsed).toEqual({
      ok: true,
      value: { body: '{"type":"compute","status":"running","path":"/a"}' },
    });
  });

  test('keeps bytes that are no UTF-8', () => {
    const message: BonfireMessage = { body: textOf(Uint8Array.of(0xff, 0x00)) };
    expect(bonfireCodec.format(message)).toEqual({ bodyBase64: '/wA=' });
    expect(bonfireCodec.parse({ bodyBase64: '/wA=' })).toEqual({ ok: true, value: message });
  });
});

describe('a body that is too large', () => {
  test('is refused unread', () => {
    const result = bonfireCodec.decode({ body: ' '.repeat(5_000_000) }, DECODE_CONTEXT);
    expect(result).toMatchObject({ error: { code: 'VIA_BONFIRE_BODY_TOO_LARGE' } });
  });
});

describe('a foreign event', () => {
  test('is announced as done only once it is', () => {
    const event = foreignEvent('vm-unicode-name');
    const typeOf = (phase: 'start' | 'end' | 'error'): unknown =>
      bodyOf(encoded({ ...event, data: { ...event.data, phase } })).eventType;
    expect([typeOf('start'), typeOf('end'), typeOf('error')]).toEqual([
      'update',
      'create',
      'state.failed',
    ]);
  });

  test('with a time that is none gets the time of sending', () => {
    const event = { ...foreignEvent('vm-done'), time: 'yesterday' };
    expect(bodyOf(encoded(event)).timestamp).toBe(ENCODE_CONTEXT.sentAt / 1000);
  });
});
