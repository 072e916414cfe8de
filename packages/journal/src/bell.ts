/** Waiting for something to do: until rung, until a time, or until called off. */
import type { Clock } from '@viaduct/core';

/** Wakes everybody who waits. Nobody waits for ever once it is muted: they never wake at all. */
export class Bell {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #muted = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when rung, when the signal is aborted, or at `until` (ms since the epoch). */
  wait(signal: AbortSignal, until: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      let cancel: (() => void) | undefined;
      const wake = (): void => {
        if (this.#muted) return;
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        cancel?.();
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      if (until !== undefined) {
        cancel = this.#clock.after(Math.max(0, until - this.#clock.now()), wake);
      }
    });
  }

  /** Wakes all who wait now. */
  ring(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** From now on nobody wakes: the process that waited is taken for dead. */
  mute(): void {
    this.#muted = true;
    this.#waiting.clear();
  }
}
