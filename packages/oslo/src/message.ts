/**
 * One notification as it lies on RabbitMQ, as a small value (measured on oslo.messaging 14.0.3 and
 * its 2026 head):
 *
 *     exchange     nova                      topic exchange, the service's control_exchange
 *     routingKey   notifications.info        TOPIC.priority, lower case
 *     properties   contentType application/json, contentEncoding utf-8, headers {},
 *                  deliveryMode 2, priority 0
 *     body   v1    {"message_id": …, "publisher_id": …, "event_type": …, "priority": "INFO",
 *                   "payload": …, "timestamp": …, "_unique_id": …, "_context_KEY": …}
 *            v2    {"oslo.version": "2.0", "oslo.message": "<the v1 object, as a JSON text>"}
 *
 * The body is a text wherever its bytes are UTF-8, and bytes where they are not (kombu's
 * compression, a broken sender).
 */
import { isJsonObject, type JsonObject, type JsonValue } from '@viaduct/core';

/** A native message of this dialect. Everything but the body may be missing. */
export interface OsloMessage {
  readonly exchange?: string;
  readonly routingKey?: string;
  readonly properties?: OsloProperties;
  readonly body: string | Uint8Array;
}

/** The AMQP basic properties that are kept, under the names amqplib gives them. */
export interface OsloProperties {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly headers?: JsonObject;
  readonly deliveryMode?: number;
  readonly priority?: number;
  readonly correlationId?: string;
  readonly replyTo?: string;
  readonly expiration?: string;
  readonly messageId?: string;
  /** Seconds since the epoch. */
  readonly timestamp?: number;
  readonly type?: string;
  readonly userId?: string;
  readonly appId?: string;
}

/** The header under which the canonical id of an event travels. */
export const ID_HEADER = 'x-viaduct-id';

/** The header that holds the ids of the brokers an event passed, oldest first, blank between. */
export const TRAIL_HEADER = 'x-viaduct-trail';

/** kombu's header that names the compression of the body. */
export const COMPRESSION_HEADER = 'compression';

/** Header tables deeper than this are cut off; AMQP nests them without a limit. */
const HEADER_DEPTH_MAX = 8;

const TEXT_PROPERTIES = [
  'contentType',
  'contentEncoding',
  'correlationId',
  'replyTo',
  'expiration',
  'messageId',
  'type',
  'userId',
  'appId',
] as const;

const NUMBER_PROPERTIES = ['deliveryMode', 'priority', 'timestamp'] as const;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A message from what an AMQP client hands over. `properties` is read by name and anything of an
 * unexpected type is left out, so amqplib's own object can be passed as it is.
 */
export function osloMessage(
  exchange: string,
  routingKey: string,
  properties: object,
  bytes: Uint8Array,
): OsloMessage {
  return { exchange, routingKey, properties: osloProperties(properties), body: textOf(bytes) };
}

/** The properties that are kept, out of any object that has them. */
export function osloProperties(properties: object): OsloProperties {
  const from = properties as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  for (const name of TEXT_PROPERTIES) {
    if (typeof from[name] === 'string') kept[name] = from[name];
    if (name === 'contentEncoding' && isPlainTable(from['headers'])) {
      kept['headers'] = headerValue(from['headers'], 0);
    }
  }
  for (const name of NUMBER_PROPERTIES) {
    const value = from[name];
    if (typeof value === 'number' && Number.isFinite(value)) kept[name] = value;
  }
  return kept;
}

/** Bytes as a text where they are UTF-8; else a copy of them. */
export function textOf(bytes: Uint8Array): string | Uint8Array {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return Uint8Array.from(bytes); // a client's buffer may be a window on a pool it reuses
  }
}

/** A header of a message, where it has it as a text. */
export function textHeader(message: OsloMessage, name: string): string | undefined {
  const headers = message.properties?.headers;
  if (headers === undefined || !Object.hasOwn(headers, name)) return undefined;
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function isPlainTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return isJsonObject(value) && !ArrayBuffer.isView(value);
}

/** An AMQP header value in JSON: byte arrays as texts, what JSON cannot say as null. */
function headerValue(value: unknown, depth: number): JsonValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || depth === HEADER_DEPTH_MAX) return null;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (Array.isArray(value)) return value.map((item) => headerValue(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]) => [name, headerValue(item, depth + 1)]),
  );
}
