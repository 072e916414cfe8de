/** What every home of the journal can be told, and the figures it takes when it is not. */
import type { Clock } from '@viaduct/core';

/** What to do when the journal may hold no more and a sink still needs the oldest of it. */
export type WhenFull = 'block' | 'drop';

/** Options that mean the same for every home of the journal. */
export interface JournalOptions {
  readonly clock: Clock;
  /** How long two entries with one `dedupe` key are one event. */
  readonly dedupeWindowMs?: number;
  /** How many keys are remembered at most; beyond it the oldest is forgotten before its time. */
  readonly dedupeMax?: number;
  /** Entries older than this are thrown away once nobody is owed them. */
  readonly retentionMs?: number;
  /** What the entries may take; the oldest are thrown away, as `whenFull` says if still owed. */
  readonly retentionBytes?: number;
  /**
   * `block`: what is owed is kept however old, and an append that finds no room throws
   * `VIA_JOURNAL_FULL`. `drop`: what is too old or too much goes, and what a sink lost by it is
   * recorded as a gap.
   */
  readonly whenFull?: WhenFull;
  /** Parked entries of one sink; at this many it is handed no new ones until some are done. */
  readonly parkedMax?: number;
}

/** {@link JournalOptions} with every figure filled in. */
export type JournalLimits = Required<JournalOptions>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The defaults of {@link JournalOptions}. */
export const JOURNAL_DEFAULTS: Omit<JournalLimits, 'clock'> = {
  dedupeWindowMs: HOUR_MS,
  /** About 30 MB of memory with keys of 36 characters. */
  dedupeMax: 250_000,
  retentionMs: 7 * DAY_MS,
  retentionBytes: 8 * 1024 ** 3,
  whenFull: 'block',
  parkedMax: 10_000,
};

/** Gaps kept for `stats`; beyond it the oldest record goes. */
export const GAPS_MAX = 1000;

/** Broker ids are UUIDs; this one is the journal in memory's unless told otherwise. */
export const MEMORY_BROKER_ID = '00000000-0000-4000-8000-000000000000';
