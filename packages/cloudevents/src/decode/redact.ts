import { fromBase64, isJsonObject, latin1Bytes, latin1Text, toBase64 } from '@viaduct/core';
import type { JsonObject, JsonValue, Redacted, Redaction } from '@viaduct/core';
import { EVENT_DEPTH_MAX, textAttribute, type CloudEventMessage } from '../message.ts';
import { isSecretName, MASK, redactText } from './secrets.ts';

/**
 * Replaces the secrets of an event, by the name of the member or extension that holds them, in data
 * of any media type: a text by `***`, a number by 0, a list by [] and an object by {}. Texts are
 * looked through too, so that a password in a URL, a form or JSON inside JSON is found; so are
 * bytes that turn out to be text. null, true, false and empty values tell nothing and stay.
 */
export function redact(message: CloudEventMessage): Redacted<CloudEventMessage> {
  const redactions: Redaction[] = [];
  const clean = redactMembers(message.event, '', 0, redactions);
  const event = redactBytes(clean, redactions);
  return { native: redactions.length === 0 ? message : { event }, redactions };
}

function redactMembers(
  object: JsonObject,
  path: string,
  depth: number,
  redactions: Redaction[],
): JsonObject {
  const before = redactions.length;
  const pair = isSecretPair(object);
  const members = Object.entries(object).map(([name, value]): [string, JsonValue] => {
    const at = path === '' ? name : `${path}.${name}`;
    if (depth === 0 && name === 'data_base64') return [name, value];
    const isSecret = isSecretName(name) || (pair && name === 'value');
    return [name, isSecret ? masked(value, at, redactions) : inside(value, at, depth, redactions)];
  });
  // The same object where nothing was found: nothing needs to be written again.
  return redactions.length === before ? object : Object.fromEntries(members);
}

/** `{"name": "admin_pass", "value": "…"}`: how lists of parameters are written. */
function isSecretPair(object: JsonObject): boolean {
  const name = Object.hasOwn(object, 'name') ? object['name'] : object['key'];
  return typeof name === 'string' && isSecretName(name);
}

function inside(value: JsonValue, path: string, depth: number, redactions: Redaction[]): JsonValue {
  if (typeof value === 'string') {
    const found = redactText(value);
    if (found === undefined) return value;
    redactions.push({ path });
    return found.text;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth > EVENT_DEPTH_MAX) {
    redactions.push({ path }); // what is not looked through is not kept
    return MASK;
  }
  if (isJsonObject(value)) return redactMembers(value, path, depth + 1, redactions);
  const before = redactions.length;
  const items = value.map((item, index) =>
    inside(item, `${path}[${index}]`, depth + 1, redactions),
  );
  return redactions.length === before ? value : items;
}

function masked(value: JsonValue, path: string, redactions: Redaction[]): JsonValue {
  const mask = maskOf(value);
  if (mask !== value) redactions.push({ path });
  return mask;
}

function maskOf(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value === '' ? value : MASK;
  if (typeof value === 'number') return value === 0 ? value : 0;
  if (Array.isArray(value)) return value.length === 0 ? (value as JsonValue) : [];
  if (isJsonObject(value)) return Object.keys(value).length === 0 ? value : {};
  return value;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Binary data that is text after all: looked through like any other text. */
function redactBytes(event: JsonObject, redactions: Redaction[]): JsonObject {
  const bytes = fromBase64(textAttribute(event, 'data_base64') ?? '');
  if (bytes === undefined || bytes.length === 0) return event;
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    text = latin1Text(bytes);
    const found = redactText(text);
    if (found === undefined) return event;
    redactions.push({ path: 'data_base64' });
    return { ...event, data_base64: toBase64(latin1Bytes(found.text)) };
  }
  const found = redactText(text);
  if (found === undefined) return event;
  redactions.push({ path: 'data_base64' });
  return { ...event, data_base64: toBase64(encoder.encode(found.text)) };
}
