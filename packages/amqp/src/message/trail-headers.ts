import {
  isTrail,
  isUuid,
  readTraceparent,
  trailThrough,
  type CanonicalEvent,
  type JsonObject,
  type Loss,
} from '@viaduct/core';

import { ID_HEADER, textHeader, TRACE_HEADER, TRAIL_HEADER } from './native-message.ts';
import type { NativeMessage, NativeProperties } from './native-message.ts';

/** Headers by which RabbitMQ would also route to queues that nobody configured here. */
const ROUTING_HEADERS: readonly string[] = ['CC', 'BCC'];

/** Takes over what a broker before us wrote into the headers: id, trail, trace context. */
export function withTrailHeaders(event: CanonicalEvent, native: NativeMessage): CanonicalEvent {
  if (native.properties?.headers === undefined) return event;
  const id = textHeader(native, ID_HEADER);
  const trail = textHeader(native, TRAIL_HEADER);
  const traceparent = readTraceparent(textHeader(native, TRACE_HEADER));
  return {
    ...event,
    ...(id !== undefined && isUuid(id) ? { id } : {}),
    ...(isTrail(trail) ? { trail } : {}),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/**
 * The headers with those of ours in place: the canonical id, the trail of brokers, this one the
 * last, and the trace context of the event where it has one. The original's others stay, but for
 * those in `without`.
 */
export function trailHeaders(
  event: CanonicalEvent,
  brokerId: string,
  original: JsonObject = {},
  without: readonly string[] = [],
): JsonObject {
  const headers: Record<string, JsonObject[string]> = {};
  for (const [name, value] of Object.entries(original)) {
    if (!without.includes(name)) headers[name] = value;
  }
  headers[ID_HEADER] = event.id;
  headers[TRAIL_HEADER] = trailThrough(event.trail, brokerId);
  if (event.traceparent !== undefined) headers[TRACE_HEADER] = event.traceparent;
  return headers;
}

/** The properties of a message that is sent on, and what they lose. */
export interface SendableProperties {
  readonly properties: NativeProperties;
  readonly losses: readonly Loss[];
}

/**
 * The properties that may be sent on. RabbitMQ closes the channel, with everybody else's messages
 * on it, on a `userId` that is not the publisher's own login and on an `expiration` that is no
 * number; headers that route would reach queues that nobody configured here.
 */
export function sendableProperties(original: NativeProperties): SendableProperties {
  const { userId, expiration, ...kept } = original;
  const { headers } = kept;
  const expires = expiration !== undefined && /^\d{1,10}$/.test(expiration);
  const lost = [
    ...(userId === undefined ? [] : ['userId']),
    ...(expiration === undefined || expires ? [] : ['expiration']),
    ...ROUTING_HEADERS.filter((name) => Object.hasOwn(headers ?? {}, name)).map(
      (name) => `headers.${name}`,
    ),
  ];
  return {
    properties: {
      ...kept,
      ...(expires ? { expiration } : {}),
      ...(headers === undefined ? {} : { headers: withoutRouting(headers) }),
    },
    losses: lost.map((name) => ({ path: `properties.${name}`, reason: 'unsupported' })),
  };
}

function withoutRouting(headers: JsonObject): JsonObject {
  if (!ROUTING_HEADERS.some((name) => Object.hasOwn(headers, name))) return headers;
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !ROUTING_HEADERS.includes(name)),
  );
}
