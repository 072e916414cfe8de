/**
 * OpenStack's notifications: the codec, and a listener and a notifier that speak to RabbitMQ as
 * oslo.messaging does. `@viaduct/oslo/codec` is the codec without RabbitMQ.
 */
export { osloAdapter } from './adapter.ts';
export { osloCodec } from './codec.ts';
export {
  adviseSink,
  adviseSource,
  OSLO_SINK_CONFIG,
  OSLO_SOURCE_CONFIG,
  type OsloSinkConfig,
  type OsloSourceConfig,
} from './config.ts';
export {
  DEFAULT_ENCODE_OPTIONS,
  encodeOptions,
  type OsloEncodeOptions,
} from './encode/encode-options.ts';
export { OSLO_ERRORS } from './errors.ts';
export { osloMessage } from './message.ts';
export type { OsloMessage } from './message.ts';
export { PRIORITIES, type Priority } from './priority.ts';
export { createOsloSink, OSLO_SINK_CAPABILITIES } from './sink.ts';
export { createOsloSource, OSLO_SOURCE_CAPABILITIES } from './source.ts';
