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

import type { BonfireSinkConfig } from './config.ts';
import { USAGE_EXCHANGE, type BonfireMessage } from './message.ts';
import { lostOutcome, outcomeOf, worse } from './outcome.ts';
import { isConstant } from './template.ts';

/** Publisher confirms; one channel keeps the order of what is published on it. */
export const BONFIRE_SINK_CAPABILITIES: SinkCapabilities = {
  confirmation: 'peer',
  ordering: 'per-connection',
  batchMax: 1_000,
  concurrencyMax: 8,
};

/** Publishes messages. See {@link BonfireSinkConfig}; opens nothing before `connect`. */
export function createBonfireSink(
  config: BonfireSinkConfig,
  context: AdapterContext,
): Sink<BonfireMessage> {
  const session = new Session<Publishing>(connectionOptions(config, context));
  return {
    async connect(signal) {
      await session.open(signal, (connection) => Publishing.start(connection, config, context));
    },
    async send(parcels, signal) {
      const publishing = session.work;
      if (publishing === undefined) throw notConnected();
      if (publishing.publisher.error !== undefined) throw publishing.publisher.error;
      return publishing.send(parcels, signal);
    },
    async lost() {
      return (await session.work?.publisher.lost) ?? notConnected();
    },
    close: () => session.close(),
  };
}

/** Exchanges remembered as being there; more than a template gives are looked at again. */
const KNOWN_MAX = 1_024;

const encoder = new TextEncoder();

/** A sink at work on one connection. */
class Publishing {
  readonly publisher: Publisher;
  readonly #connection: AmqpConnection;
  readonly #config: BonfireSinkConfig;
  readonly #context: AdapterContext;
  readonly #known = new Set<string>();

  private constructor(
    publisher: Publisher,
    connection: AmqpConnection,
    config: BonfireSinkConfig,
    context: AdapterContext,
  ) {
    this.publisher = publisher;
    this.#connection = connection;
    this.#config = config;
    this.#context = context;
  }

  static async start(
    connection: AmqpConnection,
    config: BonfireSinkConfig,
    context: AdapterContext,
  ): Promise<Publishing> {
    const { inFlightMax, inFlightBytesMax, confirmTimeoutMs, mandatory } = config;
    const limits = { inFlightMax, inFlightBytesMax, confirmTimeoutMs, mandatory };
    const publisher = await Publisher.open(connection, { clock: context.clock, ...limits });
    const publishing = new Publishing(publisher, connection, config, context);
    if (isConstant(config.exchange)) await publishing.#see(config.exchange);
    return publishing;
  }

  async send(
    parcels: readonly Parcel<BonfireMessage>[],
    signal: AbortSignal,
  ): Promise<readonly Outcome[]> {
    const outcomes: (Outcome | undefined)[] = parcels.map(() => undefined);
    const items: { readonly parcel: number; readonly message: AmqpMessage }[] = [];
    for (const [parcel, { natives }] of parcels.entries()) {
      const messages = natives.map(toAmqp);
      const obstacle = await this.#obstacle(messages, signal);
      if (obstacle !== undefined) outcomes[parcel] = obstacle;
      else items.push(...messages.map((message) => ({ parcel, message })));
    }
    const messages = items.map(({ message }) => message);
    for (const [index, result] of (await this.publisher.publish(messages, signal)).entries()) {
      const item = items[index];
      if (item === undefined) continue;
      if (result.kind === 'returned') this.#context.count('returned');
      outcomes[item.parcel] = worse(outcomes[item.parcel], outcomeOf(result, item.message));
    }
    return outcomes.map((outcome) => outcome ?? DELIVERED);
  }

  async close(): Promise<void> {
    await this.publisher.close();
  }

  /** Why a parcel cannot be published: a missing exchange would cost everybody's channel. */
  async #obstacle(
    messages: readonly AmqpMessage[],
    signal: AbortSignal,
  ): Promise<Outcome | undefined> {
    for (const { exchange, body } of messages) {
      if (body.length > this.#config.messageBytesMax) return tooLarge(body.length, this.#config);
      if (this.#known.has(exchange) || signal.aborted) continue;
      try {
        await this.#see(exchange);
      } catch (error) {
        if (error instanceof TransportError) return lostOutcome(error);
        throw error;
      }
    }
    return undefined;
  }

  /** Looks for an exchange before the first message to it; creates it only where told to. */
  async #see(exchange: string): Promise<void> {
    const { declare } = this.#config;
    if (declare === 'never') {
      if (!(await exchangeExists(this.#connection, exchange))) throw missing(exchange);
    } else {
      const spec = { name: exchange, type: declare, durable: true } as const;
      const declared = await ensureExchange(this.#connection, spec);
      if (declared.kind === 'clash') {
        throw clashError(declared.clash, 'set "declare: never" to use what is there as it is');
      }
    }
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.add(exchange);
  }
}

function toAmqp({ exchange = USAGE_EXCHANGE, ...native }: BonfireMessage): AmqpMessage {
  const { routingKey = '', properties = {}, body } = native;
  return {
    exchange,
    routingKey,
    properties,
    body: typeof body === 'string' ? encoder.encode(body) : body,
  };
}

function missing(exchange: string): TransportError {
  return new TransportError(
    'permanent',
    'VIA_AMQP_NOT_FOUND',
    `exchange "${exchange}" does not exist, and "declare: never" keeps this sink from creating it`,
  );
}

function tooLarge(bytes: number, { messageBytesMax }: BonfireSinkConfig): Outcome {
  return {
    kind: 'refused',
    code: 'VIA_AMQP_MESSAGE_TOO_LARGE',
    message: `the message has ${bytes} bytes, messageBytesMax is ${messageBytesMax}`,
    permanent: true,
  };
}

function notConnected(): TransportError {
  return new TransportError('reconnect', 'VIA_AMQP_CONNECTION_LOST', 'there is no connection');
}
