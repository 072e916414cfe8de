import {
  bindQueue,
  CONSUMING_SOURCE_CAPABILITIES,
  createConsumingSource,
  declareOwnQueue,
  ownQueue,
  type AmqpConnection,
  type AmqpDelivery,
} from '@viaduct/amqp';
import {
  isJsonObject,
  TransportError,
  type AdapterContext,
  type CodecError,
  type Result,
  type Source,
  type SourceCapabilities,
} from '@viaduct/core';

import type { AmqpSourceConfig } from './amqp-config.ts';
import { readAmqp } from './amqp-content.ts';
import type { CloudEventMessage } from '../message.ts';

/** Those of every consumer with acknowledgements. */
export const AMQP_SOURCE_CAPABILITIES: SourceCapabilities = CONSUMING_SOURCE_CAPABILITIES;

/** A receiver on RabbitMQ. See {@link AmqpSourceConfig}; opens nothing before `connect`. */
export function createAmqpSource(
  config: AmqpSourceConfig,
  context: AdapterContext,
): Source<CloudEventMessage> {
  return createConsumingSource(config, context, {
    start: async (connection, consumer) => {
      await consumer.consume(await ensureOwnQueue(connection, config, context));
      return undefined;
    },
    native: readDelivery,
  });
}

/** Our own queue, bound to the exchange; or, without one, the queue of somebody else. */
async function ensureOwnQueue(
  connection: AmqpConnection,
  config: AmqpSourceConfig,
  context: AdapterContext,
): Promise<string> {
  const { exchange } = config;
  if (exchange === undefined) {
    if (config.queue !== undefined) return config.queue;
    const text = 'there is neither a queue nor an exchange to take events from';
    throw new TransportError('permanent', 'VIA_CLOUDEVENTS_NO_QUEUE', text);
  }
  const queue = ownQueue(config, config.durable, context.name);
  await declareOwnQueue(connection, queue, context);
  await bindQueue(connection, queue.name, exchange, config.routingKeys);
  return queue.name;
}

function readDelivery({ body, properties }: AmqpDelivery): Result<CloudEventMessage, CodecError> {
  const { contentType, headers } = properties as Readonly<Record<string, unknown>>;
  return readAmqp({
    contentType: typeof contentType === 'string' ? contentType : undefined,
    headers: isJsonObject(headers) ? headers : {},
    body,
  });
}
