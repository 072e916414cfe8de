import {
  bindQueue,
  clashError,
  connectionOptions,
  Consumer,
  ensureQueue,
  Session,
  type AmqpConnection,
  type AmqpDelivery,
} from '@viaduct/amqp';
import {
  isJsonObject,
  TransportError,
  type AdapterContext,
  type CodecError,
  type Delivery,
  type Source,
  type SourceCapabilities,
} from '@viaduct/core';

import type { AmqpSourceConfig } from './amqp-config.ts';
import { readAmqp } from './amqp-content.ts';
import type { CloudEventMessage } from './message.ts';

/** RabbitMQ keeps what is not acknowledged; one queue on one channel keeps its order. */
export const AMQP_SOURCE_CAPABILITIES: SourceCapabilities = {
  redelivery: 'requeue',
  confirmation: 'peer',
  ordering: 'per-connection',
};

/** A receiver on RabbitMQ. See {@link AmqpSourceConfig}; opens nothing before `connect`. */
export function createAmqpSource(
  config: AmqpSourceConfig,
  context: AdapterContext,
): Source<CloudEventMessage> {
  const session = new Session<Consumer>(connectionOptions(config, context));
  return {
    async connect(signal) {
      await session.open(signal, (connection) => consume(connection, config, context));
    },
    async *deliveries(signal) {
      const consumer = session.work;
      if (consumer === undefined) {
        throw new TransportError('reconnect', 'VIA_AMQP_CONNECTION_LOST', 'there is no connection');
      }
      for await (const batch of consumer.batches(signal)) {
        yield batch.map((delivery) => toDelivery(delivery, config.messageBytesMax));
      }
    },
    close: () => session.close(),
  };
}

async function consume(
  connection: AmqpConnection,
  config: AmqpSourceConfig,
  context: AdapterContext,
): Promise<Consumer> {
  const queue = await ensureOwnQueue(connection, config, context);
  const { prefetch, inFlightBytesMax } = config;
  const { clock } = context;
  const consumer = await Consumer.open(connection, { clock, prefetch, inFlightBytesMax });
  try {
    await consumer.consume(queue);
    return consumer;
  } catch (error) {
    await consumer.close();
    throw error;
  }
}

/** Our own queue, bound to the exchange; or, without one, the queue of somebody else. */
async function ensureOwnQueue(
  connection: AmqpConnection,
  config: AmqpSourceConfig,
  context: AdapterContext,
): Promise<string> {
  const { exchange, routingKeys, queueType } = config;
  if (exchange === undefined) {
    if (config.queue !== undefined) return config.queue;
    const text = 'there is neither a queue nor an exchange to take events from';
    throw new TransportError('permanent', 'VIA_CLOUDEVENTS_NO_QUEUE', text);
  }
  const name = config.queue ?? `viaduct.${context.name}`;
  const durable = config.durable || queueType === 'quorum';
  const spec = { name, durable, arguments: queueArguments(config) };
  const declared = await ensureQueue(connection, spec);
  if (declared.kind === 'clash') {
    const { clash } = declared;
    throw clashError(clash, 'configure that, another queue, or delete it when it is empty');
  }
  await bindQueue(connection, name, exchange, routingKeys);
  return name;
}

function queueArguments(config: AmqpSourceConfig): Readonly<Record<string, string | number>> {
  const { queueType, queueMessagesMax, queueBytesMax, queueExpiresMs } = config;
  const isLimited = queueMessagesMax > 0 || queueBytesMax > 0;
  return {
    ...(queueType === 'quorum' ? { 'x-queue-type': 'quorum' } : {}),
    ...(queueMessagesMax > 0 ? { 'x-max-length': queueMessagesMax } : {}),
    ...(queueBytesMax > 0 ? { 'x-max-length-bytes': queueBytesMax } : {}),
    ...(isLimited ? { 'x-overflow': 'drop-head' } : {}),
    ...(queueExpiresMs > 0 ? { 'x-expires': queueExpiresMs } : {}),
  };
}

function toDelivery(delivery: AmqpDelivery, messageBytesMax: number): Delivery<CloudEventMessage> {
  const { exchange, routingKey, body, receivedAt, redelivered } = delivery;
  const ack = (): void => delivery.ack();
  const reject = (reason: 'retry' | 'discard'): void => delivery.reject(reason);
  const malformed = (error: CodecError): Delivery<CloudEventMessage> => {
    // Not the body: what is no event cannot be searched for secrets as one.
    const text = `exchange "${exchange}", routing key "${routingKey}", ${body.length} bytes`;
    return { malformed: { error, text, bytes: body.length }, receivedAt, ack, reject };
  };
  if (delivery.unreadable !== undefined) {
    const message = `the headers of a message cannot be read: ${delivery.unreadable}`;
    return malformed({ code: 'VIA_AMQP_MESSAGE_INVALID', message });
  }
  if (body.length > messageBytesMax) {
    const message = `a message of ${body.length} bytes is over the limit of ${messageBytesMax}`;
    return malformed({ code: 'VIA_AMQP_MESSAGE_TOO_LARGE', message });
  }
  const { contentType, headers } = delivery.properties as Readonly<Record<string, unknown>>;
  const read = readAmqp({
    contentType: typeof contentType === 'string' ? contentType : undefined,
    headers: isJsonObject(headers) ? headers : {},
    body,
  });
  if (!read.ok) return malformed(read.error);
  return { native: read.value, receivedAt, redelivered, ack, reject };
}
