import { createHash } from 'node:crypto';

import type { AdapterContext, CodecError, Delivery, Result, Source } from '@viaduct/core';
import type { SourceCapabilities } from '@viaduct/core';

import { connectionOptions, type AmqpConnectionConfig } from '../config.ts';
import type { AmqpConnection } from '../connection.ts';
import { Consumer, type AmqpDelivery } from './consumer.ts';
import { notConnected } from '../send/publishing-sink.ts';
import { Session } from '../session.ts';

/** RabbitMQ keeps what is not acknowledged; one queue on one channel keeps its order. */
export const CONSUMING_SOURCE_CAPABILITIES: SourceCapabilities = {
  redelivery: 'requeue',
  confirmation: 'peer',
  ordering: 'per-connection',
};

/** The part of a source's configuration that says how it consumes. */
export interface ConsumingConfig extends AmqpConnectionConfig {
  readonly prefetch: number;
  readonly inFlightBytesMax: number;
  readonly messageBytesMax: number;
}

/** What keeps a consumer supplied on one connection. */
export interface Supply {
  close(): void;
}

/** How a dialect consumes. */
export interface ConsumingOptions<Native> {
  /**
   * Makes queues and bindings and consumes; what it returns is closed with the connection. Throws
   * what RabbitMQ refuses.
   */
  readonly start: (connection: AmqpConnection, consumer: Consumer) => Promise<Supply | undefined>;
  /** How many queues are read at once: they share the prefetch. Default: one. */
  readonly queues?: number;
  /** The native message of a delivery that is readable and not too large. */
  readonly native: (delivery: AmqpDelivery) => Result<Native, CodecError>;
}

/** A source that consumes with acknowledgements. Opens nothing before `connect`. */
export function createConsumingSource<Native>(
  config: ConsumingConfig,
  context: AdapterContext,
  options: ConsumingOptions<Native>,
): Source<Native> {
  const session = new Session<Consuming>(connectionOptions(config, context));
  const limits = {
    clock: context.clock,
    prefetch: Math.max(1, Math.floor(config.prefetch / (options.queues ?? 1))),
    inFlightBytesMax: config.inFlightBytesMax,
  };
  return {
    async connect(signal) {
      await session.open(signal, async (connection) => {
        const consumer = await Consumer.open(connection, limits);
        try {
          const supply = await options.start(connection, consumer);
          return { consumer, close: () => closeBoth(supply, consumer) };
        } catch (error) {
          await consumer.close();
          throw error;
        }
      });
    },
    async *deliveries(signal) {
      const consumer = session.work?.consumer;
      if (consumer === undefined) throw notConnected();
      for await (const batch of consumer.batches(signal)) {
        yield batch.map((delivery) => toDelivery(delivery, config, options));
      }
    },
    close: () => session.close(),
  };
}

interface Consuming {
  readonly consumer: Consumer;
  close(): Promise<void>;
}

async function closeBoth(supply: Supply | undefined, consumer: Consumer): Promise<void> {
  supply?.close();
  await consumer.close();
}

function toDelivery<Native>(
  delivery: AmqpDelivery,
  config: ConsumingConfig,
  options: ConsumingOptions<Native>,
): Delivery<Native> {
  const { exchange, routingKey, body, receivedAt, redelivered } = delivery;
  const ack = (): void => delivery.ack();
  const reject = (reason: 'retry' | 'discard'): void => delivery.reject(reason);
  const error = problemOf(delivery, config);
  const native: Result<Native, CodecError> =
    error === undefined ? options.native(delivery) : { ok: false, error };
  if (native.ok) return { native: native.value, receivedAt, redelivered, ack, reject };
  // Not the body: what is not read cannot be searched for secrets either.
  const text = `exchange "${exchange}", routing key "${routingKey}", ${body.length} bytes`;
  const sha256 = createHash('sha256').update(body).digest('hex');
  const malformed = { error: native.error, text, bytes: body.length, sha256 };
  return { malformed, receivedAt, ack, reject };
}

function problemOf(
  { body, unreadable }: AmqpDelivery,
  { messageBytesMax }: ConsumingConfig,
): CodecError | undefined {
  if (unreadable !== undefined) {
    const message = `the headers of a message cannot be read: ${unreadable}`;
    return { code: 'VIA_AMQP_MESSAGE_INVALID', message };
  }
  if (body.length <= messageBytesMax) return undefined;
  const message = `a message of ${body.length} bytes is over the limit of ${messageBytesMax}`;
  return { code: 'VIA_AMQP_MESSAGE_TOO_LARGE', message };
}
