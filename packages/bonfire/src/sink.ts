import {
  clashError,
  createPublishingSink,
  ensureExchange,
  lostOutcome,
  PUBLISHING_SINK_CAPABILITIES,
  requireExchange,
  type AmqpConnection,
  type AmqpMessage,
} from '@viaduct/amqp';
import {
  TransportError,
  type AdapterContext,
  type Outcome,
  type Sink,
  type SinkCapabilities,
} from '@viaduct/core';

import type { BonfireSinkConfig } from './config.ts';
import { USAGE_EXCHANGE, type BonfireMessage } from './message.ts';
import { isConstant } from './encode/template.ts';

/** Those of every publisher with confirms. */
export const BONFIRE_SINK_CAPABILITIES: SinkCapabilities = PUBLISHING_SINK_CAPABILITIES;

/** Publishes messages. See {@link BonfireSinkConfig}; opens nothing before `connect`. */
export function createBonfireSink(
  config: BonfireSinkConfig,
  context: AdapterContext,
): Sink<BonfireMessage> {
  return createPublishingSink(config, context, {
    prepare: async (connection) => {
      const exchanges = new Exchanges(connection, config);
      if (isConstant(config.exchange)) await exchanges.see(config.exchange);
      return { obstacle: (message, signal) => exchanges.obstacle(message, signal) };
    },
    toAmqp,
  });
}

/** Exchanges remembered as being there; more than a template gives are looked at again. */
const KNOWN_MAX = 1_024;

/** The exchanges that a sink has seen on one connection. */
class Exchanges {
  readonly #connection: AmqpConnection;
  readonly #config: BonfireSinkConfig;
  readonly #known = new Set<string>();

  constructor(connection: AmqpConnection, config: BonfireSinkConfig) {
    this.#connection = connection;
    this.#config = config;
  }

  /** Why a message cannot be published: a missing exchange would cost everybody's channel. */
  async obstacle({ exchange }: AmqpMessage, signal: AbortSignal): Promise<Outcome | undefined> {
    if (this.#known.has(exchange) || signal.aborted) return undefined;
    try {
      await this.see(exchange);
      return undefined;
    } catch (error) {
      if (error instanceof TransportError) return lostOutcome(error);
      throw error;
    }
  }

  /** Looks for an exchange before the first message to it; creates it only where told to. */
  async see(exchange: string): Promise<void> {
    const { declare } = this.#config;
    if (declare === 'never') {
      await requireExchange(this.#connection, exchange, '"declare: never"');
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

const encoder = new TextEncoder();

function toAmqp({ exchange = USAGE_EXCHANGE, ...native }: BonfireMessage): AmqpMessage {
  const { routingKey = '', properties = {}, body } = native;
  return {
    exchange,
    routingKey,
    properties,
    body: typeof body === 'string' ? encoder.encode(body) : body,
  };
}
