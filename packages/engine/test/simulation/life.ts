import type { Clock } from '@viaduct/core';

/** One life of the broker: from its start to a crash or a stop. */
export interface Life {
  readonly number: number;
  /** Its timers die with it. */
  readonly clock: Clock;
  /** True after a crash: whatever the engine still does reaches nobody. */
  readonly dead: boolean;
  /** Some await of the process: never resolves in a dead one, and may be where it dies. */
  step(): Promise<void>;
  /** The process may die here, rarely. */
  maybeCrash(): void;
}

/** Makes lives; `crash` is called at the moment one ends by chance. */
export function beginLife(options: {
  readonly number: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly crashChance: () => number;
  readonly onCrash: () => void;
}): Life & { kill(): void } {
  const { number, clock, random, crashChance, onCrash } = options;
  let dead = false;
  const life = {
    number,
    get dead() {
      return dead;
    },
    clock: {
      now: () => clock.now(),
      after: (delayMs: number, wake: () => void) =>
        clock.after(delayMs, () => {
          if (!dead) wake();
        }),
    },
    step: async (): Promise<void> => {
      const turns = Math.floor(random() * 4);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      life.maybeCrash();
      if (dead) await new Promise<never>(() => undefined);
    },
    maybeCrash: () => {
      if (dead || random() >= crashChance()) return;
      life.kill();
      onCrash();
    },
    kill: () => {
      dead = true;
    },
  };
  return life;
}
