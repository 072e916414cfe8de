/**
 * The spans of events on their way through the engine:
 *
 *     receive SOURCE   from receipt until the event is durable; child of what the sender did
 *       append         from decode until the event is durable
 *       deliver SINK   one for each attempt, from encode to its outcome; what goes out names it
 *       dead letter    where an event ended as one
 *
 * The context of `receive` is stored with the event, so what a restart delivers belongs to the same
 * trace. A replay makes a trace of its own, linked to the first one: it may come years later.
 */
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import {
  formatTraceparent,
  parseTraceparent,
  type CanonicalEvent,
  type Clock,
  type TraceParent,
} from '@viaduct/core';
import type { EngineObserver, EngineTracing } from '@viaduct/engine';
import type { Claimed } from '@viaduct/journal';
import { redactUrls } from '../config/redact.ts';
import { ATTRIBUTE, eventAttributes, operationAttributes } from './span-attributes.ts';

/** What {@link createEventTraces} works with. */
export interface EventTracesOptions {
  /** Records everything it is asked to: what is recorded is decided here. */
  readonly tracer: Tracer;
  /** The share of events without a trace of their own that one is made for, 0 to 1. */
  readonly ratio: number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly clock: Clock;
  /** The adapter of a source or sink. */
  readonly systemOf: (role: 'source' | 'sink', name: string) => string | undefined;
}

/** What follows events for traces. */
export interface EventTraces {
  readonly tracing: EngineTracing;
  readonly observer: Pick<EngineObserver, 'appended' | 'settled' | 'deadLettered'>;
  /** Ends the spans of what was received and is not durable. */
  close(): void;
}

/** Receipts followed at a time; the oldest is ended early when there are more. */
export const OPEN_RECEIPTS_MAX = 8_192;

/** A receipt that is not durable yet. */
interface Receipt {
  readonly span: Span;
  readonly decodedAt: number;
}

/** Where the id of a span stands in a `traceparent`. */
const SPAN_ID_AT = [36, 52] as const;

