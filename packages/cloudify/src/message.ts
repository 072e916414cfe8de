/**
 * One event as it lies on RabbitMQ (cloudify-common `logs.py`, `amqp_client.py`; 4.5.5 to 7.x):
 *
 *     exchange     cloudify-events-topic     topic, durable ("cloudify-logs", fanout, for logs)
 *     routingKey   events.hooks              the five workflow events; "events" for all others,
 *                                            which left RabbitMQ in 6.2
 *     properties   deliveryMode 2, and nothing else
 *     body         {"type": "cloudify_event", "event_type": "workflow_started",
 *                   "context": {"message_type": "hook", "is_system_workflow": false,
 *                     "blueprint_id": …, "deployment_id": …, "execution_id": …, "workflow_id": …,
 *                     "tenant_name": …, "rest_token": …, "tenant": {"name": …},
 *                     "execution_parameters": {…}},
 *                   "message": {"text": …, "arguments": null},
 *                   "timestamp": "2023-05-04T10:11:12.345Z", "message_code": null}
 *
 * Written by Python's `json.dumps`, so pure ASCII. Up to 6.1 `tenant_name` or `tenant` is missing,
 * `arguments` holds `{"error": <traceback>}` of a failure. The body is a text wherever its bytes
 * are UTF-8, and bytes where they are not (a broken sender).
 */
import { isJsonObject, type JsonObject, type JsonValue } from '@viaduct/core';

/** A native message of this dialect. Everything but the body may be missing. */
export interface CloudifyMessage {
  readonly exchange?: string;
  readonly routingKey?: string;
  readonly properties?: CloudifyProperties;
  readonly body: string | Uint8Array;
}

/** The AMQP basic properties that are kept, under the names amqplib gives them. */
export interface CloudifyProperties {
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

/** The exchange of events since 4.5.5. */
export const EVENTS_EXCHANGE = 'cloudify-events-topic';

/** The routing key of the five events that hooks can be written for. */
export const HOOKS_KEY = 'events.hooks';

/** The routing key of all other events. */
export const EVENTS_KEY = 'events';

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
export function cloudifyMessage(
  exchange: string,
  routingKey: string,
  properties: object,
  bytes: Uint8Array,
): CloudifyMessage {
  return { exchange, routingKey, properties: cloudifyProperties(properties), body: textOf(bytes) };
}

/** The properties that are kept, out of any object that has them. */
export function cloudifyProperties(properties: object): CloudifyProperties {
  const from = properties as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  for (const name of TEXT_PROPERTIES) if (typeof from[name] === 'string') kept[name] = from[name];
  for (const name of NUMBER_PROPERTIES) {
    const value = from[name];
    if (typeof value === 'number' && Number.isFinite(value)) kept[name] = value;
  }
  const { headers } = from;
  const hasHeaders = isJsonObject(headers) && !ArrayBuffer.isView(headers);
  if (hasHeaders && Object.keys(headers).length > 0) kept['headers'] = headerValue(headers, 0);
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
export function textHeader(message: CloudifyMessage, name: string): string | undefined {
  const headers = message.properties?.headers;
  if (headers === undefined || !Object.hasOwn(headers, name)) return undefined;
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
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
