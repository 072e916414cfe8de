/**
 * Cloudify and Studio Conductor: the codec of their workflow events, a source and a sink on
 * RabbitMQ, and hooks.conf: its reader and the sink that runs one hook. `@viaduct/cloudify/codec`
 * is the codec without anything of Node.
 */
export {
  cloudifyAdapter,
  createCloudifyAdapter,
  HOOK_PROCESSES_MAX,
  type CloudifyAdapterOptions,
} from './adapter.ts';
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
export {
  expandHooks,
  type ExpandedHooks,
  type HookSinkSpec,
  type HooksMode,
} from './expand-hooks.ts';
export { adviseHooks, HOOKS_CONFIG, type HooksConfig } from './hook-config.ts';
export { HookSlots } from './hook-pool.ts';
export type { HookSurroundings } from './hook-runner.ts';
export { createHookSink, HOOK_SINK_CAPABILITIES } from './hook-sink.ts';
export type {
  Hook,
  HookCall,
  HookImplementation,
  HookImplementations,
  HookTarget,
} from './hook.ts';
export { HOOKS_MAX, parseHooksFile, type HookProblem, type HooksFile } from './hooks-file.ts';
export { HooksWatch, readHooksFile, type HooksWatchOptions } from './hooks-watch.ts';
export { hookContext } from './hook-context.ts';
export { cloudifyMessage, EVENTS_EXCHANGE } from './message.ts';
export type { CloudifyMessage } from './message.ts';
export { CLOUDIFY_SINK_CAPABILITIES, createCloudifySink } from './sink.ts';
export {
  readTrapDestination,
  SNMP_TRAP_IMPLEMENTATION,
  snmpTrapHook,
  type SendTrap,
  type TrapDestination,
} from './snmp-trap-hook.ts';
export { CLOUDIFY_SOURCE_CAPABILITIES, createCloudifySource } from './source.ts';
