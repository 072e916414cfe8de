/**
 * Time, passed in. Nothing outside the composition root reads the system's clock or starts a timer
 * of its own, so that a test can run a day in a moment and a seed can replay a run.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls `wake` once after `delayMs` milliseconds; the returned function calls it off. A pending
   * call does not keep the process alive.
   */
  after(delayMs: number, wake: () => void): () => void;
}

/**
 * Resolves after `delayMs` milliseconds; rejects with the signal's reason as soon as it is
 * aborted, leaving no timer behind.
 */
export function delay(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const abort = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = clock.after(delayMs, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}
