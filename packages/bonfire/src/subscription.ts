import { bindQueue, exchangeExists, Renewal } from '@viaduct/amqp';
import type { AmqpConnection, Consumer } from '@viaduct/amqp';
import type { AdapterContext } from '@viaduct/core';

import type { BonfireSourceConfig } from './config.ts';
import { refusal, type QueueMaker } from './queue.ts';

/**
 * Keeps our queue bound on one connection: makes it, binds it with each key, consumes it, and binds
 * it anew every `exchangeCheckMs`, because an exchange that did not exist may do so now. Never
 * declares the exchange, which is BonFIRE's. Throws what RabbitMQ refuses.
 */
export async function subscribe(
  connection: AmqpConnection,
  consumer: Consumer,
  makeQueue: QueueMaker,
  config: BonfireSourceConfig,
  context: AdapterContext,
): Promise<Renewal> {
  const queue = await makeQueue(connection, context);
  const renew = (): Promise<ReadonlySet<string>> => bind(connection, queue, config);
  const checkMs = config.exchangeCheckMs;
  const renewal = new Renewal(connection, context, { checkMs, what: 'exchanges', renew });
  try {
    await renewal.start();
    await consumer.consume(queue);
    return renewal;
  } catch (error) {
    renewal.close();
    throw error;
  }
}

/** Binds with each key where the exchange exists; it is missing otherwise. */
async function bind(
  connection: AmqpConnection,
  queue: string,
  { exchange, routingKeys }: BonfireSourceConfig,
): Promise<ReadonlySet<string>> {
  if (!(await exchangeExists(connection, exchange))) return new Set([exchange]);
  try {
    await bindQueue(connection, queue, exchange, routingKeys);
    return new Set();
  } catch (error) {
    const who = `user "${connection.address.username}"`;
    throw refusal(error, `${who} needs "read" for the exchange and "write" for the queue`);
  }
}
