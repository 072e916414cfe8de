import { defineAdapter, defineSink, defineSource, type Adapter } from '@viaduct/core';

import {
  adviseAmqpSink,
  adviseAmqpSource,
  AMQP_SINK_CONFIG,
  AMQP_SOURCE_CONFIG,
  type AmqpSinkConfig,
  type AmqpSourceConfig,
} from './amqp/amqp-config.ts';
import { AMQP_SINK_CAPABILITIES, createAmqpSink } from './amqp/amqp-sink.ts';
import { AMQP_SOURCE_CAPABILITIES, createAmqpSource } from './amqp/amqp-source.ts';
import { cloudeventsCodec } from './codec.ts';
import { encodeOptions } from './encode-options.ts';
import {
  adviseHttpSource,
  HTTP_SOURCE_CONFIG,
  type HttpSourceConfig,
} from './http/http-source-config.ts';
import { createHttpSource, HTTP_SOURCE_CAPABILITIES } from './http/http-source.ts';
import { createFileSink, FILE_SINK_CAPABILITIES } from './lines/file-sink.ts';
import { adviseHttpSink, HTTP_SINK_CONFIG, type HttpSinkConfig } from './http/http-sink-config.ts';
import { createHttpSink, HTTP_SINK_CAPABILITIES } from './http/http-sink.ts';
import {
  adviseFileSink,
  FILE_SINK_CONFIG,
  STDOUT_SINK_CONFIG,
  type FileSinkConfig,
  type StdoutSinkConfig,
} from './lines/line-sink-config.ts';
import type { CloudEventMessage } from './message.ts';
import { createStdoutSink, STDOUT_SINK_CAPABILITIES } from './lines/stdout-sink.ts';

/** CloudEvents. `adapter: cloudevents.http` and others in a configuration. */
export const cloudeventsAdapter: Adapter = defineAdapter<CloudEventMessage>({
  name: 'cloudevents',
  stability: 'beta',
  summary: 'CloudEvents 1.0: webhooks and RabbitMQ both ways, standard output and files.',
  codec: cloudeventsCodec,
  sources: {
    http: defineSource<HttpSourceConfig, CloudEventMessage>({
      config: HTTP_SOURCE_CONFIG,
      capabilities: HTTP_SOURCE_CAPABILITIES,
      create: createHttpSource,
      advise: adviseHttpSource,
    }),
    amqp: defineSource<AmqpSourceConfig, CloudEventMessage>({
      config: AMQP_SOURCE_CONFIG,
      capabilities: AMQP_SOURCE_CAPABILITIES,
      create: createAmqpSource,
      advise: adviseAmqpSource,
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
    amqp: defineSink<AmqpSinkConfig, CloudEventMessage>({
      config: AMQP_SINK_CONFIG,
      capabilities: AMQP_SINK_CAPABILITIES,
      create: createAmqpSink,
      encodeOptions: ({ form }) => encodeOptions({ form }),
      advise: adviseAmqpSink,
    }),
    stdout: defineSink<StdoutSinkConfig, CloudEventMessage>({
      config: STDOUT_SINK_CONFIG,
      capabilities: STDOUT_SINK_CAPABILITIES,
      create: (config, context) => createStdoutSink(config, context),
      encodeOptions: ({ form }) => encodeOptions({ form }),
    }),
    file: defineSink<FileSinkConfig, CloudEventMessage>({
      config: FILE_SINK_CONFIG,
      capabilities: FILE_SINK_CAPABILITIES,
      create: createFileSink,
      encodeOptions: ({ form }) => encodeOptions({ form }),
      advise: adviseFileSink,
    }),
  },
});