/** Event traces with nothing under way. */
export function createEventTraces(options: EventTracesOptions): EventTraces {
  const { tracer, clock, systemOf } = options;
  const receipts = new Map<string, Receipt>();
  const attempts = new WeakMap<Claimed, Span>();
  const isWanted = (parent: TraceParent | undefined): boolean =>
    parent === undefined ? options.random() < options.ratio : parent.isSampled;

  const open = (spanId: string, receipt: Receipt): void => {
    receipts.set(spanId, receipt);
    if (receipts.size <= OPEN_RECEIPTS_MAX) return;
    const [oldest] = receipts.keys();
    if (oldest !== undefined) take(oldest)?.span.end(clock.now());
  };
  const take = (spanId: string | undefined): Receipt | undefined => {
    if (spanId === undefined) return undefined;
    const receipt = receipts.get(spanId);
    if (receipt !== undefined) receipts.delete(spanId);
    return receipt;
  };
  const endAttempt = (claimed: Claimed, outcome: string, failure?: Failure): void => {
    const span = attempts.get(claimed);
    if (span === undefined) return;
    attempts.delete(claimed);
    span.setAttribute(ATTRIBUTE.outcome, outcome);
    if (failure !== undefined) fail(span, failure);
    span.end(clock.now());
  };

  const tracing: EngineTracing = {
    received: (source, event, receivedAt) => {
      const parent = parseTraceparent(event.traceparent);
      if (!isWanted(parent)) return undefined;
      const span = tracer.startSpan(
        `receive ${source}`,
        {
          kind: SpanKind.CONSUMER,
          startTime: receivedAt,
          attributes: {
            ...operationAttributes('receive', systemOf('source', source)),
            [ATTRIBUTE.source]: source,
            ...eventAttributes(event),
          },
        },
        contextOf(parent),
      );
      open(span.spanContext().spanId, { span, decodedAt: clock.now() });
      return traceparentOf(span);
    },
    dropped: (_source, event, reason) => {
      const receipt = receipts.size === 0 ? undefined : take(spanIdOf(event));
      receipt?.span.setAttribute(ATTRIBUTE.result, reason).end(clock.now());
    },
    sending: (sink, claimed) => {
      const { event } = claimed.entry;
      const parent = parseTraceparent(event.traceparent);
      const isReplayed = event.replayed === 'true';
      if (isReplayed ? !isWanted(parent) : parent?.isSampled !== true) return undefined;
      const links: Link[] =
        isReplayed && parent !== undefined ? [{ context: spanContextOf(parent) }] : [];
      const span = tracer.startSpan(
        `deliver ${sink}`,
        {
          kind: SpanKind.PRODUCER,
          startTime: clock.now(),
          links,
          attributes: {
            ...operationAttributes('deliver', systemOf('sink', sink)),
            [ATTRIBUTE.source]: claimed.entry.source,
            [ATTRIBUTE.sink]: sink,
            [ATTRIBUTE.attempt]: claimed.attempt,
            [ATTRIBUTE.position]: String(claimed.entry.position),
            ...(isReplayed ? { [ATTRIBUTE.isReplayed]: true } : {}),
            ...eventAttributes(event),
          },
        },
        contextOf(isReplayed ? undefined : parent),
      );
      attempts.set(claimed, span);
      return traceparentOf(span);
    },
    returned: (_sink, claimed, failure) => {
      for (const one of claimed) endAttempt(one, 'none', failure ?? STOPPED);
    },
  };

  const observer: EventTraces['observer'] = {
    appended: (_source, entries, results) => {
      if (receipts.size === 0) return;
      const now = clock.now();
      entries.forEach(({ event }, index) => {
        const receipt = take(spanIdOf(event));
        const result = results[index];
        if (receipt === undefined || result === undefined) return;
        const attributes = {
          [ATTRIBUTE.result]: result.kind,
          ...(result.kind === 'appended' ? { [ATTRIBUTE.position]: String(result.position) } : {}),
        };
        const parent = trace.setSpan(ROOT_CONTEXT, receipt.span);
        tracer.startSpan('append', { startTime: receipt.decodedAt, attributes }, parent).end(now);
        receipt.span.setAttribute(ATTRIBUTE.result, result.kind).end(now);
      });
    },
    settled: (_sink, claimed, outcomes) => {
      claimed.forEach((one, index) => {
        const outcome = outcomes[index];
        if (outcome === undefined) endAttempt(one, 'none', STOPPED);
        else endAttempt(one, outcome.kind, 'code' in outcome ? outcome : undefined);
      });
    },
    deadLettered: ({ stage, code, reason, source, sink, event }) => {
      const parent = parseTraceparent(event?.traceparent);
      // What could not be decoded has no trace: it begins and ends here.
      if (event === undefined ? !isWanted(undefined) : parent?.isSampled !== true) return;
      const now = clock.now();
      const attributes = {
        [ATTRIBUTE.stage]: stage,
        [ATTRIBUTE.source]: source,
        ...(sink === undefined ? {} : { [ATTRIBUTE.sink]: sink }),
        ...(event === undefined ? {} : eventAttributes(event)),
      };
      const span = tracer.startSpan(
        'dead letter',
        { startTime: now, attributes },
        contextOf(parent),
      );
      fail(span, { code, message: reason });
      span.end(now);
    },
  };

  return {
    tracing,
    observer,
    close: () => {
      for (const { span } of receipts.values()) span.end(clock.now());
      receipts.clear();
    },
  };
}

interface Failure {
  readonly code: string;
  readonly message: string;
}

const STOPPED: Failure = {
  code: 'VIA_ENGINE_SINK_BROKE',
  message: 'the connection ended before the outcome was known: it is sent again',
};

function fail(span: Span, { code, message }: Failure): void {
  span.setAttribute(ATTRIBUTE.errorType, code);
  span.setStatus({ code: SpanStatusCode.ERROR, message: redactUrls(message) });
}

function contextOf(parent: TraceParent | undefined): Context {
  return parent === undefined
    ? ROOT_CONTEXT
    : trace.setSpanContext(ROOT_CONTEXT, spanContextOf(parent));
}

function spanContextOf({ traceId, spanId, isSampled }: TraceParent): SpanContext {
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return { traceId, spanId, traceFlags, isRemote: true };
}

function traceparentOf(span: Span): string {
  const { traceId, spanId } = span.spanContext();
  return formatTraceparent({ traceId, spanId, isSampled: true });
}

function spanIdOf({ traceparent }: CanonicalEvent): string | undefined {
  return traceparent?.slice(...SPAN_ID_AT);
}
