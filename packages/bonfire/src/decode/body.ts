import {
  fail,
  isJsonObject,
  isNestedDeeper,
  ok,
  type CodecError,
  type JsonObject,
  type Result,
} from '@viaduct/core';
import type { BonfireMessage } from '../message.ts';

/** The largest body that is read, in characters: an object's whole document has some kilobytes. */
const BODY_LENGTH_MAX: number = 4 * 1024 * 1024;

/** How deep a body may be nested; BonFIRE's documents reach 4. */
const BODY_DEPTH_MAX = 100;

/** Opens a message down to its JSON object. */
export function openBody({ body }: BonfireMessage): Result<JsonObject, CodecError> {
  if (body.length > BODY_LENGTH_MAX) {
    return refused('TOO_LARGE', `the body has ${body.length} bytes; at most ${BODY_LENGTH_MAX}`);
  }
  if (typeof body !== 'string') return refused('NOT_UTF8', 'the body is not UTF-8');
  if (isNestedDeeper(body, BODY_DEPTH_MAX)) {
    return refused('TOO_DEEP', `the body is nested deeper than ${BODY_DEPTH_MAX} levels`);
  }
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refused('NOT_JSON', `not JSON: ${why.slice(0, 200)}`);
  }
  if (isJsonObject(value)) return ok(value);
  const what = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
  return refused('NOT_OBJECT', `the body is ${what}; messages are JSON objects`);
}

const CODES = {
  TOO_LARGE: 'VIA_BONFIRE_BODY_TOO_LARGE',
  NOT_UTF8: 'VIA_BONFIRE_BODY_NOT_UTF8',
  TOO_DEEP: 'VIA_BONFIRE_BODY_TOO_DEEP',
  NOT_JSON: 'VIA_BONFIRE_BODY_NOT_JSON',
  NOT_OBJECT: 'VIA_BONFIRE_BODY_NOT_OBJECT',
} as const;

function refused(what: keyof typeof CODES, message: string): Result<never, CodecError> {
  return fail({ code: CODES[what], message, path: 'body' });
}
