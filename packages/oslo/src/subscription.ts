import {
  bindQueue,
  clashError,
  ensureQueue,
  exchangeExists,
  queueState,
  unbindQueue,
  type AmqpConnection,
  type Consumer,
  type QueueSpec,
} from '@viaduct/amqp';
import type { AdapterContext, TransportError } from '@viaduct/core';

import type { OsloSourceConfig } from './config.ts';
import { PRIORITIES } from './priority.ts';

/** What a listener has to have on RabbitMQ to receive anything. */
export interface SubscriptionPlan {
  /** Our queue or the pool's; undefined where only queues of others are read. */
  readonly queue: QueueSpec | undefined;
  /** Exchanges to bind it to, with these keys. */
  readonly exchanges: readonly string[];
  readonly keys: readonly string[];
  /** Keys that an earlier configuration may have bound our own queue with. */
  readonly staleKeys: readonly string[];
  /** Queues of others to read, where they exist. */
  readonly otherQueues: readonly string[];
}

/** The plan for a configuration; `sourceName` names the queue where the operator did not. */
export function planSubscription(config: OsloSourceConfig, sourceName: string): SubscriptionPlan {
  const priorities = config.priorities ?? PRIORITIES;
  const each = config.topics.flatMap((topic) => priorities.map((one) => `${topic}.${one}`));
  if (config.mode === 'consume-default') {
    return { queue: undefined, exchanges: [], keys: [], staleKeys: [], otherQueues: each };
  }
  const every = config.topics.map((topic) => `${topic}.*`);
  const isPool = config.mode === 'pool';
  return {
    queue: {
      name: config.queue ?? `viaduct.${sourceName}`,
      durable: config.durable || config.queueType === 'quorum',
      arguments: queueArguments(config, isPool),
    },
    exchanges: config.exchanges,
    // oslo binds a pool with each priority; ours takes priorities that are yet to be invented too.
    keys: isPool || config.priorities !== undefined ? each : every,
    staleKeys: isPool || config.priorities === undefined ? [] : staleKeys(config, each),
    otherQueues: [],
  };
}

/** What was bound before the operator named priorities, or named others. */
function staleKeys(config: OsloSourceConfig, keys: readonly string[]): readonly string[] {
  const words = ['*', ...PRIORITIES];
  const all = config.topics.flatMap((topic) => words.map((word) => `${topic}.${word}`));
  return all.filter((key) => !keys.includes(key));
}

/** A pool's queue has none of our limits: its other members would declare it without. */
function queueArguments(
  config: OsloSourceConfig,
  isPool: boolean,
): Readonly<Record<string, string | number>> {
  const type = config.queueType === 'quorum' ? { 'x-queue-type': 'quorum' } : {};
  if (isPool) return type;
  const limited = config.queueMessagesMax > 0 || config.queueBytesMax > 0;
  return {
    ...type,
    ...(config.queueMessagesMax > 0 ? { 'x-max-length': config.queueMessagesMax } : {}),
    ...(config.queueBytesMax > 0 ? { 'x-max-length-bytes': config.queueBytesMax } : {}),
    ...(limited ? { 'x-overflow': 'drop-head' } : {}),
    ...(config.queueExpiresMs > 0 ? { 'x-expires': config.queueExpiresMs } : {}),
  };
}

/**
 * Keeps a plan true on one connection: declares our queue, binds it, consumes; looks again every
 * `checkMs` for exchanges and queues that were missing, and binds anew what somebody re-created.
 * Never declares what belongs to OpenStack.
 */
export class Subscription {
  readonly #connection: AmqpConnection;
  readonly #consumer: Consumer;
  readonly #plan: SubscriptionPlan;
  readonly #context: AdapterContext;
  readonly #checkMs: number;
  #missing: ReadonlySet<string> = new Set<string>();
  #lastProblem: string | undefined;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(
    connection: AmqpConnection,
    consumer: Consumer,
    plan: SubscriptionPlan,
    context: AdapterContext,
    checkMs: number,
  ) {
    this.#connection = connection;
    this.#consumer = consumer;
    this.#plan = plan;
    this.#context = context;
    this.#checkMs = checkMs;
  }

  /** Declares, binds and consumes what is there. Throws what RabbitMQ refuses. */
  async start(): Promise<void> {
    const { queue } = this.#plan;
    if (queue !== undefined) {
      await this.#declare(queue);
      await this.#consumer.consume(queue.name);
    }
    await this.#renew();
    await this.#unbindStale();
    this.#checkLater();
  }

  /** Stops looking. */
  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  async #declare(queue: QueueSpec): Promise<void> {
    const declared = await ensureQueue(this.#connection, queue);
    if (declared.kind !== 'clash') return;
    const { clash } = declared;
    if (!/^x-(max|overflow|expires)/.test(clash.argument)) {
      const set =
        clash.argument === 'durable' ? `durable: ${clash.existing ?? 'false'}` : 'queueType';
      throw clashError(
        clash,
        `set ${set}, another queue name, or delete the queue when it is empty`,
      );
    }
    this.#context.logger.warn(
      {
        queue: queue.name,
        limit: clash.argument,
        declared: clash.declared,
        existing: clash.existing,
      },
      'our queue has other limits than configured; delete it when it is empty to have them changed',
    );
  }

  async #unbindStale(): Promise<void> {
    const { queue, exchanges, staleKeys } = this.#plan;
    if (queue === undefined || staleKeys.length === 0) return;
    for (const exchange of exchanges.filter((name) => !this.#missing.has(name))) {
      await unbindQueue(this.#connection, queue.name, exchange, staleKeys);
    }
  }

  /** One look at everything. What is missing is remembered, and told once. */
  async #renew(): Promise<void> {
    const missing = new Set<string>();
    const { queue, exchanges, keys, otherQueues } = this.#plan;
    for (const exchange of queue === undefined ? [] : exchanges) {
      if (!(await exchangeExists(this.#connection, exchange))) missing.add(exchange);
      else await bindQueue(this.#connection, queue?.name ?? '', exchange, keys);
    }
    for (const name of otherQueues) {
      if ((await queueState(this.#connection, name)) === undefined) missing.add(name);
      else await this.#consumer.consume(name);
    }
    this.#tell(missing);
  }

  #tell(missing: ReadonlySet<string>): void {
    const { logger } = this.#context;
    const what = this.#plan.queue === undefined ? 'queues' : 'exchanges';
    const gone = [...missing].filter((name) => !this.#missing.has(name));
    const found = [...this.#missing].filter((name) => !missing.has(name));
    this.#missing = missing;
    if (gone.length > 0) logger.info({ [what]: gone }, `waiting for ${what} that do not exist yet`);
    if (found.length > 0) logger.info({ [what]: found }, `${what} waited for are there now`);
  }

  #checkLater(): void {
    if (this.#closed) return;
    this.#cancel = this.#context.clock.after(this.#checkMs, () => {
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
