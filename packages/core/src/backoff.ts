/** How long to wait between attempts. */
export interface Backoff {
  /** The pause after the first failure, milliseconds. */
  readonly initialMs: number;
  /** The longest pause, milliseconds. */
  readonly maxMs: number;
  /** What a pause is multiplied by after each failure. */
  readonly factor: number;
}

/** Half a second, doubled up to half a minute. */
export const DEFAULT_BACKOFF: Backoff = { initialMs: 500, maxMs: 30_000, factor: 2 };

/**
 * The pause after `failures` failures in a row (1 or more), milliseconds. "Equal jitter": between
 * half and all of the exponential pause, so that many clients of a restarted peer spread out and
 * none returns at once. `random` gives numbers in [0, 1).
 */
export function backoffMs(backoff: Backoff, failures: number, random: () => number): number {
  const exponential = backoff.initialMs * backoff.factor ** Math.min(failures - 1, 64);
  const pauseMs = Math.min(exponential, backoff.maxMs);
  return pauseMs / 2 + (pauseMs / 2) * random();
}
