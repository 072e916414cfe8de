import { DELIVERED, type Outcome, type TransportError } from '@viaduct/core';

import type { AmqpMessage } from '../message.ts';
import type { PublishResult } from './publisher.ts';

/** How long to wait before a message that RabbitMQ had no place for is tried again. */
const NO_PLACE_RETRY_MS = 1_000;

/**
 * What a result of publishing means for the event. A returned message (only with `mandatory`) is
 * the queue's trouble and not the event's: nobody listens now. It is kept.
 */
export function outcomeOf(result: PublishResult, message: AmqpMessage): Outcome {
  const place = `exchange "${message.exchange}", routing key "${message.routingKey}"`;
  const unavailable = (code: 'VIA_AMQP_UNROUTABLE' | 'VIA_AMQP_NACKED', why: string): Outcome => ({
    kind: 'unavailable',
    code,
    message: `${place}: ${why}`,
    retryAfterMs: NO_PLACE_RETRY_MS,
  });
  switch (result.kind) {
    case 'confirmed':
      return DELIVERED;
    case 'returned':
      return unavailable('VIA_AMQP_UNROUTABLE', `no queue is bound (${result.text})`);
    case 'nacked':
      return unavailable('VIA_AMQP_NACKED', 'RabbitMQ could not take the message (a full queue?)');
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

/** The outcome of what did not get through because of an error. */
export function lostOutcome({ code, message, retryAfterMs }: TransportError): Outcome {
  const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { kind: 'unavailable', code, message, ...retry };
}

/** The outcome of a message that is larger than the sink may send. */
export function tooLargeOutcome({ body }: AmqpMessage, messageBytesMax: number): Outcome {
  return {
    kind: 'refused',
    code: 'VIA_AMQP_MESSAGE_TOO_LARGE',
    message: `the message has ${body.length} bytes, messageBytesMax is ${messageBytesMax}`,
    permanent: true,
  };
}

const RANK = { refused: 3, unavailable: 2, sent: 1, delivered: 0 } as const;

/** The outcome of a parcel of several messages is the worst of theirs. */
export function worse(one: Outcome | undefined, other: Outcome): Outcome {
  return one !== undefined && RANK[one.kind] >= RANK[other.kind] ? one : other;
}
