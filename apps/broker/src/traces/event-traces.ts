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
  type Outcome,
  type Traceparent,
} from '@viaduct/core';
import type { EngineObserver, EngineTracing } from '@viaduct/engine';
import type { AppendResult, Claimed, Entry, NewDeadLetter } from '@viaduct/journal';
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
  const spans = new EventSpans(options);
  return {
    tracing: spans,
    observer: {
      appended: (_source, entries, results) => spans.appended(entries, results),
      settled: (_sink, claimed, outcomes) => spans.settled(claimed, outcomes),
      deadLettered: (letter) => spans.deadLettered(letter),
    },
    close: () => spans.close(),
  };
}

/** The spans that are open at a moment. */
class EventSpans implements EngineTracing {
  readonly #options: EventTracesOptions;
  readonly #receipts = new Map<string, Receipt>();
  readonly #attempts = new WeakMap<Claimed, Span>();

  constructor(options: EventTracesOptions) {
    this.#options = options;
  }

  received(source: string, event: CanonicalEvent, receivedAt: number): string | undefined {
    const { tracer, clock, systemOf } = this.#options;
    const parent = parseTraceparent(event.traceparent);
    if (!this.#isWanted(parent)) return undefined;
    const attributes = {
      ...operationAttributes('receive', systemOf('source', source)),
      [ATTRIBUTE.source]: source,
      ...eventAttributes(event),
    };
    const span = tracer.startSpan(
      `receive ${source}`,
      { kind: SpanKind.CONSUMER, startTime: receivedAt, attributes },
      contextOf(parent),
    );
    this.#open(span.spanContext().spanId, { span, decodedAt: clock.now() });
    return traceparentOf(span);
  }

  dropped(_source: string, event: CanonicalEvent, reason: string): void {
    const receipt = this.#receiptOf(event);
    receipt?.span.setAttribute(ATTRIBUTE.result, reason).end(this.#options.clock.now());
  }

  sending(sink: string, claimed: Claimed): string | undefined {
    const { tracer, clock, systemOf } = this.#options;
    const { event, source, position } = claimed.entry;
    const parent = parseTraceparent(event.traceparent);
    const isReplayed = event.replayed === 'true';
    if (isReplayed ? !this.#isWanted(parent) : parent?.isSampled !== true) return undefined;
    const links: Link[] =
      isReplayed && parent !== undefined ? [{ context: spanContextOf(parent) }] : [];
    const attributes = {
      ...operationAttributes('deliver', systemOf('sink', sink)),
      [ATTRIBUTE.source]: source,
      [ATTRIBUTE.sink]: sink,
      [ATTRIBUTE.attempt]: claimed.attempt,
      [ATTRIBUTE.position]: String(position),
      ...(isReplayed ? { [ATTRIBUTE.isReplayed]: true } : {}),
      ...eventAttributes(event),
    };
    const span = tracer.startSpan(
      `deliver ${sink}`,
      { kind: SpanKind.PRODUCER, startTime: clock.now(), links, attributes },
      contextOf(isReplayed ? undefined : parent),
    );
    this.#attempts.set(claimed, span);
    return traceparentOf(span);
  }

  returned(_sink: string, claimed: readonly Claimed[], failure: Failure | undefined): void {
    for (const one of claimed) this.#endAttempt(one, 'none', failure ?? STOPPED);
  }

  appended(entries: readonly Entry[], results: readonly AppendResult[]): void {
    if (this.#receipts.size === 0) return;
    const { tracer, clock } = this.#options;
    const now = clock.now();
    entries.forEach(({ event }, index) => {
      const receipt = this.#receiptOf(event);
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
  }

  settled(claimed: readonly Claimed[], outcomes: readonly Outcome[]): void {
    claimed.forEach((one, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined) this.#endAttempt(one, 'none', STOPPED);
      else this.#endAttempt(one, outcome.kind, 'code' in outcome ? outcome : undefined);
    });
  }

  deadLettered({ stage, code, reason, source, sink, event }: NewDeadLetter): void {
    const parent = parseTraceparent(event?.traceparent);
    // What could not be decoded has no trace: it begins and ends here.
    const isOf = event === undefined ? this.#isWanted(undefined) : parent?.isSampled === true;
    if (!isOf) return;
    const { tracer, clock } = this.#options;
    const startTime = clock.now();
    const attributes = {
      [ATTRIBUTE.stage]: stage,
      [ATTRIBUTE.source]: source,
      ...(sink === undefined ? {} : { [ATTRIBUTE.sink]: sink }),
      ...(event === undefined ? {} : eventAttributes(event)),
    };
    const span = tracer.startSpan('dead letter', { startTime, attributes }, contextOf(parent));
    fail(span, { code, message: reason });
    span.end(startTime);
  }

  close(): void {
    for (const { span } of this.#receipts.values()) span.end(this.#options.clock.now());
    this.#receipts.clear();
  }

  #isWanted(parent: Traceparent | undefined): boolean {
    const { random, ratio } = this.#options;
    return parent === undefined ? random() < ratio : parent.isSampled;
  }

  #open(spanId: string, receipt: Receipt): void {
    this.#receipts.set(spanId, receipt);
    if (this.#receipts.size <= OPEN_RECEIPTS_MAX) return;
    const [oldest] = this.#receipts;
    if (oldest === undefined) return;
    this.#receipts.delete(oldest[0]);
    oldest[1].span.end(this.#options.clock.now());
  }

  /** The open receipt of an event, which is open no more. */
  #receiptOf({ traceparent }: CanonicalEvent): Receipt | undefined {
    if (this.#receipts.size === 0 || traceparent === undefined) return undefined;
    const spanId = traceparent.slice(...SPAN_ID_AT);
    const receipt = this.#receipts.get(spanId);
    if (receipt !== undefined) this.#receipts.delete(spanId);
    return receipt;
  }

  #endAttempt(claimed: Claimed, outcome: string, failure: Failure | undefined): void {
    const span = this.#attempts.get(claimed);
    if (span === undefined) return;
    this.#attempts.delete(claimed);
    span.setAttribute(ATTRIBUTE.outcome, outcome);
    if (failure !== undefined) fail(span, failure);
    span.end(this.#options.clock.now());
  }
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

function contextOf(parent: Traceparent | undefined): Context {
  return parent === undefined
    ? ROOT_CONTEXT
    : trace.setSpanContext(ROOT_CONTEXT, spanContextOf(parent));
}

function spanContextOf({ traceId, spanId, isSampled }: Traceparent): SpanContext {
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return { traceId, spanId, traceFlags, isRemote: true };
}

function traceparentOf(span: Span): string {
  const { traceId, spanId } = span.spanContext();
  return formatTraceparent({ traceId, spanId, isSampled: true });
}
