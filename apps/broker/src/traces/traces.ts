/**
 * Traces of events, sent to a collector by OTLP over HTTP. Loaded only where the configuration asks
 * for them. What cannot be sent is dropped, and said once: traces must never cost an event.
 */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import {
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
} from '@opentelemetry/semantic-conventions';
import packageJson from '@viaduct/broker/package.json' with { type: 'json' };
import { delay, type Clock, type Logger } from '@viaduct/core';
import type { TracesSection } from '../config/configuration.ts';
import { redactUrls } from '../config/redact.ts';
import { createEventTraces, type EventTraces, type EventTracesOptions } from './event-traces.ts';

/** What {@link startTraces} is told. */
export interface TracesOptions extends Pick<EventTracesOptions, 'random' | 'systemOf'> {
  readonly traces: TracesSection;
  /** The broker's name and id: which service the spans are of. */
  readonly name: string;
  readonly brokerId: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Traces that are sent somewhere. */
export interface Traces extends Pick<EventTraces, 'tracing' | 'observer'> {
  /** Sends what there is, as long as that takes a moment; never rejects. */
  close(): Promise<void>;
}

/** Spans that wait for the collector; what comes on top of them is dropped. */
const QUEUE_SPANS_MAX = 4_096;

/** Spans in one request. */
const REQUEST_SPANS_MAX = 512;

/** How long spans are gathered for a request, milliseconds. */
const GATHER_MS = 2_000;

/** Longest text of an attribute, characters. */
const ATTRIBUTE_LENGTH_MAX = 1_024;

/** Longest that a stop waits for the collector, milliseconds. */
const CLOSE_MS = 2_000;

/** `ExportResultCode.SUCCESS` of @opentelemetry/core. */
const EXPORTED = 0;

/** Starts them; asks nothing of the collector yet. */
export function startTraces(options: TracesOptions): Traces {
  const { traces, name, brokerId, clock, logger } = options;
  const url = tracesUrl(traces.endpoint);
  const exporter = new OTLPTraceExporter({
    url,
    headers: { ...traces.headers },
    timeoutMillis: traces.timeoutMs,
    concurrencyLimit: 1,
  });
  const provider = new TracerProvider({
    sampler: new AlwaysOnSampler(),
    spanLimits: { attributeValueLengthLimit: ATTRIBUTE_LENGTH_MAX },
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: name,
      [ATTR_SERVICE_VERSION]: packageJson.version,
      [ATTR_SERVICE_INSTANCE_ID]: brokerId,
    }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: saidOnce(exporter, url, logger),
        maxQueueSize: QUEUE_SPANS_MAX,
        maxExportBatchSize: REQUEST_SPANS_MAX,
        scheduledDelayMillis: GATHER_MS,
        exportTimeoutMillis: traces.timeoutMs,
      }),
    ],
  });
  const tracer = provider.getTracer('viaduct', packageJson.version);
  const events = createEventTraces({ ...options, tracer, ratio: traces.ratio });
  return {
    tracing: events.tracing,
    observer: events.observer,
    close: async () => {
      events.close();
      const closing = provider.shutdown().catch(() => undefined);
      const waiting = new AbortController();
      await Promise.race([closing, delay(clock, CLOSE_MS, waiting.signal).catch(() => undefined)]);
      waiting.abort();
    },
  };
}

/** OTLP's own path is filled in where the endpoint has none. */
function tracesUrl(endpoint: string): string {
  const url = new URL(endpoint);
  if (url.pathname === '/') url.pathname = '/v1/traces';
  return url.href;
}

/** Tells the log when the collector stops taking spans, and when it takes them again. */
function saidOnce(exporter: SpanExporter, url: string, logger: Logger): SpanExporter {
  const place = redactUrls(url);
  let dropped = 0;
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        const isFailed = (result.code as number) !== EXPORTED;
        if (isFailed && dropped === 0) {
          const fields = { code: 'VIA_BROKER_TRACES_DROPPED', endpoint: place };
          const why = redactUrls(result.error?.message ?? 'it gave no reason');
          logger.warn(
            fields,
            `traces are dropped, the collector does not take them: ${why}; events are not affected`,
          );
        }
        if (!isFailed && dropped > 0) {
          logger.info({ endpoint: place, dropped }, 'the collector takes traces again');
        }
        dropped = isFailed ? dropped + spans.length : 0;
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}
