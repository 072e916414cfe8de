import type { Clock } from '@viaduct/core';
import type { Claimed } from '@viaduct/journal';

/** What one `send` was given. Two of the same events are two. */
export type Work = readonly Claimed[];

/**
 * What a sink is sending over one connection. Tells when a `send` hangs: `overdue` is called once
 * for the oldest that is not over within `timeoutMs`, milliseconds. One timer for all of them, so
 * it may take twice as long.
 */
export class Sends {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #overdue: () => void;
  /** Oldest first, with how many events the sink had delivered before it. */
  readonly #deliveredBefore = new Map<Work, number>();
  #cancelWatch: (() => void) | undefined;

  constructor(clock: Clock, timeoutMs: number, overdue: () => void) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#overdue = overdue;
  }

  /** How many are under way. */
  get size(): number {
    return this.#deliveredBefore.size;
  }

  /** Those that are under way, oldest first. */
  all(): readonly Work[] {
    return [...this.#deliveredBefore.keys()];
  }

  /** This is sent from now on; so many events the sink had delivered by then. */
  begin(work: Work, delivered: number): void {
    this.#deliveredBefore.set(work, delivered);
    this.#watch();
  }

  /** How many events were delivered before this; `undefined` when it is not under way any more. */
  deliveredBefore(work: Work): number | undefined {
    return this.#deliveredBefore.get(work);
  }

  /** This is over, or was given up. */
  end(work: Work): void {
    this.#deliveredBefore.delete(work);
  }

  /** Watches no more. */
  close(): void {
    this.#cancelWatch?.();
  }

  #watch(): void {
    if (this.#cancelWatch !== undefined) return;
    const [oldest] = this.#deliveredBefore.keys();
    this.#cancelWatch = this.#clock.after(this.#timeoutMs, () => {
      this.#cancelWatch = undefined;
      if (this.size === 0) return;
      if (oldest !== undefined && this.#deliveredBefore.has(oldest)) this.#overdue();
      else this.#watch();
    });
  }
}
