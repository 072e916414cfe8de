/** The codec alone: no socket, no native module, no Node types. */
export { DEFAULT_ENCODE_OPTIONS, encodeOptions, type OsloEncodeOptions } from './encode-options.ts';
export { ID_HEADER, osloMessage, TRAIL_HEADER } from './message.ts';
export type { OsloMessage, OsloProperties } from './message.ts';
export { PRIORITIES, type Priority } from './priority.ts';
