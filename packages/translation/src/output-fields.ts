/**
 * Opens a native message, in its JSON form, down to single values: JSON in texts, XML, base64. For
 * showing and comparing outputs of any dialect; a codec reads its own messages by itself.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '@viaduct/core';
import { xmlFields } from './xml-fields.ts';

/** Every single value of a message by its path, in the order of the message. */
export type OutputFields = ReadonlyMap<string, JsonValue>;

/** Fields that are looked at in one message; what lies beyond stays unseen. */
const FIELDS_MAX = 4096;

/** How deep documents in texts are opened: a body, an envelope, a payload, and some. */
const DEPTH_MAX = 32;

/**
 * The values of a message: `body.oslo.message.payload.state`, `content/HOOK_MESSAGE/VM/ID`. What
 * is named within a list (SNMP's varbinds) is called by that name, so that one more element moves
 * no other: `varbinds[1.3.6.1.6.3.1.1.4.1.0].value`.
 */
export function outputFields(form: JsonObject): OutputFields {
  const fields = new Map<string, JsonValue>();
  collect('', form, fields, 0);
  return fields;
}

function collect(path: string, value: JsonValue, fields: Map<string, JsonValue>, depth: number) {
  if (fields.size >= FIELDS_MAX) return;
  const inner = depth < DEPTH_MAX ? value : undefined;
  if (Array.isArray(inner) && inner.length > 0) {
    const names = elementNames(inner as readonly JsonValue[]);
    (inner as readonly JsonValue[]).forEach((item, index) => {
      collect(`${path}[${names?.[index] ?? index}]`, item, fields, depth + 1);
    });
  } else if (isJsonObject(inner) && Object.keys(inner).length > 0) {
    for (const [name, item] of Object.entries(inner)) {
      const isBase64 = name === 'content' || name.endsWith('Base64');
      const text = isBase64 && typeof item === 'string' ? fromBase64(item) : undefined;
      const place = path === '' ? name : `${path}.${name}`;
      collect(place, text ?? item, fields, depth + 1);
    }
  } else if (typeof inner === 'string') {
    collectText(path, inner, fields, depth);
  } else fields.set(path, single(value));
}

const EMPTY_LIST: JsonValue = [];
const EMPTY_OBJECT: JsonValue = {};

/** Single values are compared by identity: all empty lists are one, and so are all objects. */
function single(value: JsonValue): JsonValue {
  if (Array.isArray(value) && value.length === 0) return EMPTY_LIST;
  return isJsonObject(value) && Object.keys(value).length === 0 ? EMPTY_OBJECT : value;
}

function collectText(path: string, text: string, fields: Map<string, JsonValue>, depth: number) {
  const opened = parseDocument(text);
  if (opened !== undefined) {
    collect(path, opened, fields, depth + 1);
    return;
  }
  const elements = /^\s*<[A-Za-z_?]/.test(text) ? xmlFields(text, FIELDS_MAX - fields.size) : [];
  if (elements.length === 0) fields.set(path, text);
  for (const [place, value] of elements) fields.set(`${path}/${place}`, value);
}

function parseDocument(text: string): JsonValue | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined; // NaN and the like: shown as the text it is
  }
}

const NAMES = ['name', 'oid'] as const;

/** What tells the elements of a list apart, where each has it and no two the same. */
function elementNames(list: readonly JsonValue[]): readonly string[] | undefined {
  for (const key of NAMES) {
    const names = list.flatMap((item) => {
      const name = isJsonObject(item) ? item[key] : undefined;
      return typeof name === 'string' ? [name] : [];
    });
    if (names.length === list.length && new Set(names).size === names.length) return names;
  }
  return undefined;
}

function fromBase64(text: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
