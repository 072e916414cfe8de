import type { Plan } from './plan.ts';
import type { Rig } from './rig.ts';

/** A fault, and how it is made. */
export interface Scenario {
  /** For `--scenario`. */
  readonly name: string;
  /** The kind of fault, for the table. */
  readonly fault: string;
  readonly plan: Plan;
  /**
   * Makes faults while events flow (`rig.whileFlowing`), by chances from `rig.random` alone, and
   * leaves everything healed and the broker running.
   */
  readonly run: (rig: Rig) => Promise<void>;
  /** Faults in one repetition, where the scenario counts them: kills, cuts. Default 1. */
  readonly faults?: number;
  /** How often it is repeated in a run of the usual length. */
  readonly repetitions: number;
  /** Whether a run of it that made no duplicate has proven nothing. */
  readonly mustSeeDuplicates?: true;
  /** Why this machine cannot run it, where it cannot; undefined where it can. */
  readonly obstacle?: () => string | undefined;
}
