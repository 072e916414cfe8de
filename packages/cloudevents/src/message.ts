/**
 * One CloudEvent 1.0.2 as a small value: its structured JSON form (formats/json-format.md), all
 * attributes and extensions as they came.
 *
 *     event   specversion "1.0", id, source, type      required
 *             subject, time, datacontenttype, dataschema
 *             <extension>                              text, boolean or number
 *             data          any JSON, or a text where datacontenttype is not JSON
 *             data_base64   bytes, instead of data
 *
 * Whatever content mode it came in (structured, binary or batched over HTTP; structured or binary
 * over RabbitMQ) it is kept in this one form, which is also the form of `viaduct translate` and of
 * the journal:
 *
 *     binary mode      ce-id: 42            "id": "42"
 *                      content-type: T      "datacontenttype": "T"
 *                      body, JSON           "data": <the value>
 *                      body, text           "data": "<the text>"
 *                      body, other          "data_base64": "…"
 *
 * JSON data with a number that JavaScript would round (an integer beyond 2^53) is kept as
 * `data_base64` of its own text: the same event to every reader of CloudEvents, digits included.
 */
import { readTraceparent, type JsonObject } from '@viaduct/core';

/** A native message of this dialect. */
export interface CloudEventMessage {
  readonly event: JsonObject;
}

/** The media type of one event in JSON. */
export const EVENT_MEDIA_TYPE = 'application/cloudevents+json';

/** The media type of a JSON list of events. */
export const BATCH_MEDIA_TYPE = 'application/cloudevents-batch+json';

/** What the media type of every event format begins with. */
export const FORMAT_PREFIX = 'application/cloudevents';

/** What the media type of every batch format begins with. */
export const BATCH_PREFIX = 'application/cloudevents-batch';

/** The extension under which the canonical id travels on an event of somebody else's type. */
export const ID_EXTENSION = 'viaductid';

/** The extension for the ids of the brokers such an event passed, oldest first, blank between. */
export const TRAIL_EXTENSION = 'viaducttrail';

/**
 * The extension for W3C trace context (extensions/distributed-tracing.md); also the name of the
 * header beside an event, where HTTP and RabbitMQ carry that of the message.
 */
export const TRACE_EXTENSION = 'traceparent';

/** Events larger than this, in bytes of JSON, are not read: no broker of the field takes them. */
export const EVENT_BYTES_MAX: number = 16 * 1024 * 1024;

/** How deep an event may be nested: deeper ones overflow the stack of a recursive reader. */
export const EVENT_DEPTH_MAX = 100;

/** A text attribute of an event, where it has it. */
export function textAttribute(event: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(event, name) ? event[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** An event without some of its members. */
export function without(event: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(event).filter(([name]) => !names.includes(name)));
}

/**
 * The message with the trace context of the transport's own header, where the event itself has
 * none: instrumented programs set the header and know nothing of the extension.
 */
export function withTrace(message: CloudEventMessage, header: unknown): CloudEventMessage {
  if (typeof header !== 'string' || Object.hasOwn(message.event, TRACE_EXTENSION)) return message;
  const traceparent = readTraceparent(header);
  if (traceparent === undefined) return message;
  return { event: { ...message.event, [TRACE_EXTENSION]: traceparent } };
}

/** The header that says the trace context of an event to whoever carries the message. */
export function traceHeader({ event }: CloudEventMessage): Readonly<Record<string, string>> {
  const traceparent = readTraceparent(textAttribute(event, TRACE_EXTENSION));
  return traceparent === undefined ? {} : { [TRACE_EXTENSION]: traceparent };
}

/** Whether a media type declares JSON: subtype `json` or `…+json`; or there is none at all. */
export function isJsonType(mediaType: string | undefined): boolean {
  if (mediaType === undefined) return true;
  return /^[^/]+\/(?:json|[^/]+\+json)$/.test(essence(mediaType));
}

/** A media type without its parameters, in lower case. */
export function essence(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** Whether a media type says nothing about its characters, or that they are UTF-8. */
export function isUtf8Type(mediaType: string | undefined): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(mediaType ?? '')?.[1];
  return charset === undefined || /^(?:utf-?8|us-ascii)$/i.test(charset);
}

/** The name of this dialect, `event.origin` of all that is decoded here and not adopted. */
export const DIALECT = 'cloudevents';
