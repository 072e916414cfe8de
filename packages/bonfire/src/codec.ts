/** The codec alone: no socket, no native module, no Node types. */
import type { Codec } from '@viaduct/core';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { format, parse } from './form.ts';
import { DIALECT, type BonfireMessage } from './message.ts';
import { redact } from './decode/redact.ts';

/** Translates between BonFIRE's notifications and canonical events. */
export const bonfireCodec: Codec<BonfireMessage> = {
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
  type BonfireEncodeOptions,
} from './encode/encode-options.ts';
export { BONFIRE_ERRORS } from './errors.ts';
export { bonfireMessage } from './message.ts';
export type { BonfireMessage } from './message.ts';
export { TEMPLATE_NAMES, templateProblems, type TemplateNames } from './encode/template.ts';
export { bonfireTrackers } from './trackers.ts';
