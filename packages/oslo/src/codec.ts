/** The codec alone: no socket, no native module, no Node types. */
import type { Codec } from '@viaduct/core';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { format, parse } from './form.ts';
import { DIALECT, type OsloMessage } from './message.ts';
import { redact } from './decode/redact.ts';

/** Translates between oslo.messaging notifications and canonical events. */
export const osloCodec: Codec<OsloMessage> = {
  dialect: DIALECT,
  redact,
  decode,
  encode,
  format,
  parse,
};

export {
  DEFAULT_ENCODE_OPTIONS,
  encodeOptions,
  type OsloEncodeOptions,
} from './encode/encode-options.ts';
export { OSLO_ERRORS } from './errors.ts';
export { osloMessage } from './message.ts';
export type { OsloMessage } from './message.ts';
export { PRIORITIES, type Priority } from './priority.ts';
