/** Looking through the journal beside the live traffic, which must hardly notice. */
import { delay, type Clock } from '@viaduct/core';
import type { Journal, Position, StoredEntry } from '@viaduct/journal';
import { readPage } from '../journal-page.ts';

/** What is read of a journal: by its owner, or by a reader beside it. */
export interface ReplayRecord extends Pick<Journal, 'read'> {
  /**
   * A position with nothing stored at or after `at` (milliseconds since the epoch) before it;
   * `undefined`: before everything.
   */
  beforeTime(at: number): Promise<Position | undefined>;
  /** The entry at a position; `undefined` where there is none that can be read. */
  entry(position: Position): Promise<StoredEntry | undefined>;
}

/** How a scan is paced. */
export interface ScanPace {
  readonly clock: Clock;
  /** Whether events come and go meanwhile. */
  readonly isLive: boolean;
  readonly signal: AbortSignal;
}

/** Entries read at once beside live traffic: a millisecond of work, and as long a delay. */
const LIVE_PAGE_MAX = 16;

/** Entries read at once where nobody waits. */
const IDLE_PAGE_MAX = 512;

/** So many times as long as a page took, the scan rests. */
const REST_FACTOR = 9;

/** The longest rest, milliseconds: a clock that was set forward must not stop the scan. */
const REST_MS_MAX = 1_000;

/** The stretch of the journal to look through: after `after`, up to and with `last`. */
export interface Stretch {
  /** `undefined`: from the oldest kept. */
  readonly after: Position | undefined;
  /** `undefined`: nothing at all. */
  readonly last: Position | undefined;
}

/**
 * Pages of entries, in order. Damaged stretches are told of and stepped over. Rejects when the
 * signal is aborted.
 */
export async function* scanJournal(
  record: ReplayRecord,
  { after, last }: Stretch,
  pace: ScanPace,
  damaged: (error: Error) => void,
): AsyncGenerator<readonly StoredEntry[], void> {
  const pageMax = pace.isLive ? LIVE_PAGE_MAX : IDLE_PAGE_MAX;
  let seen = after;
  while (last !== undefined && (seen === undefined || seen < last)) {
    pace.signal.throwIfAborted();
    const startedAt = pace.clock.now();
    const page = await readPage(record, seen, damaged, pageMax);
    if (page.last === undefined) return;
    seen = page.last;
    const entries = page.entries.filter(({ position }) => position <= last);
    if (entries.length > 0) yield entries;
    if (!pace.isLive) continue;
    const tookMs = Math.max(1, pace.clock.now() - startedAt);
    await delay(pace.clock, Math.min(REST_FACTOR * tookMs, REST_MS_MAX), pace.signal);
  }
}
