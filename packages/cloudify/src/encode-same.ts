import type { CanonicalEvent, EncodeContext, Encoded, Loss } from '@viaduct/core';
import type { CloudifyEncodeOptions } from './encode-options.ts';
import { viewEvent } from './event-view.ts';
import type { CloudifyMessage, CloudifyProperties } from './message.ts';
import { routingKeyOf, viaductHeaders } from './write-message.ts';

/**
 * The message an event was decoded from, sent on: its body to the byte (redactions apart); the
 * exchange is the sink's, the routing key the original's where the exchange of events knows it; the
 * headers say where it has been. `undefined` where there is no such message.
 */
export function encodeSame(
  event: CanonicalEvent,
  context: EncodeContext<CloudifyMessage>,
  options: CloudifyEncodeOptions,
): Encoded<CloudifyMessage> | undefined {
  const { native, redactions = [] } = context;
  if (native === undefined || event.origin !== 'cloudify' || !viewEvent(native).ok)
    return undefined;
  const losses: Loss[] = redactions.map(({ path }) => ({ path, reason: 'redacted' }));
  const { routingKey, body } = native;
  const isOurKey = routingKey !== undefined && /^events(\.|$)/.test(routingKey);
  const message: CloudifyMessage = {
    exchange: options.exchange,
    routingKey: isOurKey ? routingKey : routingKeyOf(event.nativetype),
    properties: propertiesOf(native.properties ?? {}, event, context, losses),
    body,
  };
  return { natives: [message], losses, invented: [] };
}

/** Headers by which RabbitMQ would also route to queues that nobody configured here. */
const ROUTING_HEADERS: readonly string[] = ['CC', 'BCC'];

/**
 * RabbitMQ closes the channel on a `user_id` that is not the publisher's own login and on an
 * expiration that is no number.
 */
function propertiesOf(
  { userId, expiration, ...original }: CloudifyProperties,
  event: CanonicalEvent,
  context: EncodeContext<CloudifyMessage>,
  losses: Loss[],
): CloudifyProperties {
  const expires = expiration !== undefined && /^\d{1,10}$/.test(expiration);
  const lose = (name: string): void => {
    losses.push({ path: `properties.${name}`, reason: 'unsupported' });
  };
  if (userId !== undefined) lose('userId');
  if (expiration !== undefined && !expires) lose('expiration');
  for (const name of ROUTING_HEADERS) {
    if (Object.hasOwn(original.headers ?? {}, name)) lose(`headers.${name}`);
  }
  return {
    ...original,
    ...(expires ? { expiration } : {}),
    headers: viaductHeaders(event, context, original.headers, ROUTING_HEADERS),
    deliveryMode: original.deliveryMode ?? 2,
  };
}
