import type { CanonicalEvent, EncodeContext, Loss } from '@viaduct/core';
import { ROUTING_HEADERS, viaductHeaders } from './headers.ts';
import type { BonfireMessage, BonfireProperties } from './message.ts';
import type { Place } from './place.ts';

/** A message sent on, and what it loses on the way. */
export interface SameMessage {
  readonly native: BonfireMessage;
  readonly losses: readonly Loss[];
}

/**
 * The message that an event was decoded from, sent on: its body to the byte, whatever its format,
 * and its properties, but for redactions, the headers that say where it has been, and what RabbitMQ
 * would not take from us or would route by.
 */
export function encodeSame(
  event: CanonicalEvent,
  context: EncodeContext<BonfireMessage>,
  native: BonfireMessage,
  place: Place,
): SameMessage {
  const losses: Loss[] = (context.redactions ?? []).map(({ path }) => ({
    path,
    reason: 'redacted',
  }));
  const original = native.properties ?? {};
  const headers = viaductHeaders(event, context, original.headers);
  for (const name of ROUTING_HEADERS) {
    if (original.headers !== undefined && Object.hasOwn(original.headers, name)) {
      losses.push({ path: `properties.headers.${name}`, reason: 'unsupported' });
    }
  }
  const properties = { ...sendable(original, losses), headers };
  return { native: { ...place, properties, body: native.body }, losses };
}

/**
 * RabbitMQ closes the channel on a `user_id` that is not the publisher's own login and on an
 * expiration that is no number.
 */
function sendable(
  { userId, expiration, ...original }: BonfireProperties,
  losses: Loss[],
): BonfireProperties {
  const expires = expiration !== undefined && /^\d{1,10}$/.test(expiration);
  if (userId !== undefined) losses.push({ path: 'properties.userId', reason: 'unsupported' });
  if (expiration !== undefined && !expires) {
    losses.push({ path: 'properties.expiration', reason: 'unsupported' });
  }
  return { ...original, ...(expires ? { expiration } : {}) };
}
