import { formatNative, parseNative } from '@viaduct/amqp/codec';
import { pythonJson, type CodecError, type JsonObject } from '@viaduct/core';
import type { JsonValue, Result } from '@viaduct/core';
import type { CloudifyMessage } from './message.ts';

/** The JSON form of a message. */
export function format(native: CloudifyMessage): JsonObject {
  return formatNative(native);
}

/**
 * Reads the JSON form; also the bare body: an event as it is on the wire, as `GET /events` lists
 * it, or the context that a hook is given.
 */
export function parse(value: JsonValue): Result<CloudifyMessage, CodecError> {
  return parseNative(value, {
    code: 'VIA_CLOUDIFY_FORM_INVALID',
    bareBody: (body) => pythonJson(body),
  });
}
