/**
 * OpenNebula's hook-manager events: the codec, and a subscriber and a publisher that speak ZeroMQ
 * as OpenNebula does. `@viaduct/opennebula/codec` is the codec without ZeroMQ.
 */
export { createOpennebulaSink, createOpennebulaSource, opennebulaAdapter } from './adapter.ts';
export {
  CONTENT_BYTES_MAX,
  closePrefix,
  formatContent,
  FRAMES,
  opennebulaCodec,
  OPENNEBULA_ERRORS,
  parseContent,
  parseKey,
  type KeyFamily,
  type OpennebulaEncodeOptions,
  type OpennebulaKey,
  type OpennebulaMessage,
} from './codec.ts';
export {
  DEFAULT_ENDPOINT,
  OPENNEBULA_SINK_CONFIG,
  OPENNEBULA_SOURCE_CONFIG,
  type OpennebulaSinkConfig,
  type OpennebulaSinkCurve,
  type OpennebulaSourceConfig,
  type OpennebulaSourceCurve,
} from './config.ts';
export type { PoolName } from './decode/pools.ts';
export type { ResyncConfig, ResyncOccasion } from './resync/resync-config.ts';
export { opennebulaTrackers } from './trackers.ts';
