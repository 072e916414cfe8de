import {
  bindQueue,
  declareOwnQueue,
  exchangeExists,
  ownQueue,
  queueState,
  Renewal,
  unbindQueue,
  type AmqpConnection,
  type Consumer,
  type QueueSpec,
} from '@viaduct/amqp';
import type { AdapterContext } from '@viaduct/core';

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
    queue: ownQueue(isPool ? { ...config, ...UNLIMITED } : config, config.durable, sourceName),
    exchanges: config.exchanges,
    // oslo binds a pool with each priority; ours takes priorities that are yet to be invented too.
    keys: isPool || config.priorities !== undefined ? each : every,
    staleKeys: isPool || config.priorities === undefined ? [] : staleKeys(config, each),
    otherQueues: [],
  };
}

/** A pool's queue has none of our limits: its other members would declare it without. */
const UNLIMITED = { queueMessagesMax: 0, queueBytesMax: 0, queueExpiresMs: 0 } as const;

/** What was bound before the operator named priorities, or named others. */
function staleKeys(config: OsloSourceConfig, keys: readonly string[]): readonly string[] {
  const words = ['*', ...PRIORITIES];
  const all = config.topics.flatMap((topic) => words.map((word) => `${topic}.${word}`));
  return all.filter((key) => !keys.includes(key));
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
  readonly #renewal: Renewal;

  private constructor(
    connection: AmqpConnection,
    consumer: Consumer,
    plan: SubscriptionPlan,
    context: AdapterContext,
    checkMs: number,
  ) {
    this.#connection = connection;
    this.#consumer = consumer;
    this.#plan = plan;
    this.#renewal = new Renewal(connection, context, {
      checkMs,
      what: plan.queue === undefined ? 'queues' : 'exchanges',
      renew: () => this.#renew(),
    });
  }

  /** Declares, binds and consumes what is there. Throws what RabbitMQ refuses. */
  static async start(
    connection: AmqpConnection,
    consumer: Consumer,
    plan: SubscriptionPlan,
    context: AdapterContext,
    checkMs: number,
  ): Promise<Subscription> {
    const subscription = new Subscription(connection, consumer, plan, context, checkMs);
    if (plan.queue !== undefined) {
      await declareOwnQueue(connection, plan.queue, context);
      await consumer.consume(plan.queue.name);
    }
    try {
      await subscription.#renewal.start();
      await subscription.#unbindStale();
      return subscription;
    } catch (error) {
      subscription.close();
      throw error;
    }
  }

  /** Stops looking. */
  close(): void {
    this.#renewal.close();
  }

  async #unbindStale(): Promise<void> {
    const { queue, exchanges, staleKeys } = this.#plan;
    if (queue === undefined || staleKeys.length === 0) return;
    for (const exchange of exchanges.filter((name) => !this.#renewal.missing.has(name))) {
      await unbindQueue(this.#connection, queue.name, exchange, staleKeys);
    }
  }

  /** One look at everything: the names of what is missing. */
  async #renew(): Promise<ReadonlySet<string>> {
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
    return missing;
  }
}
