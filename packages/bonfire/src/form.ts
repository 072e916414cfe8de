import {
  fail,
  isJsonObject,
  ok,
  type CodecError,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import { bonfireProperties, textOf, type BonfireMessage } from './message.ts';

/**
 * The JSON form of a message: `exchange`, `routingKey`, `properties`, `redelivered` where it is
 * true, and `body` as a text or `bodyBase64` where the bytes are no UTF-8. Everything but the body
 * may be missing.
 */
export function format(native: BonfireMessage): JsonObject {
  const { exchange, routingKey, properties, redelivered, body } = native;
  return {
    ...(exchange === undefined ? {} : { exchange }),
    ...(routingKey === undefined ? {} : { routingKey }),
    ...(properties === undefined ? {} : { properties: { ...properties } }),
    ...(redelivered === undefined ? {} : { redelivered }),
    ...(typeof body === 'string' ? { body } : { bodyBase64: toBase64(body) }),
  };
}

/** Reads the JSON form; also the bare body, the JSON message itself. */
export function parse(value: JsonValue): Result<BonfireMessage, CodecError> {
  if (!isJsonObject(value)) return invalid('a message is a JSON object', '');
  if (Object.hasOwn(value, 'body') || Object.hasOwn(value, 'bodyBase64')) return parseForm(value);
  try {
    return ok({ body: JSON.stringify(value) });
  } catch {
    return invalid('it is nested too deep', '');
  }
}

function parseForm(value: JsonObject): Result<BonfireMessage, CodecError> {
  const body = parseBody(value);
  if (!body.ok) return body;
  const { exchange, routingKey, properties, redelivered } = value;
  if (exchange !== undefined && typeof exchange !== 'string') {
    return invalid('a text is required', 'exchange');
  }
  if (routingKey !== undefined && typeof routingKey !== 'string') {
    return invalid('a text is required', 'routingKey');
  }
  if (properties !== undefined && !isJsonObject(properties)) {
    return invalid('an object is required', 'properties');
  }
  if (redelivered !== undefined && typeof redelivered !== 'boolean') {
    return invalid('true or false is required', 'redelivered');
  }
  return ok({
    ...(exchange === undefined ? {} : { exchange }),
    ...(routingKey === undefined ? {} : { routingKey }),
    ...(properties === undefined ? {} : { properties: bonfireProperties(properties) }),
    ...(redelivered === true ? { redelivered } : {}),
    body: body.value,
  });
}

function parseBody(value: JsonObject): Result<string | Uint8Array, CodecError> {
  const { body, bodyBase64 } = value;
  if (typeof body === 'string') return ok(body);
  if (body !== undefined) return invalid('a text is required', 'body');
  const bytes = typeof bodyBase64 === 'string' ? fromBase64(bodyBase64) : undefined;
  return bytes === undefined ? invalid('base64 is required', 'bodyBase64') : ok(textOf(bytes));
}

function invalid(why: string, path: string): Result<never, CodecError> {
  return fail({
    code: 'VIA_BONFIRE_FORM_INVALID',
    message: `not a message of this dialect: ${path === '' ? '' : `${path}: `}${why}`,
    path,
  });
}

/** How many bytes become characters at once: arguments of one call are limited. */
const CHUNK_BYTES = 8192;

function toBase64(bytes: Uint8Array): string {
  let characters = '';
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    characters += String.fromCharCode(...bytes.subarray(start, start + CHUNK_BYTES));
  }
  return btoa(characters);
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
