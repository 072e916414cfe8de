import {
  bindQueue,
  clashError,
  ensureQueue,
  exchangeExists,
  type AmqpConnection,
  type Consumer,
  type QueueSpec,
} from '@viaduct/amqp';
import type { AdapterContext, TransportError } from '@viaduct/core';

import type { CloudifySourceConfig } from './config.ts';

/** The queue of a source; `sourceName` names it where the operator did not. */
export function queueSpec(config: CloudifySourceConfig, sourceName: string): QueueSpec {
  const { queueMessagesMax: messages, queueBytesMax: bytes, queueExpiresMs: expires } = config;
  const isQuorum = config.queueType === 'quorum';
  return {
    name: config.queue ?? `viaduct.${sourceName}`,
    durable: config.durable || isQuorum,
    arguments: {
      ...(isQuorum ? { 'x-queue-type': 'quorum' } : {}),
      ...(messages > 0 ? { 'x-max-length': messages } : {}),
      ...(bytes > 0 ? { 'x-max-length-bytes': bytes } : {}),
      ...(messages > 0 || bytes > 0 ? { 'x-overflow': 'drop-head' } : {}),
      ...(expires > 0 ? { 'x-expires': expires } : {}),
    },
  };
}

/**
 * Keeps a queue of our own bound to the manager's exchanges on one connection: declares and reads
 * the queue; looks again every `exchangeCheckMs` for exchanges that were missing or re-created.
 * Never declares an exchange: the manager fails on one of another type.
 */
export class Subscription {
  readonly #connection: AmqpConnection;
  readonly #consumer: Consumer;
  readonly #config: CloudifySourceConfig;
  readonly #context: AdapterContext;
  readonly #queue: QueueSpec;
  #missing: ReadonlySet<string> = new Set<string>();
  #lastProblem: string | undefined;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(
    connection: AmqpConnection,
    consumer: Consumer,
    config: CloudifySourceConfig,
    context: AdapterContext,
  ) {
    this.#connection = connection;
    this.#consumer = consumer;
    this.#config = config;
    this.#context = context;
    this.#queue = queueSpec(config, context.name);
  }

  /** Declares, binds and consumes what is there. Throws what RabbitMQ refuses. */
  async start(): Promise<void> {
    const creates = this.#config.declare === 'create';
    if (creates) await this.#declare();
    await this.#consumer.consume(this.#queue.name);
    if (!creates) return;
    await this.#renew();
    this.#checkLater();
  }

  /** Stops looking. */
  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  async #declare(): Promise<void> {
    const declared = await ensureQueue(this.#connection, this.#queue);
    if (declared.kind !== 'clash') return;
    const { clash } = declared;
    if (!/^x-(max|overflow|expires)/.test(clash.argument)) {
      const set =
        clash.argument === 'durable' ? `durable: ${clash.existing ?? 'false'}` : 'queueType';
      throw clashError(clash, `set ${set}, or another queue name`);
    }
    this.#context.logger.warn(
      { queue: this.#queue.name, limit: clash.argument, existing: clash.existing },
      'our queue has other limits than configured; delete it when it is empty to have them changed',
    );
  }

  async #renew(): Promise<void> {
    const missing = new Set<string>();
    const { exchanges, routingKeys } = this.#config;
    for (const exchange of exchanges) {
      if (!(await exchangeExists(this.#connection, exchange))) missing.add(exchange);
      else await bindQueue(this.#connection, this.#queue.name, exchange, routingKeys);
    }
    this.#tell(missing);
  }

  #tell(missing: ReadonlySet<string>): void {
    const { logger } = this.#context;
    const gone = [...missing].filter((name) => !this.#missing.has(name));
    const found = [...this.#missing].filter((name) => !missing.has(name));
    this.#missing = missing;
    if (gone.length > 0) {
      logger.info({ exchanges: gone }, 'waiting for exchanges that do not exist yet');
    }
    if (found.length > 0) {
      logger.info({ exchanges: found }, 'exchanges waited for are there now');
    }
  }

  #checkLater(): void {
    if (this.#closed) return;
    this.#cancel = this.#context.clock.after(this.#config.exchangeCheckMs, () => {
      void this.#renew()
        .then(() => {
          this.#lastProblem = undefined;
        })
        .catch((error: unknown) => this.#problem(error))
        .finally(() => this.#checkLater());
    });
  }

  /** The loss of the connection reaches the consumer too; anything else is told once. */
  #problem(error: unknown): void {
    if (this.#closed || this.#connection.error !== undefined) return;
    const { message, code } = error as TransportError;
    if (message === this.#lastProblem) return;
    this.#lastProblem = message;
    this.#context.logger.warn({ code, error: message }, 'bindings could not be renewed');
  }
}
