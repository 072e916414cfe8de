import type { JsonValue } from '@viaduct/core';

/**
 * JSON as Python's `json.dumps` writes it with its defaults, which is what Cloudify puts on the
 * wire: `", "` and `": "` between the parts, and everything but ASCII as `\uXXXX`.
 */
export function pythonJson(value: JsonValue): string {
  if (typeof value === 'string') return pythonString(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) {
    return `[${value.map((item) => pythonJson(item as JsonValue)).join(', ')}]`;
  }
  const members = Object.entries(value).map(
    ([name, item]) => `${pythonString(name)}: ${pythonJson(item)}`,
  );
  return `{${members.join(', ')}}`;
}

function pythonString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
