import type { AmqpMessage, PublishResult } from '@viaduct/amqp';
import { DELIVERED, type Outcome, type TransportError } from '@viaduct/core';

/** How long to wait before a message that RabbitMQ had no place for is tried again. */
const NO_PLACE_RETRY_MS = 1_000;

/**
 * What a result of publishing means for the event.
 *
 * A returned message is the queue's trouble and not the event's: somebody deleted TOPIC.PRIORITY
 * while we were connected. `unavailable` keeps it, and the next attempt declares the queue again;
 * the original loses it without a word.
 */
export function outcomeOf(result: PublishResult, message: AmqpMessage): Outcome {
  const place = `exchange "${message.exchange}", routing key "${message.routingKey}"`;
  switch (result.kind) {
    case 'confirmed':
      return DELIVERED;
    case 'returned':
      return {
        kind: 'unavailable',
        code: 'VIA_AMQP_UNROUTABLE',
        message: `${place}: no queue is bound (${result.text})`,
        retryAfterMs: NO_PLACE_RETRY_MS,
      };
    case 'nacked':
      return {
        kind: 'unavailable',
        code: 'VIA_AMQP_NACKED',
        message: `${place}: RabbitMQ could not take the message (a full queue that rejects?)`,
        retryAfterMs: NO_PLACE_RETRY_MS,
      };
    case 'invalid':
      return {
        kind: 'refused',
        code: 'VIA_AMQP_MESSAGE_INVALID',
        message: `${place}: ${result.text}`,
        permanent: true,
      };
    case 'unconfirmed':
      return lostOutcome(result.error);
  }
}

/** The outcome of what did not get through because of `error`. */
export function lostOutcome({ code, message, retryAfterMs }: TransportError): Outcome {
  return {
    kind: 'unavailable',
    code,
    message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

const RANK = { refused: 3, unavailable: 2, sent: 1, delivered: 0 } as const;

/** The outcome of a parcel of several messages is the worst of theirs. */
export function worse(one: Outcome | undefined, other: Outcome): Outcome {
  return one !== undefined && RANK[one.kind] >= RANK[other.kind] ? one : other;
}
