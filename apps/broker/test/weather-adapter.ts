/** An adapter of no real dialect whose options have every type that a schema can say. */
import {
  type AnySinkKind,
  type AnySourceKind,
  type Codec,
  defineAdapter,
  fail,
  ok,
  type Sink,
  type Source,
} from '@viaduct/core';
import type { AdapterEntry } from '../src/adapters.ts';

const codec: Codec<unknown> = {
  dialect: 'weather',
  redact: (native) => ({ native, redactions: [] }),
  decode: () => ok([]),
  encode: () => fail({ code: 'VIA_WEATHER_NONE', message: 'no weather' }),
  format: () => ({}),
  parse: (value) => ok(value),
};

const silent: Source<unknown> & Sink<unknown> = {
  connect: async () => {},
  deliveries: async function* () {},
  send: async () => [],
  close: async () => {},
};

const station: AnySourceKind<unknown> = {
  config: {
    type: 'object',
    description: 'Listens to a station.',
    properties: {
      url: { type: 'string', format: 'uri', secret: true, description: 'Where it is.' },
      endpoint: {
        type: 'string',
        format: 'endpoint',
        default: 'tcp://127.0.0.1:2101',
        description: 'Its ZeroMQ address.',
      },
      topics: {
        type: 'array',
        items: { type: 'string', description: 'A topic.' },
        single: true,
        minItems: 1,
        default: ['rain'],
        description: 'Topics.',
      },
      version: { type: 'string', enum: ['v1', 'v2'], default: 'v2', description: 'Format.' },
      prefetchMax: {
        type: 'integer',
        minimum: 1,
        maximum: 1000,
        default: 100,
        description: 'Most messages under way.',
      },
      durable: { type: 'boolean', default: true, description: 'Whether it survives.' },
      token: { type: 'string', minLength: 8, secret: true, description: 'A secret.' },
      map: { type: 'string', format: 'path', description: 'A file.' },
      tls: {
        type: 'object',
        description: 'TLS.',
        properties: { ca: { type: 'string', format: 'path', description: 'CA file.' } },
        required: ['ca'],
      },
      headers: {
        type: 'map',
        values: { type: 'string', description: 'A header.' },
        description: 'Headers.',
      },
    },
    required: ['url'],
  },
  capabilities: { redelivery: 'none', confirmation: 'none', ordering: 'none' },
  create: () => silent,
  advise: (config) =>
    (config as { durable: boolean }).durable
      ? []
      : [{ path: 'durable', message: 'What is not durable is lost with the server.' }],
};

const display: AnySinkKind<unknown> = {
  config: {
    type: 'object',
    description: 'Shows it.',
    properties: {
      bind: {
        type: 'string',
        format: 'endpoint',
        default: 'tcp://127.0.0.1:2101',
        description: 'Where it listens.',
      },
    },
  },
  capabilities: { confirmation: 'none', ordering: 'none', batchMax: 1, concurrencyMax: 1 },
  create: () => silent,
};

const weather = defineAdapter({
  name: 'weather',
  stability: 'experimental',
  summary: 'The weather.',
  codec,
  sources: { default: station, radar: station },
  sinks: { default: display },
});

/** A list of adapters as `src/adapters.ts` has one. */
export const WEATHER: readonly AdapterEntry[] = [
  { name: 'weather', loadCodec: async () => codec, load: async () => weather },
];
