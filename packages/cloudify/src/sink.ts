import {
  clashError,
  connectionOptions,
  ensureExchange,
  exchangeExists,
  Publisher,
  Session,
  type AmqpConnection,
  type AmqpMessage,
} from '@viaduct/amqp';
import {
  DELIVERED,
  TransportError,
  type AdapterContext,
  type Outcome,
  type Parcel,
  type Sink,
  type SinkCapabilities,
} from '@viaduct/core';

import type { CloudifySinkConfig } from './config.ts';
import { HOOKS_KEY, type CloudifyMessage } from './message.ts';
import { outcomeOf, worse } from './outcome.ts';

/** Publisher confirms; one channel keeps the order of what is published on it. */
export const CLOUDIFY_SINK_CAPABILITIES: SinkCapabilities = {
  confirmation: 'peer',
  ordering: 'per-connection',
  batchMax: 1_000,
  concurrencyMax: 8,
};

/** Publishes workflow events. See {@link CloudifySinkConfig}; opens nothing before `connect`. */
export function createCloudifySink(
  config: CloudifySinkConfig,
  context: AdapterContext,
): Sink<CloudifyMessage> {
  const session = new Session<Publisher>(connectionOptions(config, context));
  return {
    async connect(signal) {
      await session.open(signal, async (connection) => {
        await seeToExchange(connection, config);
        const { inFlightMax, inFlightBytesMax, confirmTimeoutMs, mandatory } = config;
        const limits = { inFlightMax, inFlightBytesMax, confirmTimeoutMs, mandatory };
        return Publisher.open(connection, { clock: context.clock, ...limits });
      });
    },
    async send(parcels, signal) {
      const publisher = session.work;
      if (publisher === undefined) throw notConnected();
      if (publisher.error !== undefined) throw publisher.error;
      return send(publisher, parcels, config, context, signal);
    },
    async lost() {
      return (await session.work?.lost) ?? notConnected();
    },
    close: () => session.close(),
  };
}

/** Looks before it declares; a missing exchange is made as the manager makes it. */
async function seeToExchange(
  connection: AmqpConnection,
  { exchange, declare }: CloudifySinkConfig,
): Promise<void> {
  if (declare === 'never') {
    if (await exchangeExists(connection, exchange)) return;
    const why = 'does not exist, and "declare: never" keeps this sink from creating it';
    throw new TransportError('permanent', 'VIA_AMQP_NOT_FOUND', `exchange "${exchange}" ${why}`);
  }
  const spec = { name: exchange, type: 'topic', durable: true } as const;
  const declared = await ensureExchange(connection, spec);
  if (declared.kind !== 'clash') return;
  const advice = 'managers since 4.5.5 use a durable topic exchange: choose another "exchange"';
  throw clashError(declared.clash, advice);
}

async function send(
  publisher: Publisher,
  parcels: readonly Parcel<CloudifyMessage>[],
  config: CloudifySinkConfig,
  context: AdapterContext,
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const outcomes: (Outcome | undefined)[] = parcels.map(() => undefined);
  const items: { readonly parcel: number; readonly message: AmqpMessage }[] = [];
  for (const [parcel, { natives }] of parcels.entries()) {
    const messages = natives.map((native) => toAmqp(native, config));
    const large = messages.find(({ body }) => body.length > config.messageBytesMax);
    if (large !== undefined) outcomes[parcel] = tooLarge(large, config);
    else items.push(...messages.map((message) => ({ parcel, message })));
  }
  const messages = items.map(({ message }) => message);
  for (const [index, result] of (await publisher.publish(messages, signal)).entries()) {
    const item = items[index];
    if (item === undefined) continue;
    if (result.kind === 'returned') context.count('returned');
    outcomes[item.parcel] = worse(outcomes[item.parcel], outcomeOf(result, item.message));
  }
  return outcomes.map((outcome) => outcome ?? DELIVERED);
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

function tooLarge({ body }: AmqpMessage, { messageBytesMax }: CloudifySinkConfig): Outcome {
  return {
    kind: 'refused',
    code: 'VIA_AMQP_MESSAGE_TOO_LARGE',
    message: `the event has ${body.length} bytes, messageBytesMax is ${messageBytesMax}`,
    permanent: true,
  };
}

function notConnected(): TransportError {
  return new TransportError('reconnect', 'VIA_AMQP_CONNECTION_LOST', 'there is no connection');
}
