import { declareOwnQueue, ownQueue, type AmqpConnection } from '@viaduct/amqp';
import { TransportError, type AdapterContext } from '@viaduct/core';

import type { BonfireDurableSourceConfig } from './config.ts';

/**
 * Makes a queue on one connection and says what it is called. Throws what RabbitMQ refuses, in the
 * words of what the operator can do about it.
 */
export type QueueMaker = (connection: AmqpConnection, context: AdapterContext) => Promise<string>;

/** A queue that RabbitMQ names, for this connection alone: all that BonFIRE's users may create. */
export const makeOwnQueue: QueueMaker = async (connection) => {
  const channel = await connection.openChannel();
  try {
    const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true });
    await connection.closeChannel(channel);
    return queue;
  } catch (error) {
    const cause = connection.explain(error, 'creating a queue that RabbitMQ names');
    const who = `user "${connection.address.username}"`;
    throw refusal(cause, `${who} needs the permission "configure" for names like ^amq\\.gen`);
  }
};

/** A durable queue with a name; one that exists is used as it is where nobody lets us compare. */
export function durableQueue(config: BonfireDurableSourceConfig): QueueMaker {
  return async (connection, context) => {
    const queue = ownQueue(config, true, context.name);
    try {
      await declareOwnQueue(connection, queue, context);
      return queue.name;
    } catch (error) {
      const who = `user "${connection.address.username}"`;
      const advice =
        `${who} may not create it: use "adapter: bonfire" (a queue that RabbitMQ names), or have ` +
        'the queue created for you';
      throw refusal(error, advice);
    }
  };
}

/** A refusal for want of a permission, with what to do about it; any other error as it is. */
export function refusal(error: unknown, advice: string): unknown {
  if (!(error instanceof TransportError) || error.code !== 'VIA_AMQP_ACCESS_REFUSED') return error;
  const { kind, code, message } = error;
  return new TransportError(kind, code, `${message}; ${advice}`, { cause: error });
}
