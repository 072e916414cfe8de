/**
 * A second process's view of a data folder: listing, never changing. Every call is a few short
 * reads, so that the owner's write-ahead logs are not held up.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { JournalError, type PositionRange } from '../errors.ts';
import type {
  Checkpoints,
  DeadLetter,
  DeadLetterFilter,
  JournalStats,
  Position,
  Standing,
  StoredEntry,
} from '../journal.ts';
import type { JsonValue } from '@viaduct/core';
import { parseEntry, parseLetter } from './entry-text.ts';
import { scanIndex } from './index-scan.ts';
import { Ledger } from './ledger.ts';
import { PositionRanges } from './position-ranges.ts';
import { requireJournal } from './presence.ts';
import { retentionStats } from './retention.ts';
import { stateFile, type Access } from './schema.ts';
import { SegmentChain } from './segment-chain.ts';
import { journalErrorOf } from './sqlite-error.ts';
import { SQLITE_DEFAULTS } from './sqlite-options.ts';
import { StateFile } from './state-file.ts';
import { TimeIndex } from './time-index.ts';

/** Some entries, the latest first. */
export interface BackwardPage {
  readonly entries: readonly StoredEntry[];
  /** Positions that could not be read, the highest first. */
  readonly damaged: readonly PositionRange[];
  /** The lowest position looked at; `undefined` at the end. */
  readonly first: Position | undefined;
}

/** What can be looked at from outside, while the owner runs or when nobody does. */
export interface JournalReader {
  readonly brokerId: string;
  /** As `Journal.read`: damage rejects with its exact positions. */
  read(after: Position | undefined, max: number): Promise<readonly StoredEntry[]>;
  /**
   * Entries before a position (`undefined`: from the newest), the latest first, at most `max`;
   * fewer than `max` does not mean the end, none and nothing damaged does. `first` is the lowest
   * position looked at: where the next page goes on.
   */
  readBack(before: Position | undefined, max: number): Promise<BackwardPage>;
  /**
   * Of up to `max` entries before a position (`undefined`: from the newest) those that hold a text,
   * as it stands in the JSON of their events, the latest first. Many times as fast as reading them
   * all. Damaged ones are passed over.
   */
  findBack(text: string, before: Position | undefined, max: number): Promise<BackwardPage>;
  /** The entry at a position; `undefined` where there is none that can be read. */
  entry(position: Position): Promise<StoredEntry | undefined>;
  /**
   * A position with nothing appended at or after `at` (milliseconds since the epoch) before it:
   * reading after it misses nothing so young. `undefined`: before everything.
   */
  beforeTime(at: number): Promise<Position | undefined>;
  /** As `Journal.stats`; nothing is known of claims, and duplicates are not counted. */
  stats(): Promise<JournalStats>;
  subscriptions(): Promise<readonly { readonly name: string; readonly retired: boolean }[]>;
  /**
   * As `Journal.standing` for an entry and the sinks it is owed to; nothing is known of claims,
   * what a sink has is `waiting`.
   */
  standing(position: Position): Promise<ReadonlyMap<string, Standing>>;
  readonly deadLetters: {
    list(filter: DeadLetterFilter, max: number): Promise<readonly DeadLetter[]>;
    get(id: number): Promise<DeadLetter | undefined>;
    count(): Promise<number>;
  };
  readonly checkpoints: Pick<Checkpoints, 'load'> & { names(): Promise<readonly string[]> };
  close(): Promise<void>;
}

/** Opens a folder for reading; see `openJournalReader`. */
export function createReader(folder: string): JournalReader {
  requireJournal(folder);
  const access = accessFor(folder);
  let state: StateFile | undefined;
  try {
    state = new StateFile(folder, access);
    const chain = new SegmentChain(folder, state, access);
    chain.reload();
    return readerOf(folder, state, chain);
  } catch (error) {
    state?.close();
    throw journalErrorOf(error, folder);
  }
}

/** Looks at the files as they are now; whatever goes wrong has a code. */
type Look = <T>(at: () => T) => Promise<T>;

