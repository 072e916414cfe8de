/**
 * One segment file: entries of a range of positions without a hole, and a small index of the
 * batches they came in (who is owed what, which keys, when), so that opening a journal need not
 * read entries.
 */
import { statSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { checksum } from './checksum.ts';
import type { AppendCommand, EntryRow, TargetRuns } from './protocol.ts';
import { headerProblems } from './header.ts';
import { createFile, numberOf, openFile, quickCheck, segmentFile, type Access } from './schema.ts';

/** One call of append as the index keeps it. Keys are pairs of offset and key. */
export interface Batch {
  readonly first: number;
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly targets: TargetRuns;
  readonly keys: readonly (readonly [offset: number, key: string])[];
}

/** Positions of a batch of which neither index nor entry can be read. */
export interface LostBatch {
  readonly first: number;
  readonly count: number;
  readonly damage: string;
}

interface StoredRow {
  readonly crc: number;
  readonly head: string;
  readonly native: string | null;
}

interface StoredBatch {
  readonly first: number;
  readonly count: number;
  readonly at: number;
  readonly crc: number;
  readonly targets: string;
  readonly keys: string | null;
}

/** SQLite takes bytes for a text without looking at them. */
const INSERT = 'INSERT INTO entry VALUES (?, ?, CAST(? AS TEXT), CAST(? AS TEXT))';

/** An open segment file. */
export class Segment {
  readonly first: number;
  readonly file: string;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync | undefined;
  readonly #insertBatch: StatementSync | undefined;
  readonly #select: StatementSync;
  #limit: number;
  #last: number;
  #bytes: number;

  /** `limit`: no position above it was ever given out to this segment. */
  constructor(folder: string, first: number, access: Access | 'create', limit: number) {
    this.first = first;
    this.#limit = limit;
    this.file = segmentFile(folder, first);
    this.#database =
      access === 'create'
        ? createFile(this.file, 'segment')
        : openFile(this.file, 'segment', access);
    if (access === 'create' || access === 'own') {
      this.#insert = this.#database.prepare(INSERT);
      this.#insertBatch = this.#database.prepare('INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?)');
    }
    this.#select = this.#database.prepare('SELECT crc, head, native FROM entry WHERE position = ?');
    this.#last = first - 1;
    this.#bytes = 0;
    this.refresh();
  }

  /** The last position in it; below `first` while it is empty. */
  get last(): number {
    return this.#last;
  }

  /** What the file takes, without its write-ahead log. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Looks again where it ends: a reader does, whose file another process writes. A number beyond
   * `limit` is damage, and not a place to go on from.
   */
  refresh(limit: number = this.#limit): void {
    this.#limit = limit;
    const sql = 'SELECT max(position) FROM entry WHERE position <= ?';
    const last = Object.values(this.#database.prepare(sql).get(limit) ?? {})[0];
    this.#last = Math.max(Number(last ?? 0), this.first - 1);
    const pages = numberOf(this.#database, 'PRAGMA page_count');
    this.#bytes = Math.max(
      pages * numberOf(this.#database, 'PRAGMA page_size'),
      statSync(this.file).size,
    );
  }

  /** Positions up to `last` were given out, whatever the file says: what is missing is damage. */
  expect(last: number): void {
    this.#last = Math.max(this.#last, last);
  }

  /**
   * Whether it can take what follows its last entry. Not where that entry is damaged, where a
   * number stands above it that was never given out, or where nothing can be written.
   */
  get isSound(): boolean {
    const highest = numberOf(this.#database, 'SELECT max(position) FROM entry');
    if (highest > this.#last || headerProblems(this.file).length > 0) return false;
    return this.#last < this.first || !('damage' in this.get(this.#last));
  }

  /** The first position of the hole that ends at a position; itself where it has a row. */
  missingSince(position: number): number {
    const sql = 'SELECT max(position) FROM entry WHERE position < ?';
    const previous = Object.values(this.#database.prepare(sql).get(position) ?? {})[0];
    return Math.max(this.first, Number(previous ?? 0) + 1);
  }

  /** What SQLite says of the structure, a few findings; reads all of the file. */
  problems(): readonly string[] {
    return [...headerProblems(this.file), ...quickCheck(this.#database)];
  }

  /** The highest position whose entry is whole; below `first` where there is none. */
  get lastWhole(): number {
    const sql = 'SELECT position FROM entry ORDER BY position DESC';
    for (const row of this.#database.prepare(sql).iterate()) {
      const position = Number(row['position']);
      if (!('damage' in this.get(position))) return position;
    }
    return this.first - 1;
  }

  begin(): void {
    this.#database.exec('BEGIN IMMEDIATE');
  }

  /** Synced when it returns. */
  commit(last: number): void {
    this.#database.exec('COMMIT');
    this.#last = last;
    this.#limit = Math.max(this.#limit, last);
    this.#bytes =
      numberOf(this.#database, 'PRAGMA page_count') * numberOf(this.#database, 'PRAGMA page_size');
  }

  rollback(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }

  /** Writes one entry, its texts in UTF-8; within a transaction. */
  insert(position: number, head: Uint8Array, native: Uint8Array | null): void {
    // Node binds bytes of no length as NULL.
    const text = native?.length === 0 ? '' : native;
    this.#insert?.run(position, checksum(position, head, native), head, text);
  }

  /** Writes the index of what was inserted from `batch.first` on; within a transaction. */
  insertBatch(batch: Batch): void {
    const targets = JSON.stringify(batch.targets);
    const keys = batch.keys.length === 0 ? null : JSON.stringify(batch.keys);
    const crc = batchChecksum({ ...batch, targets, keys });
    this.#insertBatch?.run(batch.first, batch.count, batch.at, crc, targets, keys);
  }

  /**
   * The entry at a position of this segment's range, or why it cannot be had. Of missing ones the
   * row goes up to the next that is there, or to the end.
   */
  get(position: number): EntryRow {
    const damaged = (damage: string, last = position): EntryRow => ({
      position,
      last,
      damage: `${this.file}: ${damage}`,
    });
    try {
      const row = this.#select.get(position) as StoredRow | undefined;
      if (row === undefined) return damaged('the entry is missing', this.#missingUntil(position));
      const { head, native } = row;
      if (checksum(position, head, native) !== row.crc) return damaged('its checksum is wrong');
      return { position, head, native };
    } catch (error) {
      return damaged(error instanceof Error ? error.message : String(error));
    }
  }

  /** Entries of a range whose head holds a text, the latest first; damaged ones are passed over. */
  find(text: string, first: number, last: number): readonly number[] {
    const range = 'position BETWEEN ? AND ? AND instr(head, ?) > 0';
    const sql = `SELECT position FROM entry WHERE ${range} ORDER BY position DESC`;
    try {
      const rows = this.#database.prepare(sql).all(first, last, text);
      return rows.map(({ position }) => Number(position));
    } catch {
      return []; // Reading tells of damage; this only saves reading.
    }
  }

  /**
   * The index from the batch that holds `from` on. What of it is damaged is made again from the
   * entries themselves, one batch an entry; what those do not give either is returned as lost.
   */
  *batches(from: number): Iterable<Batch | LostBatch> {
    let expected = Math.max(from, this.first);
    for (const row of this.#storedBatches(from)) {
      yield* this.#rebuild(expected, row.first - 1);
      yield parseBatch(row);
      expected = row.first + row.count;
    }
    yield* this.#rebuild(expected, this.#last);
  }

  /** Moves what is committed from the write-ahead log into the file; readers may hold part back. */
  checkpoint(): void {
    this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)');
  }

  close(): void {
    this.#database.close();
  }

  /** The rows that are whole and end at `from` or later. */
  #storedBatches(from: number): StoredBatch[] {
    try {
      const rows = this.#database
        .prepare('SELECT * FROM batch WHERE first + count > ? ORDER BY first')
        .all(from) as unknown as StoredBatch[];
      return rows.filter((row) => batchChecksum(row) === row.crc);
    } catch {
      return []; // Not silent: every position is then read from its entry, or reported as lost.
    }
  }

  /** The last position of a hole, of which one is known. */
  #missingUntil(position: number): number {
    const sql = 'SELECT min(position) FROM entry WHERE position > ?';
    const next = Object.values(this.#database.prepare(sql).get(position) ?? {})[0];
    return Math.max(position, Math.min(Number(next ?? Infinity) - 1, this.#last));
  }

  *#rebuild(first: number, last: number): Iterable<Batch | LostBatch> {
    for (let position = first; position <= last; position += 1) {
      const row = this.get(position);
      if ('damage' in row) {
        const end = Math.min(row.last, last);
        yield { first: position, count: end - position + 1, damage: row.damage };
        position = end;
        continue;
      }
      const entry = JSON.parse(row.head) as EntryFacts;
      yield {
        first: position,
        count: 1,
        at: entry.appendedAt,
        targets: [[1, entry.targets]],
        keys: entry.dedupe === undefined ? [] : [[0, entry.dedupe]],
      };
    }
  }
}

/** What of an entry's head the index repeats. */
interface EntryFacts {
  readonly appendedAt: number;
  readonly targets: readonly string[];
  readonly dedupe?: string;
}

/** The index row for the entries of a call that are no duplicates, whose indices are given. */
export function batchOf(command: AppendCommand, kept: readonly number[], first: number): Batch {
  const keys = command.keys;
  return {
    first,
    count: kept.length,
    at: command.at,
    targets: kept.length === command.count ? command.targets : pick(command.targets, kept),
    keys:
      keys === undefined
        ? []
        : kept.flatMap((index, offset) => {
            const key = keys[index];
            return typeof key === 'string' ? [[offset, key] as const] : [];
          }),
  };
}

function pick(runs: TargetRuns, kept: readonly number[]): TargetRuns {
  const picked: [number, readonly string[]][] = [];
  let next = 0;
  let end = 0;
  for (const [count, targets] of runs) {
    end += count;
    const before = next;
    while (next < kept.length && (kept[next] ?? 0) < end) next += 1;
    if (next > before) picked.push([next - before, targets]);
  }
  return picked;
}

function parseBatch(row: StoredBatch): Batch {
  const { first, count, at } = row;
  const keys = row.keys === null ? [] : (JSON.parse(row.keys) as Batch['keys']);
  return { first, count, at, targets: JSON.parse(row.targets) as TargetRuns, keys };
}

function batchChecksum(row: Omit<StoredBatch, 'crc'>): number {
  return checksum(row.first, `${row.count} ${row.at}`, row.targets, row.keys);
}
