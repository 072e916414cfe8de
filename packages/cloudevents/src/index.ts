/**
 * CloudEvents 1.0: the codec, webhooks and RabbitMQ both ways, standard output, files.
 * `@viaduct/cloudevents/codec` is the codec without anything of Node.
 */
export { cloudeventsAdapter } from './adapter.ts';
export {
  BATCH_MEDIA_TYPE,
  CLOUDEVENTS_ERRORS,
  cloudeventsCodec,
  decodeHeaderValue,
  DEFAULT_ENCODE_OPTIONS,
  encodeHeaderValue,
  encodeOptions,
  EVENT_MEDIA_TYPE,
  formatBatch,
  formatStructured,
  ID_EXTENSION,
  parseBatch,
  parseStructured,
  readAmqp,
  readBinary,
  readHttp,
  TRAIL_EXTENSION,
  writeAmqp,
  writeBinary,
  type AmqpContent,
  type AmqpForm,
  type BinaryContent,
  type CloudEventMessage,
  type CloudEventsEncodeOptions,
  type HttpContent,
} from './codec.ts';
export {
  adviseHttpSource,
  HTTP_SOURCE_CONFIG,
  type HttpSourceConfig,
} from './http/http-source-config.ts';
export { createHttpSource, HTTP_SOURCE_CAPABILITIES, type HttpSource } from './http/http-source.ts';
export type { ServerTlsFiles } from './http/server-tls.ts';
export { adviseHttpSink, HTTP_SINK_CONFIG, type HttpSinkConfig } from './http/http-sink-config.ts';
export { createHttpSink, HTTP_SINK_CAPABILITIES } from './http/http-sink.ts';
export type { ClientTlsFiles } from './http/client-tls.ts';
export {
  adviseFileSink,
  FILE_SINK_CONFIG,
  STDOUT_SINK_CONFIG,
  type FileSinkConfig,
  type StdoutSinkConfig,
} from './lines/line-sink-config.ts';
export { createFileSink, FILE_SINK_CAPABILITIES } from './lines/file-sink.ts';
export { createStdoutSink, STDOUT_SINK_CAPABILITIES } from './lines/stdout-sink.ts';
export {
  adviseAmqpSink,
  adviseAmqpSource,
  AMQP_SINK_CONFIG,
  AMQP_SOURCE_CONFIG,
  type AmqpSinkConfig,
  type AmqpSourceConfig,
} from './amqp/amqp-config.ts';
export { AMQP_SINK_CAPABILITIES, createAmqpSink } from './amqp/amqp-sink.ts';
export { AMQP_SOURCE_CAPABILITIES, createAmqpSource } from './amqp/amqp-source.ts';
