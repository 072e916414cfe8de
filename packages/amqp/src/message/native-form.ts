import {
  fail,
  fromBase64,
  isJsonObject,
  ok,
  toBase64,
  type CodecError,
  type ErrorCode,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@viaduct/core';

import { nativeProperties, textOf, type NativeMessage } from './native-message.ts';

/**
 * The JSON form of a native message: `exchange`, `routingKey`, `properties`, and `body` as a text
 * or `bodyBase64` where the bytes are no UTF-8. Everything but the body may be missing.
 */
export function formatNative(native: NativeMessage): JsonObject {
  const { exchange, routingKey, properties, body } = native;
  return {
    ...(exchange === undefined ? {} : { exchange }),
    ...(routingKey === undefined ? {} : { routingKey }),
    ...(properties === undefined ? {} : { properties: { ...properties } }),
    ...(typeof body === 'string' ? { body } : { bodyBase64: toBase64(body) }),
  };
}

/** How a dialect reads the JSON form. */
export interface FormOptions {
  /** The code of the error for what is no message of the dialect. */
  readonly code: ErrorCode;
  /** The body's text for an object that is no form but the bare body. May throw: too deep. */
  readonly bareBody: (value: JsonObject) => string;
}

/** Reads the JSON form; also the bare body. */
export function parseNative(
  value: JsonValue,
  options: FormOptions,
): Result<NativeMessage, CodecError> {
  if (!isJsonObject(value)) return invalidForm(options.code, 'a message is a JSON object', '');
  if (Object.hasOwn(value, 'body') || Object.hasOwn(value, 'bodyBase64')) {
    return parseForm(value, options.code);
  }
  try {
    return ok({ body: options.bareBody(value) });
  } catch {
    return invalidForm(options.code, 'it is nested too deep', ''); // the writer recurses
  }
}

/** The error for a JSON form that is wrong at `path`; the whole of it where that is empty. */
export function invalidForm(code: ErrorCode, why: string, path: string): Result<never, CodecError> {
  const message = `not a message of this dialect: ${path === '' ? '' : `${path}: `}${why}`;
  return fail({ code, message, path });
}

function parseForm(value: JsonObject, code: ErrorCode): Result<NativeMessage, CodecError> {
  const body = parseBody(value, code);
  if (!body.ok) return body;
  const { exchange, routingKey, properties } = value;
  if (exchange !== undefined && typeof exchange !== 'string') {
    return invalidForm(code, 'a text is required', 'exchange');
  }
  if (routingKey !== undefined && typeof routingKey !== 'string') {
    return invalidForm(code, 'a text is required', 'routingKey');
  }
  if (properties !== undefined && !isJsonObject(properties)) {
    return invalidForm(code, 'an object is required', 'properties');
  }
  return ok({
    ...(exchange === undefined ? {} : { exchange }),
    ...(routingKey === undefined ? {} : { routingKey }),
    ...(properties === undefined ? {} : { properties: nativeProperties(properties) }),
    body: body.value,
  });
}

function parseBody(value: JsonObject, code: ErrorCode): Result<string | Uint8Array, CodecError> {
  const { body, bodyBase64 } = value;
  if (typeof body === 'string') return ok(body);
  if (body !== undefined) return invalidForm(code, 'a text is required', 'body');
  const bytes = typeof bodyBase64 === 'string' ? fromBase64(bodyBase64) : undefined;
  return bytes === undefined
    ? invalidForm(code, 'base64 is required', 'bodyBase64')
    : ok(textOf(bytes));
}
