import {
  bindQueue,
  clashError,
  ensureExchange,
  ensureQueue,
  requireExchange,
  type AmqpConnection,
  type Clash,
  type Declared,
} from '@viaduct/amqp';
import type { AdapterContext } from '@viaduct/core';

import type { OsloSinkConfig } from '../config.ts';

/** Where one notification goes: an exchange, and the queue that is named like its routing key. */
export interface Destination {
  readonly exchange: string;
  readonly routingKey: string;
}

/** Same-dialect messages bring their own routing keys; more than this are declared again. */
const KNOWN_MAX = 1_024;

/**
 * The exchanges and queues of a notifier on one connection. Each is looked at once, before the
 * first message for it, like oslo.messaging declares them: exchange, TOPIC.PRIORITY, binding.
 */
export class Destinations {
  readonly #connection: AmqpConnection;
  readonly #config: OsloSinkConfig;
  readonly #context: AdapterContext;
  readonly #exchanges = new Set<string>();
  readonly #known = new Map<string, Destination>();

  constructor(connection: AmqpConnection, config: OsloSinkConfig, context: AdapterContext) {
    this.#connection = connection;
    this.#config = config;
    this.#context = context;
  }

  /** The queues that were declared here, as far as they are remembered. */
  get queues(): readonly string[] {
    return [...new Set([...this.#known.values()].map(({ routingKey }) => routingKey))];
  }

  has(destination: Destination): boolean {
    return this.#known.has(keyOf(destination));
  }

  /** Somebody took it away: declare it again before the next message. */
  forget(destination: Destination): void {
    this.#known.delete(keyOf(destination));
    this.#exchanges.delete(destination.exchange);
  }

  /**
   * Sees to it that a destination exists, or with `declare: never` that its exchange does. Throws a
   * permanent `TransportError` that says what is in the way.
   */
  async ensure(destination: Destination): Promise<void> {
    const { exchange, routingKey } = destination;
    await this.ensureExchange(exchange);
    if (this.#config.declare === 'create' && exchange !== '') {
      const { durable, autoDelete, quorum } = this.#flags();
      const declared = await ensureQueue(this.#connection, {
        name: routingKey,
        durable,
        autoDelete,
        arguments: quorum ? { 'x-queue-type': 'quorum' } : {},
      });
      this.#judge(declared);
      await bindQueue(this.#connection, routingKey, exchange, [routingKey]);
    }
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(keyOf(destination), destination);
  }

  /** The exchange alone; the one of the configuration is looked at when connecting. */
  async ensureExchange(exchange: string): Promise<void> {
    if (exchange === '' || this.#exchanges.has(exchange)) return;
    if (this.#config.declare === 'never') {
      await requireExchange(this.#connection, exchange, '"declare: never"');
    } else {
      const { durable, autoDelete } = this.#flags();
      const spec = { name: exchange, type: 'topic', durable, autoDelete } as const;
      this.#judge(await ensureExchange(this.#connection, spec));
    }
    if (this.#exchanges.size >= KNOWN_MAX) this.#exchanges.clear();
    this.#exchanges.add(exchange);
  }

  #flags(): { readonly durable: boolean; readonly autoDelete: boolean; readonly quorum: boolean } {
    const quorum = this.#config.queueType === 'quorum';
    return { durable: this.#config.durable || quorum, autoDelete: this.#config.autoDelete, quorum };
  }

  #judge(declared: Declared): void {
    if (declared.kind === 'clash') throw clashError(declared.clash, adviceFor(declared.clash));
    if (declared.kind !== 'unchecked') return;
    this.#context.logger.debug({}, 'no permission to compare declarations; used as they are');
  }
}

/** What to write in this sink's configuration, for what RabbitMQ says is different. */
function adviceFor(clash: Clash): string {
  const orNever = 'or "declare: never" to use what is there as it is';
  switch (clash.argument) {
    case 'durable': {
      const durable = clash.existing ?? 'false';
      const hint =
        durable === 'false' ? ' and queueType: classic' : ', as amqp_durable_queues of OpenStack';
      return `set durable: ${durable}${hint}, ${orNever}`;
    }
    case 'x-queue-type':
      return `set queueType: ${clash.existing ?? 'classic'}, ${orNever}`;
    case 'auto_delete':
      return `set autoDelete: ${clash.existing ?? 'false'}, ${orNever}`;
    case 'type':
      return `oslo.messaging needs a topic exchange: choose another "exchange", ${orNever}`;
    default:
      return `${orNever.slice('or '.length)}, or delete it when nothing needs it`;
  }
}

function keyOf({ exchange, routingKey }: Destination): string {
  return `${exchange}\0${routingKey}`;
}
