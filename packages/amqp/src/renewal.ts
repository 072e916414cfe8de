import type { AdapterContext, TransportError } from '@viaduct/core';

import type { AmqpConnection } from './connection.ts';

/** What is looked at again and again. */
export interface RenewalOptions {
  readonly checkMs: number;
  /** What may be missing, for people: `exchanges`. */
  readonly what: 'exchanges' | 'queues';
  /** Binds or consumes what is there; resolves with the names of what is not. */
  readonly renew: () => Promise<ReadonlySet<string>>;
}

/**
 * Looks every so often for what was missing on a connection, and binds anew what somebody
 * re-created: an exchange that is made again has lost its bindings. Says once what it waits for,
 * what has come, and what went wrong.
 */
export class Renewal {
  readonly #connection: AmqpConnection;
  readonly #context: AdapterContext;
  readonly #options: RenewalOptions;
  #missing: ReadonlySet<string> = new Set<string>();
  #lastProblem: string | undefined;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(connection: AmqpConnection, context: AdapterContext, options: RenewalOptions) {
    this.#connection = connection;
    this.#context = context;
    this.#options = options;
  }

  /** What was not there at the last look. */
  get missing(): ReadonlySet<string> {
    return this.#missing;
  }

  /** The first look, and the others from then on. Throws what RabbitMQ refuses. */
  async start(): Promise<void> {
    await this.#look();
    this.#lookLater();
  }

  /** Stops looking. */
  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  async #look(): Promise<void> {
    const { logger } = this.#context;
    const { what, renew } = this.#options;
    const missing = await renew();
    const gone = [...missing].filter((name) => !this.#missing.has(name));
    const found = [...this.#missing].filter((name) => !missing.has(name));
    this.#missing = missing;
    if (gone.length > 0) logger.info({ [what]: gone }, `waiting for ${what} that do not exist yet`);
    if (found.length > 0) logger.info({ [what]: found }, `${what} waited for are there now`);
  }

  #lookLater(): void {
    if (this.#closed) return;
    this.#cancel = this.#context.clock.after(this.#options.checkMs, () => {
      void this.#look()
        .then(() => {
          this.#lastProblem = undefined;
        })
        .catch((error: unknown) => this.#problem(error))
        .finally(() => this.#lookLater());
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
