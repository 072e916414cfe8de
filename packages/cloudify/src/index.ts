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
} from './encode/encode-options.ts';
export { CLOUDIFY_ERRORS } from './errors.ts';
export {
  expandHooks,
  type ExpandedHooks,
  type HookSinkSpec,
  type HooksMode,
} from './hooks/expand-hooks.ts';
export { adviseHooks, HOOKS_CONFIG, type HooksConfig } from './hooks/hook-config.ts';
export { HookSlots } from './hooks/hook-pool.ts';
export type { HookSurroundings } from './hooks/hook-runner.ts';
export { createHookSink, HOOK_SINK_CAPABILITIES } from './hooks/hook-sink.ts';
export type {
  Hook,
  HookCall,
  HookImplementation,
  HookImplementations,
  HookTarget,
} from './hooks/hook.ts';
export { HOOKS_MAX, parseHooksFile, type HookProblem, type HooksFile } from './hooks/hooks-file.ts';
export { HooksWatch, readHooksFile, type HooksWatchOptions } from './hooks/hooks-watch.ts';
export { hookContext } from './hooks/hook-context.ts';
export { cloudifyMessage, EVENTS_EXCHANGE } from './message.ts';
export type { CloudifyMessage } from './message.ts';
export { CLOUDIFY_SINK_CAPABILITIES, createCloudifySink } from './sink.ts';
export {
  readTrapDestination,
  SNMP_TRAP_IMPLEMENTATION,
  snmpTrapHook,
  type SendTrap,
  type TrapDestination,
} from './hooks/snmp-trap-hook.ts';
export { CLOUDIFY_SOURCE_CAPABILITIES, createCloudifySource } from './source.ts';
