import { defineAdapter, defineSink, defineSource, type Adapter } from '@viaduct/core';

import { cloudeventsCodec } from './codec.ts';
import { encodeOptions } from './encode-options.ts';
import {
  adviseHttpSource,
  HTTP_SOURCE_CONFIG,
  type HttpSourceConfig,
} from './http-source-config.ts';
import { createHttpSource, HTTP_SOURCE_CAPABILITIES } from './http-source.ts';
import { adviseHttpSink, HTTP_SINK_CONFIG, type HttpSinkConfig } from './http-sink-config.ts';
import { createHttpSink, HTTP_SINK_CAPABILITIES } from './http-sink.ts';
import type { CloudEventMessage } from './message.ts';

/** CloudEvents over HTTP. `adapter: cloudevents.http` in a configuration. */
export const cloudeventsAdapter: Adapter = defineAdapter<CloudEventMessage>({
  name: 'cloudevents',
  stability: 'beta',
  summary: 'CloudEvents 1.0: webhook receiver and sender.',
  codec: cloudeventsCodec,
  sources: {
    http: defineSource<HttpSourceConfig, CloudEventMessage>({
      config: HTTP_SOURCE_CONFIG,
      capabilities: HTTP_SOURCE_CAPABILITIES,
      create: createHttpSource,
      advise: adviseHttpSource,
    }),
  },
  sinks: {
    http: defineSink<HttpSinkConfig, CloudEventMessage>({
      config: HTTP_SINK_CONFIG,
      capabilities: HTTP_SINK_CAPABILITIES,
      create: createHttpSink,
      encodeOptions: ({ form }) => encodeOptions({ form }),
      advise: adviseHttpSink,
    }),
  },
});
