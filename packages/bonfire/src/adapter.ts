import { defineAdapter, defineSink, defineSource, type Adapter } from '@viaduct/core';

import { bonfireCodec } from './codec.ts';
import {
  adviseDurableSource,
  adviseSink,
  adviseSource,
  BONFIRE_DURABLE_SOURCE_CONFIG,
  BONFIRE_SINK_CONFIG,
  BONFIRE_SOURCE_CONFIG,
  type BonfireDurableSourceConfig,
  type BonfireSinkConfig,
  type BonfireSourceConfig,
} from './config.ts';
import { encodeOptions } from './encode/encode-options.ts';
import type { BonfireMessage } from './message.ts';
import { BONFIRE_SINK_CAPABILITIES, createBonfireSink } from './sink.ts';
import {
  BONFIRE_DURABLE_SOURCE_CAPABILITIES,
  BONFIRE_SOURCE_CAPABILITIES,
  createBonfireDurableSource,
  createBonfireSource,
} from './source.ts';
import { bonfireTrackers } from './trackers.ts';

/** BonFIRE's notifications on RabbitMQ. `adapter: bonfire` in a configuration. */
export const bonfireAdapter: Adapter = defineAdapter<BonfireMessage>({
  name: 'bonfire',
  stability: 'beta',
  summary: 'BonFIRE experiment notifications on RabbitMQ.',
  codec: bonfireCodec,
  sources: {
    default: defineSource<BonfireSourceConfig, BonfireMessage>({
      config: BONFIRE_SOURCE_CONFIG,
      capabilities: BONFIRE_SOURCE_CAPABILITIES,
      create: createBonfireSource,
      advise: adviseSource,
    }),
    durable: defineSource<BonfireDurableSourceConfig, BonfireMessage>({
      config: BONFIRE_DURABLE_SOURCE_CONFIG,
      capabilities: BONFIRE_DURABLE_SOURCE_CAPABILITIES,
      create: createBonfireDurableSource,
      advise: adviseDurableSource,
    }),
  },
  sinks: {
    default: defineSink<BonfireSinkConfig, BonfireMessage>({
      config: BONFIRE_SINK_CONFIG,
      capabilities: BONFIRE_SINK_CAPABILITIES,
      create: createBonfireSink,
      encodeOptions: ({ format, exchange, routingKey, source }) =>
        encodeOptions({ format, exchange, routingKey, source }),
      advise: adviseSink,
    }),
  },
  trackers: bonfireTrackers,
});