function readerOf(folder: string, state: StateFile, chain: SegmentChain): JournalReader {
  const look: Look = async (at) => {
    try {
      chain.reload();
      return await Promise.resolve(at());
    } catch (error) {
      throw journalErrorOf(error, folder);
    }
  };
  return {
    brokerId: state.brokerId,
    ...entriesOf(chain, look),
    stats: () => look(() => statsOf(state, chain)),
    subscriptions: () =>
      look(() => state.subscriptions().map(({ name, retired }) => ({ name, retired }))),
    standing: (position) =>
      look(() => {
        const owed = Float64Array.of(position, position);
        const ledgers = state
          .subscriptions()
          .map((row) => new Ledger({ ...row, owed }, SQLITE_DEFAULTS.spanMax));
        return new Map(ledgers.map((ledger) => [ledger.name, ledger.standing(position)]));
      }),
    deadLetters: {
      list: (filter, max) => look(() => state.letters.list(filter, max).map(parseLetter)),
      get: (id) =>
        look(() => {
          const row = state.letters.get(id);
          return row === null ? undefined : parseLetter(row);
        }),
      count: () => look(() => state.letters.count()),
    },
    checkpoints: {
      names: () => look(() => state.checkpointNames()),
      load: (name) =>
        look(() => {
          const row = state.checkpoint(name);
          if (row === null) return undefined;
          const value = JSON.parse(row.value) as JsonValue;
          return { position: row.position as Position, value };
        }),
    },
    close: async () => {
      chain.close();
      state.close();
      return Promise.resolve();
    },
  };
}

function entriesOf(
  chain: SegmentChain,
  look: Look,
): Pick<JournalReader, 'read' | 'readBack' | 'findBack' | 'entry' | 'beforeTime'> {
  const bytesMax = SQLITE_DEFAULTS.pageBytesMax;
  return {
    read: (after, max) =>
      look(() =>
        chain.read(after ?? 0, max, bytesMax).map((row) => {
          if ('head' in row) return parseEntry(row);
          const damaged = { first: row.position, last: row.last };
          throw new JournalError('VIA_JOURNAL_DAMAGED', row.damage, { damaged });
        }),
      ),
    readBack: (before, max) =>
      look(() => {
        const rows = chain.readBack(before ?? chain.last + 1, max, bytesMax);
        const damaged = rows.filter((row) => 'damage' in row);
        return {
          entries: rows.filter((row) => 'head' in row).map(parseEntry),
          damaged: damaged.map(({ position, last }) => ({ first: position, last })),
          first: rows.at(-1)?.position as Position | undefined,
        };
      }),
    findBack: (text, before, max) =>
      look(() => {
        const { rows, first } = chain.findBack(text, before ?? chain.last + 1, max);
        const entries = rows.filter((row) => 'head' in row).map(parseEntry);
        return { entries, damaged: [], first: first < 1 ? undefined : (first as Position) };
      }),
    entry: (position) =>
      look(() => {
        const row = chain.get(position);
        return 'head' in row ? parseEntry(row) : undefined;
      }),
    beforeTime: (at) =>
      look(() => {
        const since = chain.firstSince(at);
        let before = (since > 1 ? since - 1 : undefined) as Position | undefined;
        for (const batch of chain.batches(since)) {
          if ('damage' in batch || batch.at >= at) break;
          before = (batch.first + batch.count - 1) as Position;
        }
        return before;
      }),
  };
}

function reasonOf(chain: SegmentChain, position: number): string {
  const row = chain.get(position);
  return 'damage' in row ? row.damage : 'it is not whole';
}

/** What the files say together, as `Journal.stats`. */
export function statsOf(state: StateFile, chain: SegmentChain): JournalStats {
  const stored = state.subscriptions();
  const from = Math.min(chain.last, ...stored.map(({ mark }) => mark)) + 1;
  const scan = scanIndex(chain.batches(from), stored, () => undefined);
  const times = new TimeIndex(scan.times);
  const lags = stored.map((row) => {
    const owed = (scan.owed.get(row.name) ?? new PositionRanges()).toArray();
    const { pending, parked, oldest } = new Ledger({ ...row, owed }, SQLITE_DEFAULTS.spanMax);
    const oldestAt = oldest === undefined ? undefined : times.at(oldest);
    return [row.name, { pending, parked, claimed: 0, oldestAt }] as const;
  });
  return {
    ...retentionStats(chain.segments),
    duplicates: 0,
    subscriptions: Object.fromEntries(lags),
    gaps: state.gaps.list(),
    damage: scan.lost.map((range) => ({ ...range, reason: reasonOf(chain, range.first) })),
  };
}

/**
 * In a folder that cannot be written SQLite cannot share a write-ahead log. Files without one are
 * complete, and nobody can change them: they are read as immutable.
 */
export function accessFor(folder: string): Access {
  if (isWritable(folder)) return 'read';
  if (!existsSync(`${stateFile(folder)}-wal`)) return 'immutable';
  throw new JournalError(
    'VIA_JOURNAL_UNREADABLE',
    `${folder} cannot be written and its journal was not closed cleanly: read a copy of it`,
  );
}

function isWritable(folder: string): boolean {
  try {
    accessSync(join(folder, '.'), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
