import { defineAdapter, defineSink, defineSource, type Adapter } from '@viaduct/core';

import { osloCodec } from './codec.ts';
import {
  adviseSink,
  adviseSource,
  OSLO_SINK_CONFIG,
  OSLO_SOURCE_CONFIG,
  type OsloSinkConfig,
  type OsloSourceConfig,
} from './config.ts';
import { encodeOptions } from './encode/encode-options.ts';
import type { OsloMessage } from './message.ts';
import { createOsloSink, OSLO_SINK_CAPABILITIES } from './sink.ts';
import { createOsloSource, OSLO_SOURCE_CAPABILITIES } from './source.ts';

/** OpenStack notifications on RabbitMQ. `adapter: oslo` in a configuration. */
export const osloAdapter: Adapter = defineAdapter<OsloMessage>({
  name: 'oslo',
  stability: 'beta',
  summary: 'OpenStack notifications (oslo.messaging) on RabbitMQ: listener and notifier.',
  codec: osloCodec,
  sources: {
    default: defineSource<OsloSourceConfig, OsloMessage>({
      config: OSLO_SOURCE_CONFIG,
      capabilities: OSLO_SOURCE_CAPABILITIES,
      create: createOsloSource,
      advise: adviseSource,
    }),
  },
  sinks: {
    default: defineSink<OsloSinkConfig, OsloMessage>({
      config: OSLO_SINK_CONFIG,
      capabilities: OSLO_SINK_CAPABILITIES,
      create: createOsloSink,
      encodeOptions: ({ exchange, topic, format, publisherId, priorities }) =>
        encodeOptions({
          exchange,
          topic,
          format,
          priorities,
          ...(publisherId === undefined ? {} : { publisherId }),
        }),
      advise: adviseSink,
    }),
  },
});
