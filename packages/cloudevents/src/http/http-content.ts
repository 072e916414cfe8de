/** CloudEvents in HTTP messages (bindings/http-protocol-binding.md), as pure functions. */
import { fail, ok, type CodecError, type JsonValue, type Result } from '@viaduct/core';
import { readBinary } from '../format/binary.ts';
import { decodeHeaderValue } from './header-value.ts';
import {
  BATCH_MEDIA_TYPE,
  BATCH_PREFIX,
  essence,
  EVENT_MEDIA_TYPE,
  FORMAT_PREFIX,
  isUtf8Type,
  TRACE_EXTENSION,
  withTrace,
  type CloudEventMessage,
} from '../message.ts';
import { parseBatch, parseStructured } from '../format/structured.ts';
import { isUri, isUriReference } from '../format/uri.ts';

/** What a request or response carries. */
export interface HttpContent {
  /** Headers by name in lower case, one value each. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** What the name of an attribute's header begins with. */
const HEADER_PREFIX = 'ce-';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The events in an HTTP message of any of the three content modes; a batch may be empty. An event
 * without trace context has that of the message.
 */
export function readHttp(
  content: HttpContent,
  batchEventsMax: number,
): Result<readonly CloudEventMessage[], CodecError> {
  const read = readEvents(content, batchEventsMax);
  const header = content.headers[TRACE_EXTENSION];
  if (!read.ok || header === undefined) return read;
  return ok(read.value.map((message) => withTrace(message, header)));
}

function readEvents(
  { headers, body }: HttpContent,
  batchEventsMax: number,
): Result<readonly CloudEventMessage[], CodecError> {
  const contentType = headers['content-type'];
  const type = essence(contentType ?? '');
  if (!type.startsWith(FORMAT_PREFIX)) return listOf(readBinaryMode(headers, contentType, body));
  const isBatch = type.startsWith(BATCH_PREFIX);
  if (type !== (isBatch ? BATCH_MEDIA_TYPE : EVENT_MEDIA_TYPE) || !isUtf8Type(contentType)) {
    return unreadable(`the event format ${JSON.stringify(contentType)}: only JSON in UTF-8`);
  }
  let text: string;
  try {
    text = strictUtf8.decode(body);
  } catch {
    return fail({ code: 'VIA_CLOUDEVENTS_NOT_JSON', message: 'the body is not UTF-8' });
  }
  return isBatch ? parseBatch(text, batchEventsMax) : listOf(parseStructured(text));
}

function readBinaryMode(
  headers: HttpContent['headers'],
  contentType: string | undefined,
  body: Uint8Array,
): Result<CloudEventMessage, CodecError> {
  if (headers['ce-specversion'] === undefined) {
    const type = contentType === undefined ? 'no content type' : JSON.stringify(contentType);
    return unreadable(`${type} without ce- headers: this is no CloudEvent`);
  }
  const attributes: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(HEADER_PREFIX) || value === undefined) continue;
    const attribute = name.slice(HEADER_PREFIX.length);
    const decoded = attributeValue(attribute, value);
    if (decoded === undefined) {
      const message = `header ${name}: the percent-encoding is not UTF-8`;
      return fail({ code: 'VIA_CLOUDEVENTS_ATTRIBUTE', message, path: attribute });
    }
    attributes.push([attribute, decoded]);
  }
  return readBinary(Object.fromEntries(attributes), contentType, body);
}

/**
 * Several SDKs send attributes as they are, without the percent-encoding that the binding asks for;
 * decoding would break the escapes of their URIs. What is a URI only as it stands is taken as it
 * stands.
 */
function attributeValue(name: string, value: string): string | undefined {
  const decoded = decodeHeaderValue(value);
  const isUriOf = URI_ATTRIBUTES.get(name);
  if (isUriOf === undefined || (decoded !== undefined && isUriOf(decoded))) return decoded;
  return isUriOf(value) ? value : decoded;
}

const URI_ATTRIBUTES: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['source', isUriReference],
  ['dataschema', isUri],
]);

function listOf(
  read: Result<CloudEventMessage, CodecError>,
): Result<readonly CloudEventMessage[], CodecError> {
  return read.ok ? ok([read.value]) : read;
}

function unreadable(what: string): Result<never, CodecError> {
  const message = `cannot read ${what}`;
  return fail({ code: 'VIA_CLOUDEVENTS_FORMAT', message, path: 'content-type' });
}
