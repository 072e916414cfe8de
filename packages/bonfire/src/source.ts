import { CONSUMING_SOURCE_CAPABILITIES, createConsumingSource } from '@viaduct/amqp';
import { ok, type AdapterContext, type Source, type SourceCapabilities } from '@viaduct/core';

import type { BonfireDurableSourceConfig, BonfireSourceConfig } from './config.ts';
import { bonfireMessage, type BonfireMessage } from './message.ts';
import { durableQueue, makeOwnQueue, type QueueMaker } from './queue.ts';
import { subscribe } from './subscription.ts';

/** The queue goes with the connection, and what was not acknowledged with the queue. */
export const BONFIRE_SOURCE_CAPABILITIES: SourceCapabilities = {
  redelivery: 'none',
  confirmation: 'peer',
  ordering: 'per-connection',
};

/** Those of every consumer with acknowledgements. */
export const BONFIRE_DURABLE_SOURCE_CAPABILITIES: SourceCapabilities =
  CONSUMING_SOURCE_CAPABILITIES;

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

function createSource(
  config: BonfireSourceConfig,
  makeQueue: QueueMaker,
  context: AdapterContext,
): Source<BonfireMessage> {
  return createConsumingSource(config, context, {
    start: (connection, consumer) => subscribe(connection, consumer, makeQueue, config, context),
    native: (delivery) => ok(bonfireMessage(delivery)),
  });
}
