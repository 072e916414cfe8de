/**
 * The state file: what every sink has done, dead letters, checkpoints, gaps, and which segments
 * there are. What belongs together is one transaction here.
 */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Attempt, DeadLetterFilter, Gap, NewDeadLetter, NewGap } from '../journal.ts';
import { GAPS_MAX } from '../options.ts';
import { JournalError } from '../errors.ts';
import { checksum, rowChecksum, type RowValue } from './checksum.ts';
import type {
  LetterRow,
  ParkedRow,
  StoredLetter,
  SubscriptionRow,
  SubscriptionWrite,
} from './protocol.ts';
import { headerProblems } from './header.ts';
import { createFile, numberOf, openFile, quickCheck, stateFile, type Access } from './schema.ts';

/** A segment as the state file knows it; `last` only once it is sealed. */
export interface SegmentRow {
  readonly first: number;
  readonly last: number | null;
  readonly openedAt: number;
  readonly fate: 'kept' | 'unlinking' | 'damaged';
}

/** A stored subscription without what it is owed, which the segments know. */
export type SubscriptionState = Omit<SubscriptionRow, 'owed'>;

/**
 * Names of single values: this broker's id; the last answered position; positions given out;
 * whether there is a note of the last answered one; to where a subscription is owed everything;
 * which letter has a key.
 */
type MetaName =
  'brokerId' | 'acknowledged' | 'reserved' | 'noted' | `past/${string}` | `letter/${string}`;

/** The open state file. Methods that change it are called within {@link transaction}. */
export class StateFile {
  readonly file: string;
  readonly #database: DatabaseSync;

