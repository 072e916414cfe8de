import type { Clock } from '@viaduct/core';
import { systemClock } from '@viaduct/testkit';

import {
  connectAmqp,
  Consumer,
  Publisher,
  type AmqpConnection,
  type AmqpMessage,
  type ConnectionOptions,
  type ConsumerOptions,
  type PublisherOptions,
} from '../src/index.ts';

/** A signal that is never aborted. */
export const never = (): AbortSignal => new AbortController().signal;

/** Connects as a test does, with whatever else it wants. */
export function connect(
  url: string,
  options: Partial<ConnectionOptions> = {},
): Promise<AmqpConnection> {
  return connectAmqp({ urls: [url], name: 'test', clock: systemClock, ...options }, never());
}

/** A consumer with small limits unless told otherwise. */
export function openConsumer(
  connection: AmqpConnection,
  options: Partial<ConsumerOptions> = {},
): Promise<Consumer> {
  const limits = { prefetch: 100, inFlightBytesMax: 1_000_000 };
  return Consumer.open(connection, { clock: systemClock, ...limits, ...options });
}

/** A publisher with room for a thousand messages unless told otherwise. */
export function openPublisher(
  connection: AmqpConnection,
  options: Partial<PublisherOptions> & { readonly clock?: Clock } = {},
): Promise<Publisher> {
  return Publisher.open(connection, {
    clock: systemClock,
    inFlightMax: 1_000,
    inFlightBytesMax: 10_000_000,
    confirmTimeoutMs: 30_000,
    mandatory: true,
    ...options,
  });
}

/** A message straight to a queue, by the default exchange. */
export function toQueue(queue: string, text: string | Uint8Array): AmqpMessage {
  const body = typeof text === 'string' ? Buffer.from(text) : text;
  return { exchange: '', routingKey: queue, properties: { deliveryMode: 2 }, body };
}
