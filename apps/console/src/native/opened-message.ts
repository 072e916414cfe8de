/**
 * A native message in its JSON form, opened for reading: base64 decoded, documents within texts
 * (OpenNebula's XML, oslo's JSON in JSON) laid out. The exact form is shown beside it, never lost.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '@viaduct/core';
import { formatXml } from './format-xml.ts';
import { hexDump } from './hex-dump.ts';

/** One part of an opened message. */
export type OpenedPart =
  | { readonly kind: 'fields'; readonly fields: readonly Field[] }
  | { readonly kind: 'varbinds'; readonly varbinds: readonly Varbind[] }
  | {
      readonly kind: 'document';
      /** Where in the message it stands: `body`; empty for the whole of it. */
      readonly title: string;
      readonly language: 'json' | 'xml' | 'text';
      readonly text: string;
    };

/** A short value with its name. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** One object of an SNMP notification. */
export interface Varbind {
  readonly oid: string;
  readonly name?: string;
  readonly type: string;
  readonly value: string;
}

/** Texts of more characters are documents, not fields. */
const FIELD_LENGTH_MAX = 160;

/** How deep documents in texts are opened: a body, an envelope, a payload, and some. */
const DEPTH_MAX = 8;

/** What a message has that holds its body apart from what leads it there. */
const BODIES = ['body', 'content', 'varbinds', 'datagramBase64'] as const;

/** The parts of a message, what leads it there first. */
export function openedMessage(form: JsonObject): readonly OpenedPart[] {
  if (!BODIES.some((name) => name in form)) return [jsonDocument('', form)];
  const fields: Field[] = [];
  const parts: OpenedPart[] = [];
  for (const [name, value] of Object.entries(form)) {
    if (name === 'varbinds' && Array.isArray(value)) {
      parts.push({ kind: 'varbinds', varbinds: varbindsOf(value as readonly JsonValue[]) });
    } else if (typeof value === 'string') {
      const part = documentOf(name, value);
      if (part === undefined) fields.push({ name, value });
      else parts.push(part);
    } else fields.push(...flatFields(name, value));
  }
  return fields.length === 0 ? parts : [{ kind: 'fields', fields }, ...parts];
}

/** A text that may be a message in JSON, or anything at all where it is malformed. */
export function openedText(text: string): readonly OpenedPart[] {
  const value = parseJson(text);
  if (isJsonObject(value)) return openedMessage(value);
  return [{ kind: 'document', title: '', language: 'text', text }];
}

function documentOf(name: string, text: string): OpenedPart | undefined {
  if (name === 'content' || name.endsWith('Base64')) return contentOf(name, text);
  const value = parseJson(text);
  if (value !== undefined) return jsonDocument(name, value);
  if (isXml(text)) return { kind: 'document', title: name, language: 'xml', text: formatXml(text) };
  const isShort = text.length <= FIELD_LENGTH_MAX && !text.includes('\n') && name !== 'body';
  return isShort ? undefined : { kind: 'document', title: name, language: 'text', text };
}

function contentOf(name: string, base64: string): OpenedPart {
  const bytes = fromBase64(base64);
  if (bytes === undefined) return { kind: 'document', title: name, language: 'text', text: base64 };
  const text = utf8Of(bytes);
  const opened = text === undefined ? undefined : documentOf('body', text);
  if (opened?.kind === 'document') return { ...opened, title: `${name}, decoded` };
  return { kind: 'document', title: `${name}, in octets`, language: 'text', text: hexDump(bytes) };
}

function jsonDocument(title: string, value: JsonValue): OpenedPart {
  return { kind: 'document', title, language: 'json', text: layOut(() => opened(value, 0)) };
}

/** Pretty JSON; a hostile message may be nested deeper than a stack reaches. */
export function layOut(value: () => JsonValue): string {
  try {
    return JSON.stringify(value(), undefined, 2);
  } catch {
    return 'It is nested too deeply to be shown.';
  }
}

/** Texts that are JSON documents themselves become what they say. */
function opened(value: JsonValue, depth: number): JsonValue {
  if (depth > DEPTH_MAX) return value;
  if (typeof value === 'string') {
    const inner = parseJson(value);
    return inner === undefined ? value : opened(inner, depth + 1);
  }
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).map((item) => opened(item, depth + 1));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, opened(item, depth + 1)]),
  );
}

function varbindsOf(list: readonly JsonValue[]): readonly Varbind[] {
  return list.filter(isJsonObject).map((item): Varbind => {
    const { oid, name, type, value, valueBase64 } = item;
    const bytes = typeof valueBase64 === 'string' ? fromBase64(valueBase64) : undefined;
    const octets = bytes === undefined ? undefined : hexDump(bytes);
    return {
      oid: textOf(oid),
      ...(typeof name === 'string' ? { name } : {}),
      type: textOf(type),
      value: octets ?? textOf(value),
    };
  });
}

function flatFields(name: string, value: JsonValue): readonly Field[] {
  if (!isJsonObject(value)) return [{ name, value: textOf(value) }];
  return Object.entries(value).flatMap(([inner, item]) => flatFields(`${name}.${inner}`, item));
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function parseJson(text: string): JsonValue | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined; // it only looks like JSON: shown as the text it is
  }
}

function isXml(text: string): boolean {
  return /^\s*<[A-Za-z_?!]/.test(text);
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined; // no base64: shown as it is
  }
}

function utf8Of(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined; // no text: shown in octets
  }
}
