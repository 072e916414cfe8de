import { fail, ok, type CodecError, type JsonValue, type Result } from '@viaduct/core';
import { closingQuote } from './json-span.ts';
import type { CloudifyMessage } from './message.ts';

/** The largest body that is read, in bytes: a traceback and its parameters have some kilobytes. */
export const BODY_BYTES_MAX: number = 16 * 1024 * 1024;

/** How deep a body may be nested: what is deeper would overflow any recursive reader behind us. */
export const BODY_DEPTH_MAX = 100;

/**
 * Parses the body of a message. Integers beyond 2^53, which Python sends as they are and
 * `JSON.parse` would round, become texts of their digits; NaN and Infinity, which Python writes and
 * JSON does not know, become null.
 */
export function parseBody({ body }: CloudifyMessage): Result<JsonValue, CodecError> {
  if (body.length > BODY_BYTES_MAX) {
    const message = `the body has ${body.length} bytes or more; at most ${BODY_BYTES_MAX} are read`;
    return fail({ code: 'VIA_CLOUDIFY_BODY_TOO_LARGE', message, path: 'body' });
  }
  if (typeof body !== 'string') {
    const message = 'the body is not UTF-8';
    return fail({ code: 'VIA_CLOUDIFY_BODY_NOT_UTF8', message, path: 'body' });
  }
  if (isTooDeep(body)) {
    const message = `the body is nested deeper than ${BODY_DEPTH_MAX} levels`;
    return fail({ code: 'VIA_CLOUDIFY_BODY_TOO_DEEP', message, path: 'body' });
  }
  try {
    return ok(parseExactly(body));
  } catch (error) {
    const repaired = withoutNonNumbers(body);
    if (repaired !== undefined) return ok(repaired);
    const message = `not JSON: ${(error as Error).message.slice(0, 200)}`;
    return fail({ code: 'VIA_CLOUDIFY_BODY_NOT_JSON', message, path: 'body' });
  }
}

/** A number of 16 digits or more, in the place of a value: only these can lose digits. */
const LONG_INTEGER = /[\s:,[]-?\d{16,}/;

/** The third argument of a reviver (ECMA-262, JSON.parse source text access). */
interface ReviverContext {
  readonly source?: string;
}

function parseExactly(text: string): JsonValue {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text) as JsonValue;
  return JSON.parse(text, function (_name, value: JsonValue, context?: ReviverContext): JsonValue {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const source = context?.source;
    return source !== undefined && /^-?\d+$/.test(source) ? source : value;
  } as (name: string, value: JsonValue) => JsonValue) as JsonValue;
}

const NON_NUMBER = /"(?:[^"\\]+|\\.)*"|-?Infinity|NaN/gs;

/** Such texts are rare and small; larger ones are not worth the second pass. */
const REPAIR_LENGTH_MAX = 256 * 1024;

function withoutNonNumbers(text: string): JsonValue | undefined {
  if (text.length > REPAIR_LENGTH_MAX || !/[\s:,[](?:-?Infinity|NaN)/.test(text)) return undefined;
  try {
    return parseExactly(text.replace(NON_NUMBER, (part) => (part.startsWith('"') ? part : 'null')));
  } catch {
    return undefined;
  }
}

/** Whether brackets outside of strings are nested deeper than {@link BODY_DEPTH_MAX}. */
function isTooDeep(text: string): boolean {
  const token = /["{}[\]]/g;
  let depth = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const char = match[0];
    if (char === '"') {
      const close = closingQuote(text, match.index + 1, 0);
      if (close === -1) return false;
      token.lastIndex = close + 1;
    } else if (char === '{' || char === '[') {
      depth += 1;
      if (depth > BODY_DEPTH_MAX) return true;
    } else depth -= 1;
  }
  return false;
}
