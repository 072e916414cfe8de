/**
 * CloudEvents in RabbitMQ messages, by the binding that Knative's eventing-rabbitmq publishes
 * (cloudevents-protocol-spec/spec.md), as pure functions:
 *
 *     binary       content_type    datacontenttype
 *                  headers         ce-specversion, ce-id, ce-source, ce-type, ce-<extension>…
 *                  body            the data
 *     structured   content_type    application/cloudevents+json
 *                  body            the event in JSON
 *
 * Knative's own broker, the code beside that text, writes and matches headers without `ce-`
 * (`plain` here). Read as well: `cloudEvents:` and `cloudEvents_`, which the binding for AMQP 1.0
 * has, and RabbitMQ hands on. Knative looks for the media type of the data in a header, so it is
 * written there as well.
 */
import {
  fail,
  isJsonObject,
  ok,
  type CodecError,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import { readBinary, writeBinary } from '../format/binary.ts';
import {
  essence,
  EVENT_MEDIA_TYPE,
  FORMAT_PREFIX,
  isUtf8Type,
  TRACE_EXTENSION,
  traceHeader,
  withTrace,
  type CloudEventMessage,
} from '../message.ts';
import { formatStructured, parseStructured } from '../format/structured.ts';

/** The parts of a RabbitMQ message that hold an event. */
export interface AmqpContent {
  readonly contentType: string | undefined;
  /** The header table, as an AMQP client decodes it. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
}

/** How an event is written. */
export interface AmqpForm {
  readonly mode: 'binary' | 'structured';
  /** `prefixed`: `ce-id`…, as the binding says. `plain`: `id`…, as Knative's broker writes. */
  readonly headerNames: 'prefixed' | 'plain';
}

const PREFIX = /^(?:ce-|cloudevents[:_])/;
const CONTENT_TYPE_HEADER = 'content-type';
const REQUIRED = ['specversion', 'id', 'source', 'type'];

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/** The event in a message of either mode; without trace context it has that of the message. */
export function readAmqp(content: AmqpContent): Result<CloudEventMessage, CodecError> {
  const headers = lowerCased(content.headers);
  const read = readEvent(content, headers);
  return read.ok ? ok(withTrace(read.value, headers.get(TRACE_EXTENSION))) : read;
}

function readEvent(
  content: AmqpContent,
  headers: ReadonlyMap<string, unknown>,
): Result<CloudEventMessage, CodecError> {
  const contentType = content.contentType ?? textOf(headers.get(CONTENT_TYPE_HEADER));
  const type = essence(contentType ?? '');
  if (!type.startsWith(FORMAT_PREFIX)) return readBinaryMode(headers, contentType, content.body);
  if (type !== EVENT_MEDIA_TYPE || !isUtf8Type(contentType)) {
    return unreadable(`the event format ${JSON.stringify(contentType)}: only JSON in UTF-8`);
  }
  try {
    return parseStructured(strictUtf8.decode(content.body));
  } catch {
    return fail({ code: 'VIA_CLOUDEVENTS_NOT_JSON', message: 'the body is not UTF-8' });
  }
}

/** A message with an event in it. */
export function writeAmqp(message: CloudEventMessage, form: AmqpForm): AmqpContent {
  if (form.mode === 'structured') {
    const body = encoder.encode(formatStructured(message));
    const contentType = `${EVENT_MEDIA_TYPE}; charset=utf-8`;
    return { contentType, headers: traceHeader(message), body };
  }
  const { attributes, contentType, body } = writeBinary(message);
  const prefix = form.headerNames === 'plain' ? '' : 'ce-';
  const headers: Record<string, string> = { ...traceHeader(message) };
  for (const [name, value] of attributes) headers[`${prefix}${name}`] = value;
  if (contentType !== undefined) headers[CONTENT_TYPE_HEADER] = contentType;
  return { contentType, headers, body };
}

function readBinaryMode(
  headers: ReadonlyMap<string, unknown>,
  contentType: string | undefined,
  body: Uint8Array,
): Result<CloudEventMessage, CodecError> {
  const attributes = prefixedAttributes(headers) ?? plainAttributes(headers);
  if (attributes !== undefined)
    return readBinary(Object.fromEntries(attributes), contentType, body);
  const type = contentType === undefined ? 'no content type' : JSON.stringify(contentType);
  return unreadable(`${type} without ce- headers: this is no CloudEvent`);
}

type Attributes = readonly (readonly [string, JsonValue])[];

function prefixedAttributes(headers: ReadonlyMap<string, unknown>): Attributes | undefined {
  const own = [...headers].filter(([name]) => PREFIX.test(name));
  return own.length === 0 ? undefined : own.flatMap(([name, value]) => attributeOf(name, value));
}

/** Without a prefix, only a message with all that a CloudEvent must have is taken for one. */
function plainAttributes(headers: ReadonlyMap<string, unknown>): Attributes | undefined {
  if (!REQUIRED.every((name) => headers.has(name))) return undefined;
  const own = [...headers].filter(([name]) => /^[a-z0-9]+$/.test(name));
  return own.flatMap(([name, value]) => attributeOf(name, value));
}

/** A header as an attribute; tables and lists are none. */
function attributeOf(name: string, value: unknown): Attributes {
  const attribute = name.replace(PREFIX, '');
  if (typeof value === 'boolean' || typeof value === 'number') return [[attribute, value]];
  const text = textOf(value);
  return text === undefined ? [] : [[attribute, text]];
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  // amqplib shows an AMQP timestamp, seconds since the epoch, as a tagged value.
  if (!isJsonObject(value) || value['!'] !== 'timestamp') return undefined;
  const date = new Date(Number(value['value']) * 1_000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function lowerCased(headers: AmqpContent['headers']): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function unreadable(what: string): Result<never, CodecError> {
  const message = `cannot read ${what}`;
  return fail({ code: 'VIA_CLOUDEVENTS_FORMAT', message, path: 'content_type' });
}
