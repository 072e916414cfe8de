import { createHash } from 'node:crypto';

import { connectionOptions, Consumer, Session, type AmqpDelivery } from '@viaduct/amqp';
import {
  TransportError,
  type AdapterContext,
  type CodecError,
  type Delivery,
  type Source,
  type SourceCapabilities,
} from '@viaduct/core';

import type { OsloSourceConfig } from './config.ts';
import { osloMessage, type OsloMessage } from './message.ts';
import { planSubscription, Subscription } from './subscription.ts';

/** RabbitMQ keeps what is not acknowledged; one queue on one channel keeps its order. */
export const OSLO_SOURCE_CAPABILITIES: SourceCapabilities = {
  redelivery: 'requeue',
  confirmation: 'peer',
  ordering: 'per-connection',
};

interface Listening {
  readonly consumer: Consumer;
  close(): Promise<void>;
}

/** A notification listener. See {@link OsloSourceConfig}; opens nothing before `connect`. */
export function createOsloSource(
  config: OsloSourceConfig,
  context: AdapterContext,
): Source<OsloMessage> {
  const session = new Session<Listening>(connectionOptions(config, context));
  return {
    async connect(signal) {
      await session.open(signal, async (connection) => {
        const plan = planSubscription(config, context.name);
        const queues = Math.max(1, plan.otherQueues.length);
        const consumer = await Consumer.open(connection, {
          clock: context.clock,
          prefetch: Math.max(1, Math.floor(config.prefetch / queues)),
          inFlightBytesMax: config.inFlightBytesMax,
        });
        const subscription = new Subscription(
          connection,
          consumer,
          plan,
          context,
          config.exchangeCheckMs,
        );
        const close = async (): Promise<void> => {
          subscription.close();
          await consumer.close();
        };
        try {
          await subscription.start();
        } catch (error) {
          await close();
          throw error;
        }
        return { consumer, close };
      });
    },
    async *deliveries(signal) {
      const listening = session.work;
      if (listening === undefined) {
        throw new TransportError('reconnect', 'VIA_AMQP_CONNECTION_LOST', 'there is no connection');
      }
      for await (const batch of listening.consumer.batches(signal)) {
        yield batch.map((delivery) => toDelivery(delivery, config.messageBytesMax));
      }
    },
    close: () => session.close(),
  };
}

function problemOf(
  { body, unreadable }: AmqpDelivery,
  messageBytesMax: number,
): CodecError | undefined {
  if (unreadable !== undefined) {
    const message = `the headers of a message cannot be read: ${unreadable}`;
    return { code: 'VIA_AMQP_MESSAGE_INVALID', message };
  }
  if (body.length <= messageBytesMax) return undefined;
  const message = `a message of ${body.length} bytes is over the limit of ${messageBytesMax}`;
  return { code: 'VIA_AMQP_MESSAGE_TOO_LARGE', message };
}

function toDelivery(delivery: AmqpDelivery, messageBytesMax: number): Delivery<OsloMessage> {
  const { exchange, routingKey, properties, body, receivedAt, redelivered } = delivery;
  const ack = (): void => delivery.ack();
  const reject = (reason: 'retry' | 'discard'): void => delivery.reject(reason);
  const error = problemOf(delivery, messageBytesMax);
  if (error !== undefined) {
    // Not the body: what is no notification cannot be searched for secrets either.
    const text = `exchange "${exchange}", routing key "${routingKey}", ${body.length} bytes`;
    const sha256 = createHash('sha256').update(body).digest('hex');
    return { malformed: { error, text, bytes: body.length, sha256 }, receivedAt, ack, reject };
  }
  const native = osloMessage(exchange, routingKey, properties, body);
  return { native, receivedAt, redelivered, ack, reject };
}
