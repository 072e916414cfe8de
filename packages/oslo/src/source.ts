import { CONSUMING_SOURCE_CAPABILITIES, createConsumingSource } from '@viaduct/amqp';
import { ok, type AdapterContext, type Source, type SourceCapabilities } from '@viaduct/core';

import type { OsloSourceConfig } from './config.ts';
import { osloMessage, type OsloMessage } from './message.ts';
import { planSubscription, Subscription } from './subscription.ts';

/** Those of every consumer with acknowledgements. */
export const OSLO_SOURCE_CAPABILITIES: SourceCapabilities = CONSUMING_SOURCE_CAPABILITIES;

/** A notification listener. See {@link OsloSourceConfig}; opens nothing before `connect`. */
export function createOsloSource(
  config: OsloSourceConfig,
  context: AdapterContext,
): Source<OsloMessage> {
  const plan = planSubscription(config, context.name);
  return createConsumingSource(config, context, {
    queues: Math.max(1, plan.otherQueues.length),
    start: (connection, consumer) =>
      Subscription.start(connection, consumer, plan, context, config.exchangeCheckMs),
    native: ({ exchange, routingKey, properties, body }) =>
      ok(osloMessage(exchange, routingKey, properties, body)),
  });
}
