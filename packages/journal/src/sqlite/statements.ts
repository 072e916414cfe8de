/** The SQL of one open file: statements prepared once, and the checksums of the rows they give. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { JournalError } from '../errors.ts';
import { rowChecksum, type RowValue } from './checksum.ts';
import { numberOf } from './schema.ts';

/** What can be bound to a statement. */
export type Value = string | number | null | Uint8Array;

/** A row as SQLite gives it, by the names of its columns. */
export type Row = Readonly<Record<string, RowValue>>;

/** See the file's comment. The texts are few and fixed, filters included: none is given back. */
export class Statements {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #prepared = new Map<string, StatementSync>();

  /** `file` is its name, for messages. */
  constructor(database: DatabaseSync, file: string) {
    this.#database = database;
    this.#file = file;
  }

  all(sql: string, ...values: readonly Value[]): Row[] {
    return this.#prepare(sql).all(...values);
  }

  /** Returns how many rows were changed. */
  run(sql: string, ...values: readonly Value[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  /** The one number that a statement gives. */
  number(sql: string): number {
    return numberOf(this.#database, sql);
  }

  /** Throws `VIA_JOURNAL_DAMAGED` where the columns of a row are not those it was written with. */
  verify(row: Row, columns: readonly RowValue[], what: string): void {
    if (rowChecksum(columns) === row['crc']) return;
    throw new JournalError('VIA_JOURNAL_DAMAGED', `${this.#file}: the row of ${what} is damaged`);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }
}
