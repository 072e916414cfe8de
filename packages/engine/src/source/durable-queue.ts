import type { Clock } from '@viaduct/core';
import { FULL_RETRY_MS } from '../limits.ts';
import { asError, isRetriable } from '../thrown.ts';

/** What a {@link DurableQueue} works with. */
export interface DurableQueueOptions<Item, Result> {
  readonly clock: Clock;
  /** Items of one write. */
  readonly batchMax: number;
  /** Resolves when all items are durable. */
  write(items: readonly Item[]): Promise<Result>;
  /** Items are durable. Called in the order in which they were pushed. */
  done(items: readonly Item[], result: Result): void;
  /** A write failed in a way that no repetition mends. */
  fatal(error: Error): void;
  /** The journal has no room for what this queue holds. */
  full(queue: object, error: Error): void;
  /** A write found room. */
  room(queue: object): void;
  /** This queue waits for room no longer: what it held was taken back. */
  left(queue: object): void;
  /** There is more room, or the queue is blocked or no longer. */
  changed(): void;
}

/**
 * Writes items to the journal in order. What comes while one write is under way gathers for the
 * next: nobody waits for the disk, and the slower it is, the larger the batches.
 *
 * One write at a time on purpose: if the journal is full and refuses a batch, none behind it can
 * slip in before. The batch is kept and written again until there is room.
 */
export class DurableQueue<Item, Result> {
  readonly #options: DurableQueueOptions<Item, Result>;
  #waiting: Item[] = [];
  #writing: readonly Item[] | undefined;
  #blockedSince: number | undefined;
  #cancelRetry: (() => void) | undefined;
  #stopped = false;
  #pushed = 0;

  constructor(options: DurableQueueOptions<Item, Result>) {
    this.#options = options;
  }

  /** Items that are not durable yet. */
  get size(): number {
    return this.#waiting.length + (this.#writing?.length ?? 0);
  }

  /** Items ever pushed. */
  get pushed(): number {
    return this.#pushed;
  }

  /** Those of them that are durable, or were taken back: the oldest. */
  get done(): number {
    return this.#pushed - this.size;
  }

  /** Since when the journal has had no room, milliseconds since the epoch. */
  get blockedSince(): number | undefined {
    return this.#blockedSince;
  }

  /** Adds an item; `flush` (or a full batch) writes it. */
  push(item: Item): void {
    this.#pushed += 1;
    this.#waiting.push(item);
    if (this.#waiting.length >= this.#options.batchMax) this.flush();
  }

  /** Writes what waits, unless a write is under way: then the rest follows by itself. */
  flush(): void {
    const isBusy = this.#writing !== undefined || this.#cancelRetry !== undefined;
    if (isBusy || this.#stopped || this.#waiting.length === 0) return;
    const { batchMax } = this.#options;
    const items =
      this.#waiting.length <= batchMax ? this.#waiting : this.#waiting.slice(0, batchMax);
    this.#waiting = this.#waiting.slice(items.length);
    this.#writing = items;
    this.#options.write(items).then(
      (result) => this.#succeeded(items, result),
      (thrown: unknown) => this.#rejected(items, asError(thrown)),
    );
  }

  /** Takes out everything that is not being written at the moment, oldest first. */
  takeBack(): readonly Item[] {
    const items = this.#waiting;
    this.#waiting = [];
    this.#unblock();
    return items;
  }

  /** Starts no more writes. */
  stop(): void {
    this.#stopped = true;
    this.#unblock();
  }

  #succeeded(items: readonly Item[], result: Result): void {
    this.#writing = undefined;
    this.#unblock();
    this.#options.room(this);
    this.flush();
    this.#options.done(items, result);
    this.#options.changed();
  }

  #rejected(items: readonly Item[], error: Error): void {
    this.#writing = undefined;
    if (!isRetriable(error)) {
      this.stop();
      this.#options.fatal(error);
      return;
    }
    this.#waiting = [...items, ...this.#waiting];
    if (this.#blockedSince === undefined) {
      this.#blockedSince = this.#options.clock.now();
      this.#options.full(this, error);
    }
    if (!this.#stopped) {
      this.#cancelRetry = this.#options.clock.after(FULL_RETRY_MS, () => {
        this.#cancelRetry = undefined;
        this.flush();
      });
    }
    this.#options.changed();
  }

  #unblock(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    if (this.#blockedSince === undefined) return;
    this.#blockedSince = undefined;
    this.#options.left(this);
  }
}
