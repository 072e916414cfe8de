import type { Clock } from '@viaduct/core';

/** One life of the broker: from its start to a crash or a stop. */
export interface Life {
  readonly number: number;
  /** Its timers die with it. */
  readonly clock: Clock;
  /** True after a crash: whatever the engine still does reaches nobody. */
  readonly dead: boolean;
  /** How many places it has come by at which it could have died. */
  readonly points: number;
  /** How many of them were on either side of something that others see. */
  readonly activity: number;
  /** A place at which the process may die, on either side of something that others see. */
  point(): void;
  /** Another such place: between two awaits of the engine. */
  turn(): void;
  /** Some await of the process: takes a while, and never resolves in a dead one. */
  step(): Promise<void>;
  /** The answer to a call that was made just now. Never resolves in a dead process. */
  through<T>(answer: Promise<T>): Promise<T>;
  kill(): void;
}

/** Begins a life that dies at its `killAt`th point, or the first after it; `onCrash` is called at that moment. */
export function beginLife(options: {
  readonly number: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly killAt: () => number;
  readonly onCrash: () => void;
}): Life {
  const { number, clock, random, killAt, onCrash } = options;
  let dead = false;
  let points = 0;
  let activity = 0;
  const life: Life = {
    number,
    get dead() {
      return dead;
    },
    get points() {
      return points;
    },
    get activity() {
      return activity;
    },
    clock: {
      now: () => clock.now(),
      after: (delayMs, wake) =>
        clock.after(delayMs, () => {
          life.point();
          if (!dead) wake();
        }),
    },
    point: () => {
      activity += 1;
      life.turn();
    },
    turn: () => {
      if (dead) return;
      points += 1;
      if (points < killAt()) return;
      dead = true;
      onCrash();
    },
    step: async () => {
      const turns = Math.floor(random() * 4);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      life.point();
      if (dead) await new Promise<never>(() => undefined);
    },
    through: async (answer) => {
      try {
        return await answer;
      } finally {
        await life.step();
      }
    },
    kill: () => {
      dead = true;
    },
  };
  return life;
}
