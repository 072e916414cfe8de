import type { Clock } from '@viaduct/core';

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** How many wakes are due at some later time. */
  readonly pending: number;
  /**
   * Moves time by `byMs` milliseconds. Wakes fire in the order they are due, each at its own time;
   * what they set off (promise reactions, immediates) runs before the next one fires.
   */
  advance(byMs: number): Promise<void>;
}

/** Where a fake clock starts unless told otherwise: a date that no test mistakes for today. */
export const FAKE_EPOCH_MS: number = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

interface Wake {
  readonly at: number;
  readonly wake: () => void;
}

/** A {@link FakeClock} that starts at `startMs`, milliseconds since the epoch. */
export function fakeClock(startMs: number = FAKE_EPOCH_MS): FakeClock {
  let now = startMs;
  const wakes = new Set<Wake>();
  return {
    now: () => now,
    after(delayMs, wake) {
      const entry: Wake = { at: now + Math.max(0, delayMs), wake };
      wakes.add(entry);
      return () => void wakes.delete(entry);
    },
    get pending() {
      return wakes.size;
    },
    async advance(byMs) {
      const until = now + byMs;
      await reactions();
      for (let next = earliest(wakes, until); next; next = earliest(wakes, until)) {
        wakes.delete(next);
        now = Math.max(now, next.at);
        next.wake();
        await reactions();
      }
      now = until;
    },
  };
}

/** The first of those due by `until`; of several due at once the one that was asked for first. */
function earliest(wakes: ReadonlySet<Wake>, until: number): Wake | undefined {
  let first: Wake | undefined;
  for (const entry of wakes) {
    if (entry.at <= until && (first === undefined || entry.at < first.at)) first = entry;
  }
  return first;
}

/** An immediate runs after all promise reactions that are ready, however long their chain. */
function reactions(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
