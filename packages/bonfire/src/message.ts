/**
 * One message of BonFIRE's notification service as it lies on RabbitMQ. Three formats share it; the
 * field lists of the first two are the service's own documentation (R4.1), the third is what users'
 * programs (COCOMA, 2013) published on the same exchange with the same key:
 *
 *     exchange     experiments               direct; the users' queues, one key an experiment
 *                  resourceUsage             topic; the platform's own components
 *     routingKey   3fdff0c64c51135f4e5e      on `experiments`: opaque, the experiment's
 *                  res-mng.compute.create    on `resourceUsage`: SOURCE.OBJECTTYPE.EVENTTYPE,
 *                  res-mng.compute.state.stopped.done             states as further words
 *     body  simple    {"timestamp": 1369737154, "type": "compute", "status": "running",
 *                      "path": "/locations/uk-epcc/computes/583"}
 *           detailed  {"timestamp": 1370860790, "objectType": "compute", "eventType": "create",
 *                      "objectId": "/locations/uk-epcc/computes/456", "source": "res-mng",
 *                      "groupId": "eco2clouds", "userId": "demo",
 *                      "objectData": {"name": …, "host": …, "experimentId": "/experiments/2946"}}
 *           user      {"Timestamp": 1378893008.422242, "From": "Scheduler", "Message": {…}}
 *
 * Times are UNIX seconds, with a fraction in users' messages. The body is a text wherever its bytes
 * are UTF-8, and bytes where they are not.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '@viaduct/core';

/** A native message of this dialect. Everything but the body may be missing. */
export interface BonfireMessage {
  readonly exchange?: string;
  readonly routingKey?: string;
  readonly properties?: BonfireProperties;
  /** RabbitMQ says that it may have been delivered before. Set by the source, never sent. */
  readonly redelivered?: true;
  readonly body: string | Uint8Array;
}

/** The AMQP basic properties that are kept, under the names amqplib gives them. */
export interface BonfireProperties {
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

/** The exchange for users, one opaque routing key for each experiment; of type direct. */
export const EXPERIMENTS_EXCHANGE = 'experiments';

/** The exchange for the platform's components; of type topic. */
export const USAGE_EXCHANGE = 'resourceUsage';

/** The header under which the canonical id of an event travels. */
export const ID_HEADER = 'x-viaduct-id';

/** The header that holds the ids of the brokers an event passed, oldest first, blank between. */
export const TRAIL_HEADER = 'x-viaduct-trail';

/** The header of W3C trace context. */
export const TRACE_HEADER = 'traceparent';

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

/** What an AMQP client hands over of one message. */
export interface ReceivedMessage {
  readonly exchange: string;
  readonly routingKey: string;
  /** Read by name; anything of an unexpected type is left out. */
  readonly properties: object;
  readonly body: Uint8Array;
  readonly redelivered: boolean;
}

/** A message from what an AMQP client hands over; amqplib's own objects will do. */
export function bonfireMessage(received: ReceivedMessage): BonfireMessage {
  const { exchange, routingKey, properties, body, redelivered } = received;
  return {
    exchange,
    routingKey,
    properties: bonfireProperties(properties),
    ...(redelivered ? { redelivered } : {}),
    body: textOf(body),
  };
}

/** The properties that are kept, out of any object that has them. */
export function bonfireProperties(properties: object): BonfireProperties {
  const from = properties as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  for (const name of TEXT_PROPERTIES) if (typeof from[name] === 'string') kept[name] = from[name];
  for (const name of NUMBER_PROPERTIES) {
    const value = from[name];
    if (typeof value === 'number' && Number.isFinite(value)) kept[name] = value;
  }
  const { headers } = from;
  const isTable = isJsonObject(headers) && !ArrayBuffer.isView(headers);
  if (isTable && Object.keys(headers).length > 0) kept['headers'] = headerValue(headers, 0);
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
export function textHeader(message: BonfireMessage, name: string): string | undefined {
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
