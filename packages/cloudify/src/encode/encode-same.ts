import { sendableProperties, trailHeaders } from '@viaduct/amqp/codec';
import type { CanonicalEvent, EncodeContext, Encoded, Loss } from '@viaduct/core';
import type { CloudifyEncodeOptions } from './encode-options.ts';
import { viewEvent } from '../decode/event-view.ts';
import type { CloudifyMessage } from '../message.ts';
import { routingKeyOf } from './routing-key.ts';

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
  const { properties, losses } = sendableProperties(native.properties ?? {});
  const redacted = redactions.map(({ path }): Loss => ({ path, reason: 'redacted' }));
  const { routingKey, body } = native;
  const isOurKey = routingKey !== undefined && /^events(\.|$)/.test(routingKey);
  const message: CloudifyMessage = {
    exchange: options.exchange,
    routingKey: isOurKey ? routingKey : routingKeyOf(event.nativetype),
    properties: {
      ...properties,
      headers: trailHeaders(event, context.brokerId, properties.headers),
      deliveryMode: properties.deliveryMode ?? 2,
    },
    body,
  };
  return { natives: [message], losses: [...redacted, ...losses], invented: [] };
}
