import type { Clock } from '@viaduct/core';

/** The machine's clock: the one place where this program reads the time and starts timers. */
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
