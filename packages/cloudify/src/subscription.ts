import {
  bindQueue,
  declareOwnQueue,
  exchangeExists,
  ownQueue,
  Renewal,
  type AmqpConnection,
  type Consumer,
} from '@viaduct/amqp';
import type { AdapterContext } from '@viaduct/core';

import type { CloudifySourceConfig } from './config.ts';

/**
 * Keeps a queue of our own bound to the manager's exchanges on one connection: declares and reads
 * the queue; looks again every `exchangeCheckMs` for exchanges that were missing or re-created.
 * Never declares an exchange: the manager fails on one of another type. Throws what RabbitMQ
 * refuses; `undefined` where the queue is somebody else's, and so are its bindings.
 */
export async function subscribe(
  connection: AmqpConnection,
  consumer: Consumer,
  config: CloudifySourceConfig,
  context: AdapterContext,
): Promise<Renewal | undefined> {
  const queue = ownQueue(config, config.durable, context.name);
  const creates = config.declare === 'create';
  if (creates) await declareOwnQueue(connection, queue, context);
  await consumer.consume(queue.name);
  if (!creates) return undefined;
  const renew = (): Promise<ReadonlySet<string>> => bindAll(connection, queue.name, config);
  const checkMs = config.exchangeCheckMs;
  const renewal = new Renewal(connection, context, { checkMs, what: 'exchanges', renew });
  await renewal.start();
  return renewal;
}

/** Binds to the exchanges that exist; the others are missing. */
async function bindAll(
  connection: AmqpConnection,
  queue: string,
  { exchanges, routingKeys }: CloudifySourceConfig,
): Promise<ReadonlySet<string>> {
  const missing = new Set<string>();
  for (const exchange of exchanges) {
    if (!(await exchangeExists(connection, exchange))) missing.add(exchange);
    else await bindQueue(connection, queue, exchange, routingKeys);
  }
  return missing;
}
