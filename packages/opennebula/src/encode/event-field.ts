import { isJsonObject, type EventData } from '@viaduct/core';

/** A text in an event's data, by its path; `undefined` where there is none, or an empty one. */
export function textAt(data: EventData, ...path: readonly string[]): string | undefined {
  const value = valueAt(data, path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A number of an event's data, by its path. */
export function numberAt(data: EventData, ...path: readonly string[]): number | undefined {
  const value = valueAt(data, path);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A list of an event's data, by its path; empty where there is none. */
export function listAt(data: EventData, ...path: readonly string[]): readonly unknown[] {
  const value = valueAt(data, path);
  return Array.isArray(value) ? value : [];
}

/** An id that OpenNebula's readers take for one: a whole number that fits into 31 bits. */
export function integerAt(data: EventData, ...path: readonly string[]): string | undefined {
  const text = textAt(data, ...path);
  return text !== undefined && isObjectId(text) ? text : undefined;
}

/** Whether a text is an id as OpenNebula gives them: 0 and up, no leading zeros, 31 bits. */
export function isObjectId(text: string): boolean {
  return /^(?:0|[1-9]\d{0,9})$/.test(text) && Number(text) <= 0x7fffffff;
}

/** Seconds since the epoch of a time in an event's data. */
export function secondsAt(data: EventData, ...path: readonly string[]): number | undefined {
  const text = textAt(data, ...path);
  return text === undefined ? undefined : seconds(text);
}

/** Seconds since the epoch of an RFC 3339 time after it. */
export function seconds(time: string): number | undefined {
  const ms = Date.parse(time);
  return Number.isNaN(ms) || ms <= 0 ? undefined : Math.floor(ms / 1000);
}

function valueAt(data: unknown, path: readonly string[]): unknown {
  let value = data;
  for (const name of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}
