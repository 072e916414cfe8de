/**
 * BonFIRE's notifications: the codec between its simple, detailed and users' messages and canonical
 * events, the trackers that give events their experiment, sources and a sink on RabbitMQ.
 * `@viaduct/bonfire/codec` is the codec without RabbitMQ.
 */
export { bonfireAdapter } from './adapter.ts';
export { bonfireCodec } from './codec.ts';
export {
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
export {
  DEFAULT_ENCODE_OPTIONS,
  encodeOptions,
  type BonfireEncodeOptions,
} from './encode/encode-options.ts';
export { BONFIRE_ERRORS } from './errors.ts';
export { bonfireMessage } from './message.ts';
export type { BonfireMessage } from './message.ts';
export { BONFIRE_SINK_CAPABILITIES, createBonfireSink } from './sink.ts';
export {
  BONFIRE_DURABLE_SOURCE_CAPABILITIES,
  BONFIRE_SOURCE_CAPABILITIES,
  createBonfireDurableSource,
  createBonfireSource,
} from './source.ts';
export { TEMPLATE_NAMES, templateProblems, type TemplateNames } from './encode/template.ts';
export { bonfireTrackers } from './trackers.ts';
