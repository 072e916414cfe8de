import { formatNative, invalidForm, parseNative } from '@viaduct/amqp/codec';
import { isJsonObject, type CodecError, type JsonObject } from '@viaduct/core';
import type { JsonValue, Result } from '@viaduct/core';
import type { BonfireMessage } from './message.ts';

/** The JSON form of a message, with `redelivered` where it is true. */
export function format(native: BonfireMessage): JsonObject {
  const { redelivered } = native;
  return { ...formatNative(native), ...(redelivered === undefined ? {} : { redelivered }) };
}

/** Reads the JSON form; also the bare body, the JSON message itself. */
export function parse(value: JsonValue): Result<BonfireMessage, CodecError> {
  const code = 'VIA_BONFIRE_FORM_INVALID';
  const parsed = parseNative(value, { code, bareBody: (body) => JSON.stringify(body) });
  if (!parsed.ok || !isForm(value)) return parsed;
  const { redelivered } = value;
  if (redelivered === undefined || redelivered === false) return parsed;
  if (redelivered !== true) return invalidForm(code, 'true or false is required', 'redelivered');
  return { ok: true, value: { ...parsed.value, redelivered } };
}

function isForm(value: JsonValue): value is JsonObject {
  return (
    isJsonObject(value) && (Object.hasOwn(value, 'body') || Object.hasOwn(value, 'bodyBase64'))
  );
}
