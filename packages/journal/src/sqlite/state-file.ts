/**
 * The state file: what every sink has done, dead letters, checkpoints, gaps, and which segments
 * there are. What belongs together is one transaction here.
 */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Attempt } from '../journal.ts';
import { checksum, rowChecksum } from './checksum.ts';
import { GapTable } from './gap-table.ts';
import { headerProblems } from './header.ts';
import { LetterTable } from './letter-table.ts';
import { MetaTable } from './meta-table.ts';
import type { ParkedRow, SubscriptionRow, SubscriptionWrite } from './protocol.ts';
import { createFile, openFile, quickCheck, stateFile, type Access } from './schema.ts';
import { Statements } from './statements.ts';

/** A segment as the state file knows it; `last` only once it is sealed. */
export interface SegmentRow {
  readonly first: number;
  readonly last: number | null;
  readonly openedAt: number;
  readonly fate: 'kept' | 'unlinking' | 'damaged';
}

/** A stored subscription without what it is owed, which the segments know. */
export type SubscriptionState = Omit<SubscriptionRow, 'owed'>;

/** The open state file. Methods that change it are called within {@link transaction}. */
export class StateFile {
  readonly file: string;
  readonly letters: LetterTable;
  readonly gaps: GapTable;
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly #meta: MetaTable;

