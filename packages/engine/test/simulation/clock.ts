import type { Clock } from '@viaduct/core';
import { FAKE_EPOCH_MS } from '@viaduct/testkit';

/** Turns of the microtask queue that are looked at one by one before it counts as empty. */
const TURNS = 24;

/** A clock whose time passes as it is told to, and that can be looked in between any two awaits. */
export interface SimulatedClock extends Clock {
  /** Lets time pass; what it sets off runs before the next wake fires. */
  advance(byMs: number): Promise<void>;
  /** The process is stopped for so long: nothing fires, and then everything that is due, late. */
  pause(byMs: number): void;
  /** Somebody sets the clock, forward or back; no wake comes earlier or later by it. */
  step(byMs: number): void;
}

interface Wake {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * A clock for simulations. `onTurn` is called after each turn of the microtask queue: at each await
 * of whatever runs on this clock. It returns a figure that grows while things happen; when it has
 * stood still for long enough, nothing is left to do but wait.
 */
export function simulatedClock(onTurn: () => number): SimulatedClock {
  let steady = FAKE_EPOCH_MS;
  let offset = 0;
  const wakes = new Set<Wake>();
  const reactions = async (): Promise<void> => {
    for (let before = NaN, now = onTurn(); now !== before;) {
      before = now;
      for (let turn = 0; turn < TURNS; turn += 1) {
        await Promise.resolve();
        now = onTurn();
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    now: () => steady + offset,
    after(delayMs, wake) {
      const entry: Wake = { at: steady + Math.max(0, delayMs), wake };
      wakes.add(entry);
      return () => void wakes.delete(entry);
    },
    async advance(byMs) {
      const until = steady + byMs;
      await reactions();
      for (let next = earliest(wakes, until); next; next = earliest(wakes, until)) {
        wakes.delete(next);
        steady = Math.max(steady, next.at);
        next.wake();
        await reactions();
      }
      steady = until;
    },
    pause: (byMs) => void (steady += byMs),
    step: (byMs) => void (offset += byMs),
  };
}

function earliest(wakes: ReadonlySet<Wake>, until: number): Wake | undefined {
  let first: Wake | undefined;
  for (const entry of wakes) {
    if (entry.at <= until && (first === undefined || entry.at < first.at)) first = entry;
  }
  return first;
}
