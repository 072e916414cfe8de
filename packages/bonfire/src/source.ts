import { connectionOptions, Consumer, Session, type AmqpDelivery } from '@viaduct/amqp';
import {
  TransportError,
  type AdapterContext,
  type CodecError,
  type Delivery,
  type Source,
  type SourceCapabilities,
} from '@viaduct/core';

import type { BonfireDurableSourceConfig, BonfireSourceConfig } from './config.ts';
import { bonfireMessage, type BonfireMessage } from './message.ts';
import { durableQueue, makeOwnQueue, type QueueMaker } from './queue.ts';
import { Subscription } from './subscription.ts';

/** The queue goes with the connection, and what was not acknowledged with the queue. */
export const BONFIRE_SOURCE_CAPABILITIES: SourceCapabilities = {
  redelivery: 'none',
  confirmation: 'peer',
  ordering: 'per-connection',
};

/** RabbitMQ keeps what is not acknowledged; one queue on one channel keeps its order. */
export const BONFIRE_DURABLE_SOURCE_CAPABILITIES: SourceCapabilities = {
  redelivery: 'requeue',
  confirmation: 'peer',
  ordering: 'per-connection',
};

/** Listens in a server-named, exclusive queue. Opens nothing before `connect`. */
export function createBonfireSource(
  config: BonfireSourceConfig,
  context: AdapterContext,
): Source<BonfireMessage> {
  return createSource(config, makeOwnQueue, context);
}

/** Listens in a durable queue with a name. Opens nothing before `connect`. */
export function createBonfireDurableSource(
  config: BonfireDurableSourceConfig,
  context: AdapterContext,
): Source<BonfireMessage> {
  return createSource(config, durableQueue(config), context);
}

interface Listening {
  readonly consumer: Consumer;
  close(): Promise<void>;
}

function createSource(
  config: BonfireSourceConfig,
  makeQueue: QueueMaker,
  context: AdapterContext,
): Source<BonfireMessage> {
  const session = new Session<Listening>(connectionOptions(config, context));
  return {
    async connect(signal) {
      await session.open(signal, async (connection) => {
        const { prefetch, inFlightBytesMax } = config;
        const limits = { prefetch, inFlightBytesMax };
        const consumer = await Consumer.open(connection, { clock: context.clock, ...limits });
        const subscription = new Subscription(connection, consumer, config, context);
        const close = async (): Promise<void> => {
          subscription.close();
          await consumer.close();
        };
        try {
          await subscription.start(makeQueue);
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

function toDelivery(delivery: AmqpDelivery, messageBytesMax: number): Delivery<BonfireMessage> {
  const { exchange, routingKey, body, receivedAt, redelivered } = delivery;
  const ack = (): void => delivery.ack();
  const reject = (reason: 'retry' | 'discard'): void => delivery.reject(reason);
  const error = problemOf(delivery, messageBytesMax);
  if (error !== undefined) {
    // Not the body: what is not read cannot be searched for secrets either.
    const text = `exchange "${exchange}", routing key "${routingKey}", ${body.length} bytes`;
    return { malformed: { error, text, bytes: body.length }, receivedAt, ack, reject };
  }
  return { native: bonfireMessage(delivery), receivedAt, redelivered, ack, reject };
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
