/** The codec alone: no socket, no native module, no Node types. */
import type { Codec } from '@viaduct/core';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { format, parse } from './form.ts';
import { DIALECT, type CloudifyMessage } from './message.ts';
import { redact } from './decode/redact.ts';

/** Translates between Cloudify's events and canonical events. */
export const cloudifyCodec: Codec<CloudifyMessage> = {
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
  type CloudifyEncodeOptions,
} from './encode/encode-options.ts';
export { CLOUDIFY_ERRORS } from './errors.ts';
export { workflowEventOf } from './encode/event-type.ts';
export { hookContext } from './hooks/hook-context.ts';
export { WORKFLOW_EVENT_TYPES, type WorkflowEvent } from './mapping.ts';
export { cloudifyMessage, EVENTS_EXCHANGE } from './message.ts';
export type { CloudifyMessage } from './message.ts';
