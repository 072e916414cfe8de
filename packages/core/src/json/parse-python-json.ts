import type { JsonValue } from './json.ts';

/**
 * Parses JSON as Python's `json.dumps` writes it. Integers beyond 2^53, which Python sends as they
 * are and `JSON.parse` would round, become texts of their digits; NaN and Infinity, which Python
 * writes and JSON does not know, become null. Throws a `SyntaxError`, as `JSON.parse` does; ask
 * `isNestedDeeper` before, where a stranger wrote the text.
 */
export function parsePythonJson(text: string): JsonValue {
  try {
    return parseExactly(text);
  } catch (error) {
    const repaired = withoutNonNumbers(text);
    if (repaired === undefined) throw error;
    return repaired;
  }
}

/** A number of 16 digits or more, in the place of a value: only these can lose digits. */
const LONG_INTEGER = /[\s:,[]-?\d{16,}/;

/** Asked first: most texts have no such run of digits at all, and this is found much faster. */
const LONG_RUN = /\d{16}/;

/** The third argument of a reviver (ECMA-262, JSON.parse source text access). */
interface ReviverContext {
  readonly source?: string;
}

function parseExactly(text: string): JsonValue {
  if (!LONG_RUN.test(text) || !LONG_INTEGER.test(text)) return JSON.parse(text) as JsonValue;
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
