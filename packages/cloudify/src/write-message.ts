import type { CanonicalEvent, EncodeContext, JsonObject } from '@viaduct/core';
import { isWorkflowEvent } from './event-view.ts';
import { EVENTS_KEY, HOOKS_KEY, ID_HEADER, TRAIL_HEADER, type CloudifyMessage } from './message.ts';

/** The routing key that the stock components publish an event type under. */
export function routingKeyOf(eventType: string): string {
  return isWorkflowEvent(eventType) ? HOOKS_KEY : EVENTS_KEY;
}

/**
 * The headers with the two of ours in place: the canonical id and the trail of brokers, this one
 * the last. The original's others stay, but for those in `without`.
 */
export function viaductHeaders(
  event: CanonicalEvent,
  context: EncodeContext<CloudifyMessage>,
  original: JsonObject = {},
  without: readonly string[] = [],
): JsonObject {
  const kept = Object.entries(original).filter(([name]) => !without.includes(name));
  return {
    ...Object.fromEntries(kept),
    [ID_HEADER]: event.id,
    [TRAIL_HEADER]: trailOf(event.trail, context.brokerId),
  };
}

function trailOf(trail: string | undefined, brokerId: string): string {
  if (trail === undefined || trail === '') return brokerId;
  return trail.split(' ').at(-1) === brokerId ? trail : `${trail} ${brokerId}`;
}
