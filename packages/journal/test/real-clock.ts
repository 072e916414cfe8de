/** The system's clock, as a composition root would pass it in. */
import type { Clock } from '@viaduct/core';

/** See {@link Clock}. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    after: (delayMs, wake) => {
      const timer = setTimeout(wake, delayMs).unref();
      return () => clearTimeout(timer);
    },
  };
}
