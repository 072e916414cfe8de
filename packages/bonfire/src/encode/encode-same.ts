import { sendableProperties, trailHeaders } from '@viaduct/amqp/codec';
import type { CanonicalEvent, EncodeContext, Loss } from '@viaduct/core';
import type { BonfireMessage } from '../message.ts';
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
  const { properties, losses } = sendableProperties(native.properties ?? {});
  const headers = trailHeaders(event, context.brokerId, properties.headers);
  const redacted = (context.redactions ?? []).map(({ path }): Loss => ({
    path,
    reason: 'redacted',
  }));
  return {
    native: { ...place, properties: { ...properties, headers }, body: native.body },
    losses: [...redacted, ...losses],
  };
}
