/**
 * The dialect without its sockets: translate OpenNebula's messages in a browser, a test or a
 * script. Loads no native module and no Node type.
 */
import type { Codec } from '@viaduct/core';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { formatMessage, formatMessageText, parseMessage } from './form.ts';
import { DIALECT, type OpennebulaMessage } from './message.ts';
import { redact } from './decode/redact.ts';

export { parseContent, formatContent } from './decode/content.ts';
export type { OpennebulaEncodeOptions } from './encode/encode-options.ts';
export { OPENNEBULA_ERRORS } from './errors.ts';
export { closePrefix, parseKey, type KeyFamily, type OpennebulaKey } from './key.ts';
export { CONTENT_BYTES_MAX, FRAMES, type OpennebulaMessage } from './message.ts';
export { readTree } from './xml/tree.ts';

/** Translates between hook-manager messages and canonical events. */
export const opennebulaCodec: Codec<OpennebulaMessage> = {
  dialect: DIALECT,
  redact,
  decode,
  encode,
  format: formatMessage,
  formatText: formatMessageText,
  parse: parseMessage,
};
