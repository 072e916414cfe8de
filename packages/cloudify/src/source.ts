import { CONSUMING_SOURCE_CAPABILITIES, createConsumingSource } from '@viaduct/amqp';
import { ok, type AdapterContext, type Source, type SourceCapabilities } from '@viaduct/core';

import type { CloudifySourceConfig } from './config.ts';
import { cloudifyMessage, type CloudifyMessage } from './message.ts';
import { subscribe } from './subscription.ts';

/** Those of every consumer with acknowledgements. */
export const CLOUDIFY_SOURCE_CAPABILITIES: SourceCapabilities = CONSUMING_SOURCE_CAPABILITIES;

/** Receives workflow events. See {@link CloudifySourceConfig}; opens nothing before `connect`. */
export function createCloudifySource(
  config: CloudifySourceConfig,
  context: AdapterContext,
): Source<CloudifyMessage> {
  return createConsumingSource(config, context, {
    start: (connection, consumer) => subscribe(connection, consumer, config, context),
    native: ({ exchange, routingKey, properties, body }) =>
      ok(cloudifyMessage(exchange, routingKey, properties, body)),
  });
}