  constructor(folder: string, access: Access | 'create') {
    this.file = stateFile(folder);
    if (access === 'create') {
      this.#database = createFile(this.file, 'state');
      this.transaction(() => {
        this.nameBroker();
        this.setNoted();
      });
    } else {
      this.#database = openFile(this.file, 'state', access);
    }
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
    if (this.#meta('brokerId') === undefined) found.push('the id of the broker is gone');
    const highest = Math.max(0, ...this.segments().map(({ last }) => last ?? 0));
    if (highest > this.reserved) found.push(`position ${highest} was never given out`);
    return found;
  }

  get brokerId(): string {
    return String(this.#meta('brokerId'));
  }

  /** Gives the broker an id, if it has none; says whether it had none. */
  nameBroker(): boolean {
    if (this.#meta('brokerId') !== undefined) return false;
    this.#setMeta('brokerId', randomUUID());
    return true;
  }

  /** The last position known to have been answered. */
  get acknowledged(): number {
    return Number(this.#meta('acknowledged') ?? 0);
  }

  /** No position above this one was ever given out. */
  get reserved(): number {
    return Number(this.#meta('reserved') ?? 0);
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
    return this.#meta('noted') !== undefined;
  }

  setNoted(): void {
    this.#setMeta('noted', 1);
  }

  setAcknowledged(position: number): void {
    this.#setMeta('acknowledged', position);
  }

  setReserved(position: number): void {
    this.#setMeta('reserved', position);
  }

  segments(): SegmentRow[] {
    const columns = 'first, last, opened_at AS openedAt, fate, crc';
    return this.#all(`SELECT ${columns} FROM segment ORDER BY first`).map((row) => {
      const { first, last, openedAt, fate } = row as unknown as SegmentRow;
      this.#verify(row, [first, last, openedAt, fate], `segment ${first}`);
      return { first, last, openedAt, fate };
    });
  }

  putSegment(row: SegmentRow): void {
    const columns = [row.first, row.last, row.openedAt, row.fate] as const;
    const sql = 'INSERT OR REPLACE INTO segment VALUES (?, ?, ?, ?, ?)';
    this.#run(sql, ...columns, rowChecksum(columns));
  }

  deleteSegment(first: number): void {
    this.#run('DELETE FROM segment WHERE first = ?', first);
  }

  subscriptions(): SubscriptionState[] {
    return this.#all('SELECT * FROM subscription').map((row) => {
      const name = String(row['name']);
      const { retired = null, mark = null, settled = null } = row;
      this.#verify(row, [name, retired, mark, settled], `subscription ${name}`);
      return {
        name,
        retired: retired === 1,
        mark: Number(mark),
        settled: settled as Uint8Array,
        pastUntil: Number(this.#meta(`past/${name}`) ?? 0),
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
    this.#run(sql, ...columns, rowChecksum(columns));
    if (pastUntil > 0) this.#setMeta(`past/${name}`, pastUntil);
  }

  setRetired(name: string, retired: boolean): void {
    const [row] = this.#all('SELECT mark, settled FROM subscription WHERE name = ?', name);
    if (row === undefined) return;
    const { mark = null, settled = null } = row;
    const crc = rowChecksum([name, retired ? 1 : 0, mark, settled]);
    const sql = 'UPDATE subscription SET retired = ?, crc = ? WHERE name = ?';
    this.#run(sql, retired ? 1 : 0, crc, name);
  }

  deleteSubscription(name: string): void {
    this.#run('DELETE FROM parked WHERE subscription = ?', name);
    this.#run('DELETE FROM gap WHERE subscription = ?', name);
    this.#run('DELETE FROM meta WHERE name = ?', `past/${name}`);
    this.#run('DELETE FROM subscription WHERE name = ?', name);
  }

  writeSubscription(write: SubscriptionWrite): void {
    const { name, mark, settled } = write;
    const [row] = this.#all('SELECT retired FROM subscription WHERE name = ?', name);
    const crc = rowChecksum([name, row?.['retired'] ?? null, mark, settled]);
    const sql = 'UPDATE subscription SET mark = ?, settled = ?, crc = ? WHERE name = ?';
    this.#run(sql, mark, settled, crc, name);
    for (const position of write.unparked) {
      this.#run('DELETE FROM parked WHERE subscription = ? AND position = ?', write.name, position);
    }
    for (const { position, until, attempts } of write.parked) {
      const row = [name, position, until, JSON.stringify(attempts)] as const;
      const sql = 'INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?, ?)';
      this.#run(sql, ...row, rowChecksum(row));
    }
  }

  /** Parked positions of segments that go. */
  unparkRange(first: number, last: number): void {
    this.#run('DELETE FROM parked WHERE position BETWEEN ? AND ?', first, last);
  }

  addLetter(letter: LetterRow): void {
    const { stage, code, source, sink, key, head, native } = letter;
    if (key !== null && this.#isKept(key)) return;
    const columns = 'stage, code, source, sink, crc, head, native';
    const sql = `INSERT INTO letter (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`;
    this.#run(sql, stage, code, source, sink, checksum(0, head, native), head, native);
    if (key === null) return;
    this.#setMeta(`letter/${key}`, numberOf(this.#database, 'SELECT last_insert_rowid()'));
  }

  letters(filter: DeadLetterFilter, max: number): StoredLetter[] {
    const tests = letterTests(filter).filter(({ values }) => !values.includes(undefined));
    const where = ['id > ?', ...tests.map(({ sql }) => sql)].join(' AND ');
    const values = [filter.after ?? 0, ...tests.flatMap((test) => test.values)];
    const sql = `SELECT id, crc, head, native FROM letter WHERE ${where} ORDER BY id LIMIT ?`;
    return this.#all(sql, ...(values as readonly Value[]), max).map((row) => this.#letter(row));
  }

  letter(id: number): StoredLetter | null {
    const [row] = this.#all('SELECT id, crc, head, native FROM letter WHERE id = ?', id);
    return row === undefined ? null : this.#letter(row);
  }

  discardLetters(ids: readonly number[]): number {
    const key = "CASE WHEN json_valid(head) THEN json_extract(head, '$.key') END";
    const name = `SELECT 'letter/' || ${key} FROM letter WHERE id = ?`;
    let count = 0;
    for (const id of ids) {
      this.#run(`DELETE FROM meta WHERE name = (${name})`, id);
      count += this.#run('DELETE FROM letter WHERE id = ?', id);
    }
    return count;
  }

  countLetters(): number {
    return numberOf(this.#database, 'SELECT count(*) FROM letter');
  }

  putCheckpoint(name: string, position: number, value: string): void {
    const sql =
      'INSERT OR REPLACE INTO checkpoint (name, position, crc, value) VALUES (?, ?, ?, ?)';
    this.#run(sql, name, position, checksum(position, value), value);
  }

  /** A damaged checkpoint is as good as none: trackers fold again from the start. */
  checkpoint(name: string): { readonly position: number; readonly value: string } | null {
    const [row] = this.#all('SELECT * FROM checkpoint WHERE name = ?', name);
    if (row === undefined) return null;
    const [position, value] = [Number(row['position']), String(row['value'])];
    return checksum(position, value) === row['crc'] ? { position, value } : null;
  }

  checkpointNames(): string[] {
    const rows = this.#all('SELECT name FROM checkpoint ORDER BY name');
    return rows.map(({ name }) => String(name));
  }

  gaps(): Gap[] {
    const columns = `${GAP_COLUMNS.join(', ')}, crc`;
    const latest = `SELECT id, ${columns} FROM gap ORDER BY id DESC LIMIT ?`;
    const sql = `SELECT * FROM (${latest}) ORDER BY id`;
    // A damaged row is left out: what it told was told when it was recorded; `check` finds it.
    const whole = this.#all(sql, GAPS_MAX).filter(isWholeGap);
    return whole.map((row) => ({
      id: Number(row['id']),
      subscription: String(row['subscription']),
      first: Number(row['first']) as Gap['first'],
      last: Number(row['last']) as Gap['last'],
      entries: row['entries'] === null ? undefined : Number(row['entries']),
      at: Number(row['at']),
      reason: row['reason'] as Gap['reason'],
    }));
  }

  /** Once: the same gap found again at a later start is not recorded again. */
  addGap(gap: NewGap): Gap | undefined {
    const { subscription, first, last, entries = null, at, reason } = gap;
    const known =
      'SELECT 1 FROM gap WHERE subscription = ? AND first <= ? AND last >= ? AND reason = ?';
    if (this.#all(known, subscription, first, last, reason).length > 0) return undefined;
    const row = [subscription, first, last, entries, at, reason] as const;
    const sql = `INSERT INTO gap (${GAP_COLUMNS.join(', ')}, crc) VALUES (?, ?, ?, ?, ?, ?, ?)`;
    this.#run(sql, ...row, rowChecksum(row));
    const id = numberOf(this.#database, 'SELECT max(id) FROM gap');
    this.#run('DELETE FROM gap WHERE id <= ?', id - GAPS_MAX);
    return { ...gap, id };
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
    return this.#all(sql, name).map((row) => {
      const { position = null, until = null, attempts = null } = row;
      this.#verify(row, [name, position, until, attempts], `parked ${String(position)} of ${name}`);
      return {
        position: Number(position),
        until: Number(until),
        attempts: JSON.parse(String(attempts)) as readonly Attempt[],
      };
    });
  }

  /** Ids are never given again, so that a note that has outlived its letter says nothing. */
  #isKept(key: string): boolean {
    const sql = 'SELECT 1 FROM meta JOIN letter ON letter.id = meta.value WHERE meta.name = ?';
    return this.#all(sql, `letter/${key}`).length > 0;
  }

  #letter(row: Row): StoredLetter {
    const [id, head] = [Number(row['id']), String(row['head'])];
    const native = row['native'] === null ? null : String(row['native']);
    const isWhole = checksum(0, head, native) === row['crc'];
    if (isWhole) return { id, head, native };
    return { id, head: this.#damagedLetter(id), native: null, isDamaged: true };
  }

  /** Stands in the place of one that is damaged: is listed, can be discarded, hides no other. */
  #damagedLetter(id: number): string {
    const letter: NewDeadLetter = {
      stage: 'receive',
      code: 'VIA_JOURNAL_DAMAGED',
      reason: `${this.file}: dead letter ${id} is damaged and cannot be read`,
      source: 'journal',
      at: 0,
      attempts: [],
    };
    return JSON.stringify(letter);
  }

  #meta(name: MetaName): unknown {
    const [row] = this.#all('SELECT value, crc FROM meta WHERE name = ?', name);
    if (row !== undefined) this.#verify(row, [name, row['value'] ?? null], name);
    return row?.['value'];
  }

  #setMeta(name: MetaName, value: string | number): void {
    const crc = rowChecksum([name, value]);
    this.#run('INSERT OR REPLACE INTO meta VALUES (?, ?, ?)', name, value, crc);
  }

  #verify(row: Row, columns: readonly RowValue[], what: string): void {
    if (rowChecksum(columns) === row['crc']) return;
    throw new JournalError('VIA_JOURNAL_DAMAGED', `${this.file}: the row of ${what} is damaged`);
  }

  #all(sql: string, ...values: readonly Value[]): Row[] {
    return this.#prepare(sql).all(...values);
  }

  #run(sql: string, ...values: readonly Value[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  /** The statements are few and fixed, the filters of letters included. */
  #prepare(sql: string): ReturnType<DatabaseSync['prepare']> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

const GAP_COLUMNS = ['subscription', 'first', 'last', 'entries', 'at', 'reason'] as const;

function isWholeGap(row: Row): boolean {
  return rowChecksum(GAP_COLUMNS.map((name) => row[name] ?? null)) === row['crc'];
}

/** A damaged head passes, so that the damage is told of when the letter is read. */
const MADE_AT = (test: string): string =>
  `CASE WHEN json_valid(head) THEN json_extract(head, '$.at') ${test} ELSE 1 END`;

/** SQLite folds the case of ASCII letters only. */
const HAS = (column: string): string => `instr(lower(${column}), lower(?)) > 0`;

/** One condition on a dead letter; without its values it does not matter. */
interface LetterTest {
  readonly sql: string;
  readonly values: readonly (Value | undefined)[];
}

function letterTests(filter: DeadLetterFilter): readonly LetterTest[] {
  const { stage, code, source, sink, from, to, text } = filter;
  // In the head the text stands as JSON.
  const escaped = text === undefined ? undefined : JSON.stringify(text).slice(1, -1);
  return [
    { sql: 'stage = ?', values: [stage] },
    { sql: 'code = ?', values: [code] },
    { sql: 'source = ?', values: [source] },
    { sql: 'sink = ?', values: [sink] },
    { sql: MADE_AT('>= ?'), values: [from] },
    { sql: MADE_AT('< ?'), values: [to] },
    { sql: `(${HAS('head')} OR ${HAS("coalesce(native, '')")})`, values: [escaped, text] },
  ];
}

type Value = string | number | null | Uint8Array;
type Row = Record<string, RowValue>;
