/** The keys of `broker.traces`. */
import type { ConfigField } from '@viaduct/core';

/** The section `broker.traces`. */
export const TRACES_FIELD: ConfigField = {
  type: 'object',
  description:
    'Traces of events by OpenTelemetry: where it is written, spans are sent to a collector by ' +
    'OTLP over HTTP (JSON). See docs/monitoring.md.',
  properties: {
    endpoint: {
      type: 'string',
      pattern: '^https?://(\\[[0-9a-fA-F:.]+\\]|[^\\s/:@?#\\[\\]]+)(:\\d{1,5})?(/\\S*)?$',
      examples: ['http://127.0.0.1:4318'],
      description: 'The collector; the path is `/v1/traces` where none is written.',
    },
    headers: {
      type: 'map',
      values: { type: 'string', secret: true, description: 'The value of a header.' },
      default: {},
      secret: true,
      description: 'Headers of every request, for collectors that ask who sends.',
    },
    ratio: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0.01,
      description:
        'The share of events for which a trace is begun. An event that comes with a trace ' +
        'context is part of that trace where its sender recorded it, whatever the ratio.',
    },
    timeoutMs: {
      type: 'integer',
      minimum: 100,
      maximum: 60_000,
      default: 5_000,
      unit: 'ms',
      advanced: true,
      description: 'How long the collector may take to answer; then these spans are dropped.',
    },
  },
  required: ['endpoint'],
};
