import { TRACE_HEADER, trailHeaders } from '@viaduct/amqp/codec';
import type { CanonicalEvent, JsonObject } from '@viaduct/core';

/** The headers with ours in place, the trace context among them. The original's others stay. */
export function viaductHeaders(
  event: CanonicalEvent,
  brokerId: string,
  original?: JsonObject,
): JsonObject {
  const headers = trailHeaders(event, brokerId, original);
  if (event.traceparent === undefined) return headers;
  return { ...headers, [TRACE_HEADER]: event.traceparent };
}
