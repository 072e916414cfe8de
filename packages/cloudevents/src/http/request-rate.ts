const MINUTE_MS = 60_000;

/** Counts requests against a limit a minute; up to a tenth of it may come at once. */
export class RequestRate {
  readonly #perMinute: number;
  readonly #burst: number;
  #left: number;
  #at: number;

  /** `perMinute` 0 is no limit. */
  constructor(perMinute: number, now: number) {
    this.#perMinute = perMinute;
    this.#burst = Math.max(1, perMinute / 10);
    this.#left = this.#burst;
    this.#at = now;
  }

  /** 0 where a request may come now, and counts it; else milliseconds until one may. */
  take(now: number): number {
    if (this.#perMinute === 0) return 0;
    const gained = (Math.max(0, now - this.#at) * this.#perMinute) / MINUTE_MS;
    this.#left = Math.min(this.#burst, this.#left + gained);
    this.#at = now;
    if (this.#left < 1) return Math.ceil(((1 - this.#left) * MINUTE_MS) / this.#perMinute);
    this.#left -= 1;
    return 0;
  }
}
