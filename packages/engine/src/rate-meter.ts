/** Time constant of a rate, milliseconds: what happened longer ago counts for little. */
const WINDOW_MS = 60_000;

/** How many a second, lately: an average that forgets with a time constant of a minute. */
export class RateMeter {
  #sum = 0;
  #at = 0;

  /** So many happened now. */
  add(count: number, now: number): void {
    this.#sum = this.#left(now) + count;
    this.#at = now;
  }

  /** Per second. */
  perSecond(now: number): number {
    return (this.#left(now) * 1_000) / WINDOW_MS;
  }

  #left(now: number): number {
    // A clock that was set back forgets nothing.
    return this.#sum * Math.exp(-Math.max(0, now - this.#at) / WINDOW_MS);
  }
}
