import { DELIVERED, TransportError, type AdapterContext, type Outcome } from '@viaduct/core';
import type { Parcel, Sink, SinkCapabilities } from '@viaduct/core';

import { connectionOptions, type AmqpConnectionConfig } from '../config.ts';
import type { AmqpConnection } from '../connection.ts';
import type { AmqpMessage } from '../message.ts';
import { outcomeOf, tooLargeOutcome, worse } from './publish-outcome.ts';
import { Publisher } from './publisher.ts';
import { Session } from '../session.ts';

/** Publisher confirms; one channel keeps the order of what is published on it. */
export const PUBLISHING_SINK_CAPABILITIES: SinkCapabilities = {
  confirmation: 'peer',
  ordering: 'per-connection',
  batchMax: 1_000,
  concurrencyMax: 8,
};

/** The part of a sink's configuration that says how it publishes. */
export interface PublishingConfig extends AmqpConnectionConfig {
  readonly mandatory: boolean;
  readonly inFlightMax: number;
  readonly inFlightBytesMax: number;
  readonly confirmTimeoutMs: number;
  readonly messageBytesMax: number;
}

/** What a dialect does on one connection, beside publishing. */
export interface Destination {
  /**
   * Why a message cannot be published now, as the outcome of its parcel: a missing exchange would
   * cost everybody's channel. Default: nothing is in the way.
   */
  readonly obstacle?: (message: AmqpMessage, signal: AbortSignal) => Promise<Outcome | undefined>;
  /** Told of a message for which no queue is bound. */
  readonly returned?: (message: AmqpMessage) => void;
  readonly close?: () => void;
}

/** How a dialect publishes. */
export interface PublishingOptions<Native> {
  /** Sees to what must be there before the first message. Throws what RabbitMQ refuses. */
  readonly prepare: (connection: AmqpConnection) => Promise<Destination>;
  readonly toAmqp: (native: Native) => AmqpMessage;
}

/** A sink that publishes with confirms. Opens nothing before `connect`. */
export function createPublishingSink<Native>(
  config: PublishingConfig,
  context: AdapterContext,
  options: PublishingOptions<Native>,
): Sink<Native> {
  const session = new Session<Publishing<Native>>(connectionOptions(config, context));
  return {
    async connect(signal) {
      await session.open(signal, async (connection) => {
        const destination = await options.prepare(connection);
        const { inFlightMax, inFlightBytesMax, confirmTimeoutMs, mandatory } = config;
        const limits = { inFlightMax, inFlightBytesMax, confirmTimeoutMs, mandatory };
        try {
          const publisher = await Publisher.open(connection, { clock: context.clock, ...limits });
          return new Publishing(publisher, destination, options, config, context);
        } catch (error) {
          destination.close?.();
          throw error;
        }
      });
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

/** The error of a source or sink that is asked to work before it is connected. */
export function notConnected(): TransportError {
  return new TransportError('reconnect', 'VIA_AMQP_CONNECTION_LOST', 'there is no connection');
}

/** What is in the way of a place, by exchange and routing key: asked once in a batch. */
type Obstacles = Map<string, Outcome>;

/** A message of a parcel, on its way. */
interface Item {
  readonly parcel: number;
  readonly message: AmqpMessage;
}

/** A sink at work on one connection. */
class Publishing<Native> {
  readonly publisher: Publisher;
  readonly #destination: Destination;
  readonly #options: PublishingOptions<Native>;
  readonly #config: PublishingConfig;
  readonly #context: AdapterContext;

  constructor(
    publisher: Publisher,
    destination: Destination,
    options: PublishingOptions<Native>,
    config: PublishingConfig,
    context: AdapterContext,
  ) {
    this.publisher = publisher;
    this.#destination = destination;
    this.#options = options;
    this.#config = config;
    this.#context = context;
  }

  async send(parcels: readonly Parcel<Native>[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const outcomes: (Outcome | undefined)[] = parcels.map(() => undefined);
    const items: Item[] = [];
    const obstacles: Obstacles = new Map();
    for (const [parcel, { natives }] of parcels.entries()) {
      const messages = natives.map(this.#options.toAmqp);
      const obstacle = await this.#obstacle(messages, obstacles, signal);
      if (obstacle === undefined) items.push(...messages.map((message) => ({ parcel, message })));
      else outcomes[parcel] = obstacle;
    }
    const messages = items.map(({ message }) => message);
    for (const [index, result] of (await this.publisher.publish(messages, signal)).entries()) {
      const item = items[index];
      if (item === undefined) continue;
      if (result.kind === 'returned') {
        this.#destination.returned?.(item.message);
        this.#context.count('returned');
      }
      outcomes[item.parcel] = worse(outcomes[item.parcel], outcomeOf(result, item.message));
    }
    return outcomes.map((outcome) => outcome ?? DELIVERED);
  }

  async close(): Promise<void> {
    this.#destination.close?.();
    await this.publisher.close();
  }

  /** A parcel with a message that may not be published is judged as a whole. */
  async #obstacle(
    messages: readonly AmqpMessage[],
    obstacles: Obstacles,
    signal: AbortSignal,
  ): Promise<Outcome | undefined> {
    for (const message of messages) {
      const { messageBytesMax } = this.#config;
      if (message.body.length > messageBytesMax) return tooLargeOutcome(message, messageBytesMax);
      const place = `${message.exchange}\0${message.routingKey}`;
      const known = obstacles.get(place);
      if (known !== undefined) return known;
      const obstacle = await this.#destination.obstacle?.(message, signal);
      if (obstacle === undefined) continue;
      obstacles.set(place, obstacle);
      return obstacle;
    }
    return undefined;
  }
}
