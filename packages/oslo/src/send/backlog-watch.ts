import { queueState, type AmqpConnection } from '@viaduct/amqp';
import type { AdapterContext } from '@viaduct/core';

/** Once a queue was warned of, it is left alone for this long. */
const WARN_EVERY_MS = 3_600_000;

/** What {@link BacklogWatch} looks at, and how often. */
export interface BacklogOptions {
  readonly checkMs: number;
  readonly warnMessages: number;
  /** The queues to look at now. */
  queues(): readonly string[];
}

/**
 * Warns when a queue we publish to grows and nobody reads it: RabbitMQ would take messages until
 * its disk is full, and a notifier's queues have no limit.
 */
export class BacklogWatch {
  readonly #connection: AmqpConnection;
  readonly #options: BacklogOptions;
  readonly #context: AdapterContext;
  #seen: ReadonlyMap<string, number> = new Map<string, number>();
  readonly #warnedAt = new Map<string, number>();
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(connection: AmqpConnection, options: BacklogOptions, context: AdapterContext) {
    this.#connection = connection;
    this.#options = options;
    this.#context = context;
    if (options.checkMs > 0) this.#later();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #later(): void {
    if (this.#closed || this.#connection.error !== undefined) return;
    this.#cancel = this.#context.clock.after(this.#options.checkMs, () => {
      void this.#check()
        .catch(() => undefined) // the next message meets the same problem, and tells it
        .finally(() => this.#later());
    });
  }

  async #check(): Promise<void> {
    const seen = new Map<string, number>();
    for (const queue of this.#options.queues()) {
      const state = await queueState(this.#connection, queue);
      if (state === undefined || state.consumers > 0) continue;
      seen.set(queue, state.messages);
      const before = this.#seen.get(queue) ?? state.messages;
      if (state.messages > before && state.messages >= this.#options.warnMessages) {
        this.#warn(queue, state.messages);
      }
    }
    this.#seen = seen;
    for (const queue of this.#warnedAt.keys()) if (!seen.has(queue)) this.#warnedAt.delete(queue);
  }

  #warn(queue: string, messages: number): void {
    const now = this.#context.clock.now();
    const last = this.#warnedAt.get(queue);
    if (last !== undefined && now - last < WARN_EVERY_MS) return;
    this.#warnedAt.set(queue, now);
    this.#context.count('backlog');
    this.#context.logger.warn(
      { code: 'VIA_OSLO_QUEUE_UNREAD', queue, messages },
      'the queue grows and nobody reads it; start a listener, leave its priority out of ' +
        '"priorities", or set a max-length or message-ttl policy on it',
    );
  }
}
