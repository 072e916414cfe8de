import {
  clashError,
  createPublishingSink,
  ensureExchange,
  PUBLISHING_SINK_CAPABILITIES,
  requireExchange,
  type AmqpConnection,
  type AmqpMessage,
} from '@viaduct/amqp';
import type { AdapterContext, Sink, SinkCapabilities } from '@viaduct/core';

import type { CloudifySinkConfig } from './config.ts';
import { HOOKS_KEY, type CloudifyMessage } from './message.ts';

/** Those of every publisher with confirms. */
export const CLOUDIFY_SINK_CAPABILITIES: SinkCapabilities = PUBLISHING_SINK_CAPABILITIES;

/** Publishes workflow events. See {@link CloudifySinkConfig}; opens nothing before `connect`. */
export function createCloudifySink(
  config: CloudifySinkConfig,
  context: AdapterContext,
): Sink<CloudifyMessage> {
  return createPublishingSink(config, context, {
    prepare: async (connection) => {
      await seeToExchange(connection, config);
      return {};
    },
    toAmqp: (native: CloudifyMessage) => toAmqp(native, config),
  });
}

/** Looks before it declares; a missing exchange is made as the manager makes it. */
async function seeToExchange(
  connection: AmqpConnection,
  { exchange, declare }: CloudifySinkConfig,
): Promise<void> {
  if (declare === 'never') {
    await requireExchange(connection, exchange, '"declare: never"');
    return;
  }
  const spec = { name: exchange, type: 'topic', durable: true } as const;
  const declared = await ensureExchange(connection, spec);
  if (declared.kind !== 'clash') return;
  const advice = 'managers since 4.5.5 use a durable topic exchange: choose another "exchange"';
  throw clashError(declared.clash, advice);
}

const encoder = new TextEncoder();

function toAmqp(native: CloudifyMessage, { exchange }: CloudifySinkConfig): AmqpMessage {
  const { routingKey = HOOKS_KEY, properties = {}, body } = native;
  return {
    exchange: native.exchange ?? exchange,
    routingKey,
    properties,
    body: typeof body === 'string' ? encoder.encode(body) : body,
  };
}
