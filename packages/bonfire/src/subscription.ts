import { bindQueue, exchangeExists, type AmqpConnection, type Consumer } from '@viaduct/amqp';
import type { AdapterContext, TransportError } from '@viaduct/core';

import type { BonfireSourceConfig } from './config.ts';
import { refusal, type QueueMaker } from './queue.ts';

/**
 * Keeps our queue bound on one connection: makes it, consumes it, binds it with each key, and does
 * so anew every `exchangeCheckMs`, because an exchange that did not exist may do so now, and one
 * that was re-created has lost its bindings. Never declares the exchange, which is BonFIRE's.
 */
export class Subscription {
  readonly #connection: AmqpConnection;
  readonly #consumer: Consumer;
  readonly #config: BonfireSourceConfig;
  readonly #context: AdapterContext;
  #queue = '';
  #isMissing = false;
  #lastProblem: string | undefined;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(
    connection: AmqpConnection,
    consumer: Consumer,
    config: BonfireSourceConfig,
    context: AdapterContext,
  ) {
    this.#connection = connection;
    this.#consumer = consumer;
    this.#config = config;
    this.#context = context;
  }

  /** Makes the queue, binds and consumes it. Throws what RabbitMQ refuses. */
  async start(makeQueue: QueueMaker): Promise<void> {
    this.#queue = await makeQueue(this.#connection, this.#context);
    await this.#bind();
    await this.#consumer.consume(this.#queue);
    this.#checkLater();
  }

  /** Stops looking. */
  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  async #bind(): Promise<void> {
    const { exchange, routingKeys } = this.#config;
    const isMissing = !(await exchangeExists(this.#connection, exchange));
    if (!isMissing) await this.#bindKeys(exchange, routingKeys);
    if (isMissing === this.#isMissing) return;
    this.#isMissing = isMissing;
    const text = isMissing
      ? 'waiting for an exchange that does not exist yet'
      : 'the exchange that was waited for is there now';
    this.#context.logger.info({ exchange }, text);
  }

  async #bindKeys(exchange: string, keys: readonly string[]): Promise<void> {
    try {
      await bindQueue(this.#connection, this.#queue, exchange, keys);
    } catch (error) {
      const who = `user "${this.#connection.address.username}"`;
      const advice = `${who} needs "read" for the exchange and "write" for the queue`;
      throw refusal(error, advice);
    }
  }

  #checkLater(): void {
    if (this.#closed) return;
    this.#cancel = this.#context.clock.after(this.#config.exchangeCheckMs, () => {
      void this.#bind()
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
