import type { JsonValue } from '@viaduct/core';

/**
 * JSON as Python's `json.dumps` writes it with its defaults, which is what oslo.messaging puts on
 * the wire: `", "` and `": "` between the parts, and everything but printable ASCII as `\uXXXX`.
 */
export function pythonJson(value: JsonValue): string {
  if (typeof value === 'string') return pythonString(value);
  if (typeof value === 'number') return pythonNumber(value);
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return Array.isArray(value)
    ? list(value as readonly JsonValue[])
    : object(value as Readonly<Record<string, JsonValue>>);
}

function list(items: readonly JsonValue[]): string {
  if (items.length === 0) return '[]';
  let text = '[';
  for (const [index, item] of items.entries()) text += (index === 0 ? '' : ', ') + pythonJson(item);
  return `${text}]`;
}

function object(members: Readonly<Record<string, JsonValue | undefined>>): string {
  let text = '';
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (value === undefined) continue;
    text += `${text === '' ? '{' : ', '}${pythonString(name)}: ${pythonJson(value)}`;
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
