import type { Clock } from '@viaduct/core';

/** A clock that never waits: time is where it was put, and jumps from one wake to the next. */
export interface JumpingClock extends Clock {
  /** When the next wake is due; `undefined` where nobody waits. */
  readonly nextAt: number | undefined;
  /** Moves time on to `at`: wakes fire in their order, each at its own time. */
  jumpTo(at: number): Promise<void>;
}

/**
 * Turns of the event loop that are waited for after each wake. One runs all promise reactions that
 * are ready; a few more let those finish that yield to the event loop themselves.
 */
const TURNS = 3;

/** A clock that stands at `start`, milliseconds since the epoch. */
export function jumpingClock(start: number): JumpingClock {
  let now = start;
  const wakes = new Set<Wake>();
  return {
    now: () => now,
    after(delayMs, wake) {
      const entry: Wake = { at: now + Math.max(0, delayMs), wake };
      wakes.add(entry);
      return () => void wakes.delete(entry);
    },
    get nextAt() {
      return earliest(wakes)?.at;
    },
    async jumpTo(at) {
      await reactions();
      for (let next = earliest(wakes); next !== undefined && next.at <= at;) {
        wakes.delete(next);
        now = Math.max(now, next.at);
        next.wake();
        await reactions();
        next = earliest(wakes);
      }
      now = Math.max(now, at);
    },
  };
}

interface Wake {
  readonly at: number;
  readonly wake: () => void;
}

/** Of several due at once the one that was asked for first. */
function earliest(wakes: ReadonlySet<Wake>): Wake | undefined {
  let first: Wake | undefined;
  for (const entry of wakes) if (first === undefined || entry.at < first.at) first = entry;
  return first;
}

async function reactions(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
