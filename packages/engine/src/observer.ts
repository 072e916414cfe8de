import type { CanonicalEvent, Encoded, Notice, Outcome } from '@viaduct/core';
import type { AppendResult, Claimed, Entry, NewDeadLetter } from '@viaduct/journal';

/**
 * Sees what passes, for terminals and consoles. All of it is optional and called synchronously on
 * the hot path, in batches: an observer returns quickly and does not throw. What it is given must
 * not be changed. Figures are in the counters, which cost less.
 */
export interface EngineObserver {
  /** Entries are durable (or known already): same order, same length. */
  appended?(source: string, entries: readonly Entry[], results: readonly AppendResult[]): void;
  /** An event was encoded for a sink; losses and inventions are in `encoded`. */
  encoded?(sink: string, event: CanonicalEvent, encoded: Encoded<unknown>): void;
  /** What became of parcels: same order, same length. */
  settled?(sink: string, claimed: readonly Claimed[], outcomes: readonly Outcome[]): void;
  /** Something became a dead letter. */
  deadLettered?(letter: NewDeadLetter): void;
  /** A tracker has something to tell an operator. */
  noticed?(source: string, notice: Notice): void;
}
