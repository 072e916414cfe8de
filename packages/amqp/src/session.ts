import { TransportError } from '@viaduct/core';

import { connectAmqp, type AmqpConnection, type ConnectionOptions } from './connection.ts';

/** What runs on a connection, closed before it. */
export interface Work {
  close(): Promise<void>;
}

/**
 * The life cycle that every source and sink on RabbitMQ has: connect, set up, work, close, perhaps
 * again. `close` is legal at any time, during `open` too, and leaves nothing behind.
 */
export class Session<W extends Work> {
  readonly #options: ConnectionOptions;
  #attempt: AbortController | undefined;
  #opening: Promise<W> | undefined;
  #open: { readonly connection: AmqpConnection; readonly work: W } | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** What `open` made; undefined while there is no connection of ours. */
  get work(): W | undefined {
    return this.#open?.work;
  }

  /**
   * Connects and sets up. When the signal is aborted, `close` is called or `setUp` throws, the
   * connection is gone again when this rejects.
   */
  async open(signal: AbortSignal, setUp: (connection: AmqpConnection) => Promise<W>): Promise<W> {
    const closed = this.close();
    const attempt = new AbortController();
    this.#attempt = attempt;
    const either = AbortSignal.any([signal, attempt.signal]);
    this.#opening = closed.then(() => this.#openOnce(either, setUp));
    try {
      return await this.#opening;
    } finally {
      this.#attempt = undefined;
      this.#opening = undefined;
    }
  }

  async #openOnce(
    signal: AbortSignal,
    setUp: (connection: AmqpConnection) => Promise<W>,
  ): Promise<W> {
    const connection = await connectAmqp(this.#options, signal);
    const abort = (): void => connection.destroy();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const work = await setUp(connection);
      if (signal.aborted) await work.close();
      signal.throwIfAborted();
      this.#open = { connection, work };
      return work;
    } catch (error) {
      await connection.close();
      if (!signal.aborted) throw error;
      throw new TransportError('reconnect', 'VIA_AMQP_ABORTED', 'connecting was called off');
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Ends an attempt under way, or the work and then its connection. */
  close(): Promise<void> {
    // Also one that waits for the close before it.
    this.#attempt?.abort();
    this.#closing ??= this.#close().finally(() => {
      this.#closing = undefined;
    });
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#opening?.catch(() => undefined); // whoever called `open` is told
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    await open.work.close();
    await open.connection.close();
  }
}
