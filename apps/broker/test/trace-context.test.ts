/** Every dialect that has a place for trace context writes it there, and reads it back. */
import { bonfireCodec } from '@viaduct/bonfire/codec';
import { cloudeventsCodec, readAmqp, readHttp, writeAmqp } from '@viaduct/cloudevents/codec';
import { cloudifyCodec } from '@viaduct/cloudify/codec';
import type { Codec } from '@viaduct/core';
import { opennebulaCodec } from '@viaduct/opennebula/codec';
import { osloCodec } from '@viaduct/oslo/codec';
import { snmpCodec } from '@viaduct/snmp/codec';
import { describe, expect, it } from 'vitest';
import { stateOf } from './web-broker.ts';

const FIRST = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const SECOND = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01';
const ID = '0198c0de-1111-7000-8000-00000000000a';
const BROKER = 'b0000000-0000-4000-8000-000000000002';
const SENDING = { sentAt: 0, attempt: 1, nonce: '0'.repeat(32), brokerId: BROKER };
const RECEIVING = { receivedAt: 0, system: 'one', ordinal: 0 };

const CODECS = [
  bonfireCodec,
  cloudeventsCodec,
  cloudifyCodec,
  opennebulaCodec,
  osloCodec,
  snmpCodec,
] as unknown as readonly Codec<unknown>[];

describe.each(CODECS.map((codec) => [codec.dialect, codec] as const))('%s', (_dialect, codec) => {
  it('carries the trace context of an event, and replaces it in a message sent on', () => {
    const event = { ...stateOf('42', 'running', ID), traceparent: FIRST };
    const encoded = codec.encode(event, SENDING);
    if (!encoded.ok) throw new Error(encoded.error.message);
    const { natives, losses } = encoded.value;
    expect(losses.filter(({ path }) => path === 'traceparent')).toEqual([]);
    const decoded = codec.decode(natives[0], RECEIVING);
    if (!decoded.ok) throw new Error(decoded.error.message);
    const received = decoded.value[0]?.event;
    expect(received?.traceparent).toBe(FIRST);
    if (received === undefined) return;
    const again = codec.encode(
      { ...received, traceparent: SECOND },
      { ...SENDING, native: natives[0] },
    );
    if (!again.ok) throw new Error(again.error.message);
    const last = codec.decode(again.value.natives[0], RECEIVING);
    if (!last.ok) throw new Error(last.error.message);
    expect(last.value[0]?.event.traceparent).toBe(SECOND);
  });
});

describe.each(CODECS.map((codec) => [codec.dialect, codec] as const))('%s', (dialect, codec) => {
  it('keeps the mark of a replay, or lists it as a loss', () => {
    const encoded = codec.encode({ ...stateOf('42', 'running', ID), replayed: 'true' }, SENDING);
    if (!encoded.ok) throw new Error(encoded.error.message);
    const isLost = encoded.value.losses.some(({ path }) => path === 'replayed');
    expect(isLost).toBe(dialect !== 'cloudevents');
  });

  it('keeps the tracestate of an event, or lists it as a loss', () => {
    const event = { ...stateOf('42', 'running', ID), traceparent: FIRST, tracestate: 'a=1' };
    const encoded = codec.encode(event, SENDING);
    if (!encoded.ok) throw new Error(encoded.error.message);
    const { natives, losses } = encoded.value;
    const isKept = JSON.stringify(natives).includes('a=1');
    expect(isKept).toBe(dialect === 'cloudevents');
    expect(losses.some(({ path }) => path === 'tracestate')).toBe(!isKept);
  });
});

describe('a CloudEvent without the extension', () => {
  const event = { specversion: '1.0', id: '1', source: '/a', type: 'org.example' };
  const body = new TextEncoder().encode(JSON.stringify(event));
  const type = 'application/cloudevents+json';

  it('is part of the trace of its request, where that names one', () => {
    const read = (traceparent: string) =>
      readHttp({ headers: { 'content-type': type, traceparent }, body }, 1);
    expect(read(FIRST)).toMatchObject({ value: [{ event: { traceparent: FIRST } }] });
    expect(read('00-no-trace')).toMatchObject({ value: [{ event }] });
  });

  it('is part of the trace of its message on RabbitMQ', () => {
    const read = readAmqp({ contentType: type, headers: { traceparent: FIRST }, body });
    expect(read).toMatchObject({ value: { event: { traceparent: FIRST } } });
    const form = { mode: 'structured', headerNames: 'prefixed' } as const;
    const written = writeAmqp({ event: { ...event, traceparent: SECOND } }, form);
    expect(written.headers).toEqual({ traceparent: SECOND });
  });
});
