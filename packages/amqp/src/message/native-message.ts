/**
 * One message as it lies on RabbitMQ, as a small value: the native message of every dialect that
 * speaks AMQP 0-9-1. The body is a text wherever its bytes are UTF-8, and bytes where they are not
 * (compression, a broken sender).
 */
import { isJsonObject, type JsonObject, type JsonValue } from '@viaduct/core';

import type { AmqpProperties } from '../message.ts';

/** A native message. Everything but the body may be missing. */
export interface NativeMessage {
  readonly exchange?: string;
  readonly routingKey?: string;
  readonly properties?: NativeProperties;
  readonly body: string | Uint8Array;
}

/** The basic properties that are kept, with headers that JSON can carry. */
export interface NativeProperties extends AmqpProperties {
  readonly headers?: JsonObject;
}

/** What an AMQP client hands over of one message; amqplib's own objects will do. */
export interface ReceivedMessage {
  readonly exchange: string;
  readonly routingKey: string;
  /** Read by name; anything of an unexpected type is left out. */
  readonly properties: object;
  readonly body: Uint8Array;
}

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

/** A native message from what an AMQP client hands over. */
export function nativeMessage(received: ReceivedMessage): NativeMessage {
  const { exchange, routingKey, properties, body } = received;
  return { exchange, routingKey, properties: nativeProperties(properties), body: textOf(body) };
}

/** The properties that are kept, out of any object that has them. */
export function nativeProperties(properties: object): NativeProperties {
  const from = properties as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  for (const name of TEXT_PROPERTIES) {
    if (typeof from[name] === 'string') kept[name] = from[name];
    // In the place that AMQP gives them.
    if (name === 'contentEncoding' && isTable(from['headers'])) {
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
export function textHeader({ properties }: NativeMessage, name: string): string | undefined {
  const headers = properties?.headers;
  if (headers === undefined || !Object.hasOwn(headers, name)) return undefined;
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
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
