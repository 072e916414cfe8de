import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { parseTraceparent, type CanonicalEvent } from '@viaduct/core';
import type { Claimed, StoredEntry } from '@viaduct/journal';
import { FAKE_EPOCH_MS, fakeClock } from '@viaduct/testkit';
import { describe, expect, it } from 'vitest';
import { createEventTraces, OPEN_RECEIPTS_MAX } from '../../src/traces/event-traces.ts';
import { stateOf } from '../web-broker.ts';

const SENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const UNSAMPLED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
/** Of this century: OpenTelemetry takes a small number for the milliseconds of this process. */
const RECEIVED_AT = FAKE_EPOCH_MS - 100;
const ID = '0198c0de-1111-7000-8000-00000000000a';

function setUp(ratio: number) {
  const clock = fakeClock();
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    sampler: new AlwaysOnSampler(),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const traces = createEventTraces({
    tracer: provider.getTracer('test'),
    ratio,
    random: () => 0.5,
    clock,
    systemOf: (_role, name) => `adapter of ${name}`,
  });
  return { clock, traces, spans: () => exporter.getFinishedSpans() };
}

function machine(traceparent?: string): CanonicalEvent {
  const event = stateOf('42', 'running', ID);
  return traceparent === undefined ? event : { ...event, traceparent };
}

function claimedOf(event: CanonicalEvent, attempt = 1): Claimed {
  const entry = { event, source: 'nova', targets: ['nms'], position: '7' };
  return { entry: entry as unknown as StoredEntry, attempt, attempts: [] };
}

/** What is stored of an event that was received. */
function received(
  { traces }: Pick<ReturnType<typeof setUp>, 'traces'>,
  event: CanonicalEvent,
): CanonicalEvent {
  const traceparent = traces.tracing.received('nova', event, RECEIVED_AT);
  return traceparent === undefined ? event : { ...event, traceparent };
}

describe('the traces of events', () => {
  it('lead from what the sender did, by the receipt, to each delivery', async () => {
    const stage = setUp(0);
    const { clock, traces, spans } = stage;
    const event = received(stage, machine(SENT));
    await clock.advance(20);
    traces.observer.appended?.(
      'nova',
      [{ event, source: 'nova', targets: ['nms'] }],
      [{ kind: 'appended', position: '7' as never }],
    );
    const claimed = claimedOf(event);
    const sent = parseTraceparent(traces.tracing.sending('nms', claimed));
    await clock.advance(30);
    traces.observer.settled?.('nms', [claimed], [{ kind: 'delivered' }]);
    const [append, receive, deliver] = spans();
    const { traceId, spanId } = parseTraceparent(SENT) ?? {};
    expect([receive?.name, append?.name, deliver?.name]).toEqual([
      'receive nova',
      'append',
      'deliver nms',
    ]);
    expect(spans().map((span) => span.spanContext().traceId)).toEqual([traceId, traceId, traceId]);
    expect(receive?.parentSpanContext?.spanId).toBe(spanId);
    expect(append?.parentSpanContext?.spanId).toBe(receive?.spanContext().spanId);
    expect(deliver?.parentSpanContext?.spanId).toBe(receive?.spanContext().spanId);
    expect(sent?.spanId).toBe(deliver?.spanContext().spanId);
    expect([receive?.kind, deliver?.kind]).toEqual([SpanKind.CONSUMER, SpanKind.PRODUCER]);
    const [seconds, nanoseconds] = receive?.startTime ?? [0, 0];
    expect(seconds * 1_000 + nanoseconds / 1e6).toBeCloseTo(RECEIVED_AT, 3);
    expect(deliver?.attributes).toMatchObject({
      'messaging.system': 'adapter of nms',
      'messaging.message.id': ID,
      'viaduct.outcome': 'delivered',
      'viaduct.attempt': 1,
    });
  });

  it('leave an event alone that its sender did not record, and one that is not chosen', () => {
    const stage = setUp(0.4);
    expect(received(stage, machine(UNSAMPLED)).traceparent).toBe(UNSAMPLED);
    expect(received(stage, machine()).traceparent).toBeUndefined();
    expect(stage.traces.tracing.sending('nms', claimedOf(machine(UNSAMPLED)))).toBeUndefined();
    expect(stage.traces.tracing.sending('nms', claimedOf(machine()))).toBeUndefined();
    expect(stage.spans()).toEqual([]);
  });

  it('begin one for the share of events that the ratio says', () => {
    const stage = setUp(0.6);
    const event = received(stage, machine());
    expect(parseTraceparent(event.traceparent)?.isSampled).toBe(true);
    stage.traces.tracing.dropped('nova', event, 'copy');
    expect(stage.spans()).toMatchObject([{ attributes: { 'viaduct.result': 'copy' } }]);
  });

  it('take what is no traceparent as if nothing had been sent', () => {
    const event = received(setUp(1), machine('00-no-trace-01'));
    expect(parseTraceparent(event.traceparent)).toBeDefined();
  });

  it('tell each attempt, with the code and without the password of what went wrong', () => {
    const { traces, spans } = setUp(0);
    const first = claimedOf(machine(SENT));
    const second = claimedOf(machine(SENT), 2);
    traces.tracing.sending('nms', first);
    traces.tracing.sending('nms', second);
    const refused = {
      kind: 'refused',
      code: 'VIA_CLOUDEVENTS_REFUSED',
      message: 'http://me:hunter2@nms/ said no',
    } as const;
    traces.observer.settled?.('nms', [first], [refused]);
    traces.tracing.returned('nms', [second], { code: 'VIA_AMQP_LOST', message: 'gone' });
    const [one, other] = spans();
    expect(one?.status.code).toBe(SpanStatusCode.ERROR);
    expect(one?.attributes).toMatchObject({
      'error.type': 'VIA_CLOUDEVENTS_REFUSED',
      'viaduct.outcome': 'refused',
    });
    expect(JSON.stringify(one?.status)).not.toContain('hunter2');
    expect(other?.attributes).toMatchObject({
      'error.type': 'VIA_AMQP_LOST',
      'viaduct.attempt': 2,
    });
  });

  it('give a replay a trace of its own, linked to the first', () => {
    const { traces, spans } = setUp(0);
    const claimed = claimedOf({ ...machine(SENT), replayed: 'true' });
    traces.tracing.sending('nms', claimed);
    traces.observer.settled?.('nms', [claimed], [{ kind: 'sent' }]);
    const [span] = spans();
    const first = parseTraceparent(SENT);
    expect(span?.parentSpanContext).toBeUndefined();
    expect(span?.spanContext().traceId).not.toBe(first?.traceId);
    expect(span?.links[0]?.context).toMatchObject({ traceId: first?.traceId });
  });

  it('tell of a dead letter, also of what could not be decoded', () => {
    const { traces, spans } = setUp(1);
    const letter = { at: 0, source: 'nova', attempts: [] } as const;
    const code = 'VIA_OSLO_BODY_NOT_JSON';
    traces.observer.deadLettered?.({ ...letter, stage: 'decode', code, reason: 'no JSON' });
    expect(spans()).toMatchObject([{ name: 'dead letter', attributes: { 'error.type': code } }]);
  });

  it('follow a bounded number of receipts, and end those that come to nothing', () => {
    const stage = setUp(1);
    for (let count = 0; count < OPEN_RECEIPTS_MAX + 10; count += 1) received(stage, machine());
    expect(stage.spans()).toHaveLength(10);
    stage.traces.close();
    expect(stage.spans()).toHaveLength(OPEN_RECEIPTS_MAX + 10);
  });
});
