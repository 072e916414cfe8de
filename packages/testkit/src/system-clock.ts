import type { Clock } from '@viaduct/core';

/** The machine's clock, for tests that talk to a real peer. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, wake) {
    const timer = setTimeout(wake, delayMs);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

/** A clock that knows which of its wakes are still to come. */
export interface CountingClock extends Clock {
  readonly pending: number;
}

/**
 * Wraps a clock and counts what was asked of it and neither fired nor was called off: the timers
 * that something left behind. `process.getActiveResourcesInfo()` does not list timers that do not
 * keep the process alive, and a {@link Clock}'s never do.
 */
export function countingClock(clock: Clock = systemClock): CountingClock {
  let pending = 0;
  return {
    now: () => clock.now(),
    after(delayMs, wake) {
      let open = true;
      const settle = (): void => {
        if (open) pending -= 1;
        open = false;
      };
      pending += 1;
      const cancel = clock.after(delayMs, () => {
        settle();
        wake();
      });
      return () => {
        settle();
        cancel();
      };
    },
    get pending() {
      return pending;
    },
  };
}