  constructor(folder: string, access: Access | 'create') {
    this.file = stateFile(folder);
    const isNew = access === 'create';
    this.#database = isNew ? createFile(this.file, 'state') : openFile(this.file, 'state', access);
    this.#statements = new Statements(this.#database, this.file);
    this.#meta = new MetaTable(this.#statements);
    this.letters = new LetterTable(this.file, this.#statements, this.#meta);
    this.gaps = new GapTable(this.#statements);
    if (!isNew) return;
    this.transaction(() => {
      this.nameBroker();
      this.setNoted();
    });
  }

  /** All of it or nothing; synced when it returns. */
  transaction(change: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      change();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /**
   * What is wrong with the file, a few of it, in words: its structure, and the rows that say what
   * is owed. Reads all of it. Dead letters, checkpoints and gaps are judged when they are read.
   */
  problems(): readonly string[] {
    const found = [...headerProblems(this.file), ...quickCheck(this.#database)];
    for (const look of [
      () => this.brokerId,
      () => this.acknowledged,
      () => this.reserved,
      () => this.segments(),
      () => this.subscriptions(),
    ]) {
      try {
        look();
      } catch (error) {
        found.push(error instanceof Error ? error.message : String(error));
      }
    }
    if (found.length > 0) return found;
    if (this.#meta.get('brokerId') === undefined) found.push('the id of the broker is gone');
    const highest = Math.max(0, ...this.segments().map(({ last }) => last ?? 0));
    if (highest > this.reserved) found.push(`position ${highest} was never given out`);
    return found;
  }

  get brokerId(): string {
    return String(this.#meta.get('brokerId'));
  }

  /** Gives the broker an id, if it has none; says whether it had none. */
  nameBroker(): boolean {
    if (this.#meta.get('brokerId') !== undefined) return false;
    this.#meta.set('brokerId', randomUUID());
    return true;
  }

  /** The last position known to have been answered. */
  get acknowledged(): number {
    return Number(this.#meta.get('acknowledged') ?? 0);
  }

  /** No position above this one was ever given out. */
  get reserved(): number {
    return Number(this.#meta.get('reserved') ?? 0);
  }

  /**
   * The last position that may have been given out, by what the note of the last answered one says
   * (`undefined`: it is lost). Without it nobody knows more than what was reserved; of a journal
   * that was closed that is the same. Journals of old had no note.
   */
  endBy(answered: number | undefined): number {
    if (answered === undefined && this.isNoted) return this.reserved;
    return Math.max(this.acknowledged, answered ?? 0);
  }

  /** Whether a note of the last answered position was ever made durable. */
  get isNoted(): boolean {
    return this.#meta.get('noted') !== undefined;
  }

  setNoted(): void {
    this.#meta.set('noted', 1);
  }

  setAcknowledged(position: number): void {
    this.#meta.set('acknowledged', position);
  }

  setReserved(position: number): void {
    this.#meta.set('reserved', position);
  }

  segments(): SegmentRow[] {
    const columns = 'first, last, opened_at AS openedAt, fate, crc';
    return this.#statements.all(`SELECT ${columns} FROM segment ORDER BY first`).map((row) => {
      const { first, last, openedAt, fate } = row as unknown as SegmentRow;
      this.#statements.verify(row, [first, last, openedAt, fate], `segment ${first}`);
      return { first, last, openedAt, fate };
    });
  }

  putSegment(row: SegmentRow): void {
    const columns = [row.first, row.last, row.openedAt, row.fate] as const;
    const sql = 'INSERT OR REPLACE INTO segment VALUES (?, ?, ?, ?, ?)';
    this.#statements.run(sql, ...columns, rowChecksum(columns));
  }

  deleteSegment(first: number): void {
    this.#statements.run('DELETE FROM segment WHERE first = ?', first);
  }

  subscriptions(): SubscriptionState[] {
    return this.#statements.all('SELECT * FROM subscription').map((row) => {
      const name = String(row['name']);
      const { retired = null, mark = null, settled = null } = row;
      this.#statements.verify(row, [name, retired, mark, settled], `subscription ${name}`);
      return {
        name,
        retired: retired === 1,
        mark: Number(mark),
        settled: settled as Uint8Array,
        pastUntil: Number(this.#meta.get(`past/${name}`) ?? 0),
        parked: this.#parked(name),
      };
    });
  }

  /**
   * `pastUntil` (a value of its own in `meta`): up to this position it is owed everything; 0: only
   * what names it.
   */
  putSubscription(name: string, mark: number, pastUntil: number): void {
    const columns = [name, 0, mark, new Uint8Array()] as const;
    const sql = 'INSERT INTO subscription VALUES (?, ?, ?, ?, ?)';
    this.#statements.run(sql, ...columns, rowChecksum(columns));
    if (pastUntil > 0) this.#meta.set(`past/${name}`, pastUntil);
  }

  setRetired(name: string, retired: boolean): void {
    const [row] = this.#statements.all(
      'SELECT mark, settled FROM subscription WHERE name = ?',
      name,
    );
    if (row === undefined) return;
    const { mark = null, settled = null } = row;
    const crc = rowChecksum([name, retired ? 1 : 0, mark, settled]);
    const sql = 'UPDATE subscription SET retired = ?, crc = ? WHERE name = ?';
    this.#statements.run(sql, retired ? 1 : 0, crc, name);
  }

  deleteSubscription(name: string): void {
    this.#statements.run('DELETE FROM parked WHERE subscription = ?', name);
    this.gaps.deleteOf(name);
    this.#meta.delete(`past/${name}`);
    this.#statements.run('DELETE FROM subscription WHERE name = ?', name);
  }

  writeSubscription(write: SubscriptionWrite): void {
    const { name, mark, settled } = write;
    const [row] = this.#statements.all('SELECT retired FROM subscription WHERE name = ?', name);
    const crc = rowChecksum([name, row?.['retired'] ?? null, mark, settled]);
    const sql = 'UPDATE subscription SET mark = ?, settled = ?, crc = ? WHERE name = ?';
    this.#statements.run(sql, mark, settled, crc, name);
    for (const position of write.unparked) {
      this.#statements.run(
        'DELETE FROM parked WHERE subscription = ? AND position = ?',
        write.name,
        position,
      );
    }
    for (const { position, until, attempts } of write.parked) {
      const row = [name, position, until, JSON.stringify(attempts)] as const;
      const sql = 'INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?, ?)';
      this.#statements.run(sql, ...row, rowChecksum(row));
    }
  }

  /** Parked positions of segments that go. */
  unparkRange(first: number, last: number): void {
    this.#statements.run('DELETE FROM parked WHERE position BETWEEN ? AND ?', first, last);
  }

  putCheckpoint(name: string, position: number, value: string): void {
    const sql =
      'INSERT OR REPLACE INTO checkpoint (name, position, crc, value) VALUES (?, ?, ?, ?)';
    this.#statements.run(sql, name, position, checksum(position, value), value);
  }

  /** A damaged checkpoint is as good as none: trackers fold again from the start. */
  checkpoint(name: string): { readonly position: number; readonly value: string } | null {
    const [row] = this.#statements.all('SELECT * FROM checkpoint WHERE name = ?', name);
    if (row === undefined) return null;
    const [position, value] = [Number(row['position']), String(row['value'])];
    return checksum(position, value) === row['crc'] ? { position, value } : null;
  }

  checkpointNames(): string[] {
    const rows = this.#statements.all('SELECT name FROM checkpoint ORDER BY name');
    return rows.map(({ name }) => String(name));
  }

  /** Writes the file anew, without the room that deleted rows have left in it. */
  rewrite(): void {
    this.#database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  }

  checkpointLog(): void {
    this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)');
  }

  /** Idempotent. */
  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #parked(name: string): ParkedRow[] {
    const sql = 'SELECT * FROM parked WHERE subscription = ? ORDER BY position';
    return this.#statements.all(sql, name).map((row) => {
      const { position = null, until = null, attempts = null } = row;
      this.#statements.verify(
        row,
        [name, position, until, attempts],
        `parked ${String(position)} of ${name}`,
      );
      return {
        position: Number(position),
        until: Number(until),
        attempts: JSON.parse(String(attempts)) as readonly Attempt[],
      };
    });
  }
}
