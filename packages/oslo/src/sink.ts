import {
  connectionOptions,
  Publisher,
  Session,
  type AmqpConnection,
  type AmqpMessage,
} from '@viaduct/amqp';
import {
  TransportError,
  type AdapterContext,
  type Outcome,
  type Parcel,
  type Sink,
  type SinkCapabilities,
} from '@viaduct/core';

import { BacklogWatch } from './backlog-watch.ts';
import type { OsloSinkConfig } from './config.ts';
import { Destinations } from './destinations.ts';
import type { OsloMessage } from './message.ts';
import { lostOutcome, outcomeOf, worse } from './outcome.ts';
import { toAmqp } from './publishing.ts';

/** Publisher confirms; one channel keeps the order of what is published on it. */
export const OSLO_SINK_CAPABILITIES: SinkCapabilities = {
  confirmation: 'peer',
  ordering: 'per-connection',
  batchMax: 1_000,
  concurrencyMax: 8,
};

/** A notifier. See {@link OsloSinkConfig}; opens nothing before `connect`. */
export function createOsloSink(config: OsloSinkConfig, context: AdapterContext): Sink<OsloMessage> {
  const session = new Session<Notifying>(connectionOptions(config, context));
  return {
    async connect(signal) {
      await session.open(signal, (connection) => Notifying.start(connection, config, context));
    },
    async send(parcels, signal) {
      const notifying = session.work;
      if (notifying === undefined) throw notConnected();
      if (notifying.publisher.error !== undefined) throw notifying.publisher.error;
      return notifying.send(parcels, signal);
    },
    async lost() {
      return (await session.work?.publisher.lost) ?? notConnected();
    },
    close: () => session.close(),
  };
}

/** A native message of a parcel, on its way. */
interface Item {
  readonly parcel: number;
  readonly message: AmqpMessage;
}

/** A notifier at work on one connection. */
class Notifying {
  readonly publisher: Publisher;
  readonly #destinations: Destinations;
  readonly #watch: BacklogWatch;
  readonly #config: OsloSinkConfig;
  readonly #context: AdapterContext;

  private constructor(
    publisher: Publisher,
    destinations: Destinations,
    watch: BacklogWatch,
    config: OsloSinkConfig,
    context: AdapterContext,
  ) {
    this.publisher = publisher;
    this.#destinations = destinations;
    this.#watch = watch;
    this.#config = config;
    this.#context = context;
  }

  static async start(
    connection: AmqpConnection,
    config: OsloSinkConfig,
    context: AdapterContext,
  ): Promise<Notifying> {
    const destinations = new Destinations(connection, config, context);
    await destinations.ensureExchange(config.exchange);
    const { clock } = context;
    const { inFlightMax, inFlightBytesMax, confirmTimeoutMs, mandatory } = config;
    const limits = { inFlightMax, inFlightBytesMax, confirmTimeoutMs, mandatory };
    const publisher = await Publisher.open(connection, { clock, ...limits });
    const options = {
      checkMs: config.backlogCheckMs,
      warnMessages: config.backlogWarnMessages,
      queues: () => destinations.queues,
    };
    const watch = new BacklogWatch(connection, options, context);
    return new Notifying(publisher, destinations, watch, config, context);
  }

  async send(
    parcels: readonly Parcel<OsloMessage>[],
    signal: AbortSignal,
  ): Promise<readonly Outcome[]> {
    const outcomes: (Outcome | undefined)[] = parcels.map(() => undefined);
    const note = (parcel: number, outcome: Outcome): void => {
      outcomes[parcel] = worse(outcomes[parcel], outcome);
    };
    const items = await this.#prepare(parcels, signal, note);
    const results = await this.publisher.publish(
      items.map(({ message }) => message),
      signal,
    );
    for (const [index, result] of results.entries()) {
      const item = items[index];
      if (item === undefined) continue;
      if (result.kind === 'returned') {
        this.#destinations.forget(item.message);
        this.#context.count('returned');
      }
      note(item.parcel, outcomeOf(result, item.message));
    }
    return outcomes.map((outcome) => outcome ?? { kind: 'delivered' });
  }

  /** The messages that may be published; a parcel with one that may not is judged as a whole. */
  async #prepare(
    parcels: readonly Parcel<OsloMessage>[],
    signal: AbortSignal,
    note: (parcel: number, outcome: Outcome) => void,
  ): Promise<readonly Item[]> {
    const items: Item[] = [];
    const obstacles = new Map<string, Outcome>();
    for (const [parcel, { natives }] of parcels.entries()) {
      const messages = natives.map((native) => toAmqp(native, this.#config));
      const obstacle = await this.#obstacle(messages, obstacles, signal);
      if (obstacle !== undefined) note(parcel, obstacle);
      else items.push(...messages.map((message) => ({ parcel, message })));
    }
    return items;
  }

  async #obstacle(
    messages: readonly AmqpMessage[],
    obstacles: Map<string, Outcome>,
    signal: AbortSignal,
  ): Promise<Outcome | undefined> {
    for (const message of messages) {
      if (message.body.length > this.#config.messageBytesMax)
        return tooLarge(message, this.#config);
      const key = `${message.exchange}\0${message.routingKey}`;
      const known = obstacles.get(key);
      if (known !== undefined) return known;
      if (this.#destinations.has(message)) continue;
      const error = await unlessAborted(this.#destinations.ensure(message), signal);
      if (error === undefined) continue;
      const outcome = lostOutcome(error);
      obstacles.set(key, outcome);
      return outcome;
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.#watch.close();
    await this.publisher.close();
  }
}

/** Resolves with the `TransportError` of `work`, if any, or one that says we were called off. */
async function unlessAborted(
  work: Promise<void>,
  signal: AbortSignal,
): Promise<TransportError | undefined> {
  const { promise: aborted, resolve } = Promise.withResolvers<TransportError>();
  const abort = (): void =>
    resolve(new TransportError('reconnect', 'VIA_AMQP_ABORTED', 'sending was called off'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const failure = work.then(
    () => undefined,
    (error: unknown) => error as TransportError,
  );
  try {
    return await Promise.race([aborted, failure]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function tooLarge(message: AmqpMessage, config: OsloSinkConfig): Outcome {
  const bytes = `${message.body.length} bytes, messageBytesMax is ${config.messageBytesMax}`;
  return {
    kind: 'refused',
    code: 'VIA_AMQP_MESSAGE_TOO_LARGE',
    message: `the notification has ${bytes}`,
    permanent: true,
  };
}

function notConnected(): TransportError {
  return new TransportError('reconnect', 'VIA_AMQP_CONNECTION_LOST', 'there is no connection');
}
