import { defineAdapter, defineSink, defineSource, type Adapter } from '@viaduct/core';

import { cloudifyCodec } from './codec.ts';
import {
  adviseSink,
  adviseSource,
  CLOUDIFY_SINK_CONFIG,
  CLOUDIFY_SOURCE_CONFIG,
  type CloudifySinkConfig,
  type CloudifySourceConfig,
} from './config.ts';
import { encodeOptions } from './encode-options.ts';
import type { CloudifyMessage } from './message.ts';
import { CLOUDIFY_SINK_CAPABILITIES, createCloudifySink } from './sink.ts';
import { CLOUDIFY_SOURCE_CAPABILITIES, createCloudifySource } from './source.ts';

/** Cloudify's workflow events on RabbitMQ. `adapter: cloudify` in a configuration. */
export const cloudifyAdapter: Adapter = defineAdapter<CloudifyMessage>({
  name: 'cloudify',
  stability: 'beta',
  summary: 'Cloudify and Studio Conductor: workflow events on RabbitMQ.',
  codec: cloudifyCodec,
  sources: {
    default: defineSource<CloudifySourceConfig, CloudifyMessage>({
      config: CLOUDIFY_SOURCE_CONFIG,
      capabilities: CLOUDIFY_SOURCE_CAPABILITIES,
      create: createCloudifySource,
      advise: adviseSource,
    }),
  },
  sinks: {
    default: defineSink<CloudifySinkConfig, CloudifyMessage>({
      config: CLOUDIFY_SINK_CONFIG,
      capabilities: CLOUDIFY_SINK_CAPABILITIES,
      create: createCloudifySink,
      encodeOptions: ({ exchange, tenant }) => encodeOptions({ exchange, tenant }),
      advise: adviseSink,
    }),
  },
});
