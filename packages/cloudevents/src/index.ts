/**
 * CloudEvents 1.0: the codec. `@viaduct/cloudevents/codec` is the same without anything of Node.
 */
export {
  BATCH_MEDIA_TYPE,
  cloudeventsCodec,
  CLOUDEVENTS_ERRORS,
  decodeHeaderValue,
  DEFAULT_ENCODE_OPTIONS,
  encodeHeaderValue,
  encodeOptions,
  EVENT_MEDIA_TYPE,
  formatBatch,
  formatStructured,
  ID_EXTENSION,
  parseBatch,
  parseStructured,
  readBinary,
  readHttp,
  TRAIL_EXTENSION,
  writeBinary,
  type BinaryContent,
  type CloudEventMessage,
  type CloudEventsEncodeOptions,
  type HttpContent,
} from './codec.ts';
