/** The codec alone: no socket, no file, no Node types. */
import type { Codec } from '@viaduct/core';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { format, parse } from './form.ts';
import { DIALECT, type CloudEventMessage } from './message.ts';
import { redact } from './decode/redact.ts';

/** Translates between CloudEvents 1.0 and canonical events. */
export const cloudeventsCodec: Codec<CloudEventMessage> = {
  dialect: DIALECT,
  redact,
  decode,
  encode,
  format,
  parse,
};

export { readAmqp, writeAmqp, type AmqpContent, type AmqpForm } from './amqp/amqp-content.ts';
export { readBinary, writeBinary, type BinaryContent } from './format/binary.ts';
export {
  DEFAULT_ENCODE_OPTIONS,
  encodeOptions,
  type CloudEventsEncodeOptions,
} from './encode-options.ts';
export { CLOUDEVENTS_ERRORS } from './errors.ts';
export { readHttp, type HttpContent } from './http/http-content.ts';
export { decodeHeaderValue, encodeHeaderValue } from './http/header-value.ts';
export { BATCH_MEDIA_TYPE, EVENT_MEDIA_TYPE, ID_EXTENSION, TRAIL_EXTENSION } from './message.ts';
export type { CloudEventMessage } from './message.ts';
export { formatBatch, formatStructured, parseBatch, parseStructured } from './format/structured.ts';
