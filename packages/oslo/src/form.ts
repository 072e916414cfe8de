import { formatNative, parseNative } from '@viaduct/amqp/codec';
import { isJsonObject, pythonJson, type CodecError, type JsonObject } from '@viaduct/core';
import type { JsonValue, Result } from '@viaduct/core';
import type { OsloMessage } from './message.ts';

/** The JSON form of a message. */
export function format(native: OsloMessage): JsonObject {
  return formatNative(native);
}

/**
 * Reads the JSON form; also the bare body: a notification as it is on the wire (with or without
 * envelope), as upstream's samples print it, or as a listener's end point is given it (`ctxt`,
 * `metadata`).
 */
export function parse(value: JsonValue): Result<OsloMessage, CodecError> {
  const bareBody = (body: JsonObject): string => pythonJson(onTheWire(body));
  return parseNative(value, { code: 'VIA_OSLO_FORM_INVALID', bareBody });
}

/** A notification as an end point gets it, brought back to how it was sent. */
function onTheWire(value: JsonObject): JsonObject {
  const { ctxt, metadata, ...rest } = value;
  if (!isJsonObject(metadata) || !Object.hasOwn(value, 'event_type')) return value;
  const context = isJsonObject(ctxt) ? Object.entries(ctxt) : [];
  return {
    ...rest,
    ...metadata,
    ...Object.fromEntries(context.map(([name, item]) => [`_context_${name}`, item])),
  };
}
