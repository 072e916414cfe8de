import { isJsonObject, type JsonObject, type JsonValue } from '@viaduct/core';

/**
 * Reads values out of payloads: own members only (a key like `__proto__` in hostile JSON is just a
 * key), versioned objects seen through, kombu's typed values unwrapped.
 */

/** The part of a path before and after each dot. */
export type Path = readonly string[];

/** Own member of an object; `undefined` where there is none. */
export function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (Array.isArray(value)) return (value as readonly JsonValue[])[Number(name)];
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
  return plain(value[name]);
}

/** Follows a path; a number in it is a place in a list. */
export function at(value: JsonValue | undefined, path: Path): JsonValue | undefined {
  let current = value;
  for (const name of path) {
    current = member(current, name);
    if (current === undefined) return undefined;
  }
  return current;
}

/**
 * A value without its wrapping: the data of a versioned object (`nova_object.data`, and the same of
 * ironic, masakari, watcher: oslo.versionedobjects' serializer), or what kombu 5.3 and later make
 * of a Python object that JSON does not know (`{"__type__": "uuid", "__value__": …}`).
 */
export function plain(value: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, '__type__') && Object.hasOwn(value, '__value__')) return typed(value);
  for (const name of VERSIONED_DATA) {
    if (Object.hasOwn(value, name)) return value[name];
  }
  return otherVersioned(value);
}

const VERSIONED_DATA = [
  'nova_object.data',
  'ironic_object.data',
  'masakari_object.data',
  'watcher_object.data',
];

/** A versioned object has four members; whatever project it is of, one ends in `_object.data`. */
const VERSIONED_MEMBERS_MAX = 6;

function otherVersioned(value: JsonObject): JsonValue {
  const names = Object.keys(value);
  if (names.length > VERSIONED_MEMBERS_MAX) return value;
  const data = names.find((name) => name.endsWith('_object.data'));
  return data === undefined ? value : (value[data] ?? null);
}

function typed(value: JsonObject): JsonValue {
  const inner = value['__value__'] ?? null;
  if (value['__type__'] !== 'uuid') return inner;
  const hex = isJsonObject(inner) && Object.hasOwn(inner, 'hex') ? inner['hex'] : inner;
  if (typeof hex !== 'string' || !/^[0-9a-f]{32}$/i.test(hex)) return inner;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** What stands for "nothing" in a payload: nova writes an empty text, others null. */
export function isAbsent(value: JsonValue | undefined): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

/** Names and ids longer than this are cut: they become keys and labels everywhere. */
const TEXT_LENGTH_MAX = 1024;

/** A text, or a number or truth value as one; `undefined` where it is absent or something else. */
export function textFrom(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') {
    return value === '' ? undefined : value.slice(0, TEXT_LENGTH_MAX);
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A finite number, or a text that is one. */
export function numberFrom(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^-?\d{1,15}(?:\.\d{1,9})?$/.test(value)) return undefined;
  return Number(value);
}

/** The items of a list, none of anything else; never more than a reader can want. */
export function listFrom(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).slice(0, LIST_LENGTH_MAX) : [];
}

const LIST_LENGTH_MAX = 256;
