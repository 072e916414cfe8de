import { createHash } from 'node:crypto';
import type { JsonValue } from '@viaduct/core';

const DIGITS = 32;

/**
 * A short name for a content: equal for equal JSON values, whatever the order of their members;
 * the first 32 hexadecimal digits of a SHA-256.
 */
export function fingerprint(content: JsonValue): string {
  return createHash('sha256').update(sortedText(content)).digest('hex').slice(0, DIGITS);
}

function sortedText(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sortedText).join(',')}]`;
  const members = Object.entries(value as Readonly<Record<string, JsonValue>>)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${sortedText(member)}`);
  return `{${members.join(',')}}`;
}
