import type { CanonicalEvent, EncodeContext, JsonObject } from '@viaduct/core';
import { ID_HEADER, TRACE_HEADER, TRAIL_HEADER, type BonfireMessage } from './message.ts';

/** Headers by which RabbitMQ would also route to queues that nobody configured here. */
export const ROUTING_HEADERS: readonly string[] = ['CC', 'BCC'];

/**
 * The headers with ours in place: the canonical id, the trail of brokers, this one the last, and
 * the trace context. The original's others stay, but for those that route.
 */
export function viaductHeaders(
  event: CanonicalEvent,
  context: EncodeContext<BonfireMessage>,
  original: JsonObject = {},
): JsonObject {
  const headers: Record<string, JsonObject[string]> = {};
  for (const [name, value] of Object.entries(original)) {
    if (!ROUTING_HEADERS.includes(name)) headers[name] = value;
  }
  headers[ID_HEADER] = event.id;
  headers[TRAIL_HEADER] = trailOf(event.trail, context.brokerId);
  if (event.traceparent !== undefined) headers[TRACE_HEADER] = event.traceparent;
  return headers;
}

function trailOf(trail: string | undefined, brokerId: string): string {
  if (trail === undefined || trail === '') return brokerId;
  return trail.split(' ').at(-1) === brokerId ? trail : `${trail} ${brokerId}`;
}
