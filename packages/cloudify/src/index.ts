/**
 * Cloudify and Studio Conductor: the codec of their workflow events, and a source and a sink on
 * RabbitMQ. `@viaduct/cloudify/codec` is the codec without anything of Node.
 */
export { cloudifyAdapter } from './adapter.ts';
export { cloudifyCodec } from './codec.ts';
export {
  adviseSink,
  adviseSource,
  CLOUDIFY_SINK_CONFIG,
  CLOUDIFY_SOURCE_CONFIG,
  type CloudifySinkConfig,
  type CloudifySourceConfig,
} from './config.ts';
export {
  DEFAULT_ENCODE_OPTIONS,
  encodeOptions,
  type CloudifyEncodeOptions,
} from './encode-options.ts';
export { CLOUDIFY_ERRORS } from './errors.ts';
export { hookContext } from './hook-context.ts';
export { cloudifyMessage, EVENTS_EXCHANGE, ID_HEADER, TRAIL_HEADER } from './message.ts';
export type { CloudifyMessage, CloudifyProperties } from './message.ts';
export { CLOUDIFY_SINK_CAPABILITIES, createCloudifySink } from './sink.ts';
export { CLOUDIFY_SOURCE_CAPABILITIES, createCloudifySource } from './source.ts';
