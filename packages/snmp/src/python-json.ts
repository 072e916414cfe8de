import { isJsonObject, type JsonValue } from '@viaduct/core';

/** Nesting that is written; what lies deeper is cut to null. */
const DEPTH_MAX = 64;

/**
 * A value as Python's `json.dumps` writes it by default: blanks after commas and colons, everything
 * but ASCII escaped. This is how the product writes workflow parameters.
 */
export function pythonJson(value: JsonValue, depth = 0): string {
  if (depth > DEPTH_MAX) return 'null';
  if (Array.isArray(value)) {
    return `[${value.map((item) => pythonJson(item as JsonValue, depth + 1)).join(', ')}]`;
  }
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(
      ([name, item]) => `${asciiText(name)}: ${pythonJson(item, depth + 1)}`,
    );
    return `{${members.join(', ')}}`;
  }
  return typeof value === 'string' ? asciiText(value) : JSON.stringify(value);
}

function asciiText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
