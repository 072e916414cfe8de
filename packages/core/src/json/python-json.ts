import type { JsonValue } from './json.ts';

/**
 * JSON as Python's `json.dumps` writes it with its defaults, which is what OpenStack and Cloudify
 * put on the wire: `", "` and `": "` between the parts, and everything but printable ASCII as
 * `\uXXXX`. What is nested in more than `depthMax` lists and objects becomes null; without that
 * limit the caller sees to it that the value is not so deep that the stack overflows.
 */
export function pythonJson(value: JsonValue, depthMax: number = Number.POSITIVE_INFINITY): string {
  if (depthMax < 0) return 'null';
  if (typeof value === 'string') return pythonString(value);
  if (typeof value === 'number') return pythonNumber(value);
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return Array.isArray(value)
    ? list(value as readonly JsonValue[], depthMax - 1)
    : object(value as Readonly<Record<string, JsonValue>>, depthMax - 1);
}

function list(items: readonly JsonValue[], depthMax: number): string {
  if (items.length === 0) return '[]';
  let text = '[';
  for (const [index, item] of items.entries()) {
    text += (index === 0 ? '' : ', ') + pythonJson(item, depthMax);
  }
  return `${text}]`;
}

function object(
  members: Readonly<Record<string, JsonValue | undefined>>,
  depthMax: number,
): string {
  let text = '';
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (value === undefined) continue;
    text += `${text === '' ? '{' : ', '}${pythonString(name)}: ${pythonJson(value, depthMax)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

const PLAIN = /^[ !#-[\]-~]*$/;
const PRINTABLE = /^[ -~]*$/;

/** A text in quotes, pure ASCII. */
export function pythonString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  // Of printable ASCII both languages escape the same two; the engine's own loop is the fastest.
  return PRINTABLE.test(text)
    ? JSON.stringify(text)
    : `"${text.replace(/[^ !#-[\]-~]/g, escaped)}"`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

function escaped(character: string): string {
  const short = SHORT_ESCAPES[character];
  return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** An integer has no point, whatever its size; a float's exponent has two digits or more. */
function pythonNumber(value: number): string {
  if (Number.isInteger(value)) {
    return Math.abs(value) < 1e21 ? String(value) : String(BigInt(value));
  }
  if (!Number.isFinite(value)) return 'null'; // JSON has no word for it
  if (Math.abs(value) < 1e-4) return exponent(value);
  return String(value);
}

function exponent(value: number): string {
  return value.toExponential().replace(/e-(\d)$/, 'e-0$1');
}
