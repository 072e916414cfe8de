import type { Clock } from '@viaduct/core';
import type { RateLimit } from './options.ts';

/** A rate limit: tokens come at a steady rate and gather up to the burst. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  constructor(limit: RateLimit, clock: Clock) {
    this.#clock = clock;
    this.#perMs = limit.perSecond / 1000;
    this.#burst = Math.max(1, limit.burst ?? limit.perSecond / 10);
    this.#tokens = this.#burst;
    this.#filledAt = clock.now();
  }

  /** How many whole tokens there are; taking them is `take`. */
  available(): number {
    const now = this.#clock.now();
    // A clock that was set back must not stop the sink until it has caught up.
    const elapsedMs = Math.max(0, now - this.#filledAt);
    this.#tokens = Math.min(this.#burst, this.#tokens + elapsedMs * this.#perMs);
    this.#filledAt = now;
    return Math.floor(this.#tokens);
  }

  take(tokens: number): void {
    this.#tokens -= tokens;
  }

  /** How long until there are so many whole tokens, milliseconds, at least 1. */
  waitMs(tokens = 1): number {
    return Math.max(1, Math.ceil((tokens - this.#tokens) / this.#perMs));
  }
}
