/** Binary content mode, shared by HTTP and RabbitMQ: attributes beside the data. */
import { fromBase64, isNestedDeeper, ok, toBase64 } from '@viaduct/core';
import type { CodecError, JsonObject, JsonValue, Result } from '@viaduct/core';
import { checkEvent } from './attributes.ts';
import {
  essence,
  EVENT_DEPTH_MAX,
  isJsonType,
  isUtf8Type,
  textAttribute,
  without,
  type CloudEventMessage,
} from '../message.ts';
import { isRounded } from './structured.ts';

/** An event taken apart: what goes into headers, and the body. */
export interface BinaryContent {
  /** All attributes but `datacontenttype`, in their canonical text form. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
}

const encoder = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * An event from its attributes and its body. The body is taken as what its media type says, and as
 * bytes where it is not that: data is the sender's, and never a reason to refuse an event.
 */
export function readBinary(
  attributes: JsonObject,
  contentType: string | undefined,
  body: Uint8Array,
): Result<CloudEventMessage, CodecError> {
  const event = {
    ...without(attributes, 'datacontenttype'),
    ...(contentType === undefined ? {} : { datacontenttype: contentType }),
    ...readData(contentType, body),
  };
  const checked = checkEvent(event);
  return checked.ok ? ok({ event: checked.value }) : checked;
}

function readData(contentType: string | undefined, body: Uint8Array): JsonObject {
  if (body.length === 0) return {};
  const asBytes = (): JsonObject => ({ data_base64: toBase64(body) });
  const isJson = isJsonType(contentType);
  if (!isUtf8Type(contentType) || (!isJson && !isTextType(contentType))) return asBytes();
  let text: string;
  try {
    text = strictUtf8.decode(body);
  } catch {
    return asBytes();
  }
  if (!isJson) return { data: text };
  const value = parseExactly(text);
  return value === undefined ? asBytes() : { data: value };
}

function parseExactly(text: string): JsonValue | undefined {
  if (isNestedDeeper(text, EVENT_DEPTH_MAX - 1)) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    return isRounded(text) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Media types whose bodies people read. */
function isTextType(contentType: string | undefined): boolean {
  const type = essence(contentType ?? '');
  return type.startsWith('text/') || /^[^/]+\/(?:xml|[^/]+\+xml|yaml|[^/]+\+yaml)$/.test(type);
}

/** Takes an event apart. Data without a media type is JSON, and says so from here on. */
export function writeBinary({ event }: CloudEventMessage): BinaryContent {
  const attributes = new Map<string, string>();
  for (const [name, value] of Object.entries(event)) {
    if (name === 'data' || name === 'data_base64' || name === 'datacontenttype') continue;
    attributes.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  const declared = textAttribute(event, 'datacontenttype');
  const hasData = Object.hasOwn(event, 'data');
  const contentType = declared ?? (hasData ? 'application/json' : undefined);
  return { attributes, contentType, body: dataBytes(event, contentType) };
}

/** The data of an event as the bytes that its media type declares; none where it has no data. */
function dataBytes(event: JsonObject, contentType: string | undefined): Uint8Array {
  const base64 = textAttribute(event, 'data_base64');
  if (base64 !== undefined) return fromBase64(base64) ?? new Uint8Array();
  const data = Object.hasOwn(event, 'data') ? event['data'] : undefined;
  if (data === undefined) return new Uint8Array();
  const isText = typeof data === 'string' && !isJsonType(contentType);
  return encoder.encode(isText ? data : JSON.stringify(data));
}
