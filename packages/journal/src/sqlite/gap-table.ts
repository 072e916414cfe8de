/** Gaps in the state file: which positions a subscription never gets, and why. */
import type { Gap, NewGap } from '../journal.ts';
import { GAPS_MAX } from '../options.ts';
import { rowChecksum } from './checksum.ts';
import type { Row, Statements } from './statements.ts';

const COLUMNS = ['subscription', 'first', 'last', 'entries', 'at', 'reason'] as const;

/** See the file's comment. */
export class GapTable {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** The latest, in the order in which they were recorded. */
  list(): Gap[] {
    const columns = `${COLUMNS.join(', ')}, crc`;
    const latest = `SELECT id, ${columns} FROM gap ORDER BY id DESC LIMIT ?`;
    const sql = `SELECT * FROM (${latest}) ORDER BY id`;
    // A damaged row is left out: what it told was told when it was recorded; `check` finds it.
    const whole = this.#statements.all(sql, GAPS_MAX).filter(isWhole);
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
  add(gap: NewGap): Gap | undefined {
    const { subscription, first, last, entries = null, at, reason } = gap;
    const known =
      'SELECT 1 FROM gap WHERE subscription = ? AND first <= ? AND last >= ? AND reason = ?';
    if (this.#statements.all(known, subscription, first, last, reason).length > 0) return undefined;
    const row = [subscription, first, last, entries, at, reason] as const;
    const sql = `INSERT INTO gap (${COLUMNS.join(', ')}, crc) VALUES (?, ?, ?, ?, ?, ?, ?)`;
    this.#statements.run(sql, ...row, rowChecksum(row));
    const id = this.#statements.number('SELECT max(id) FROM gap');
    this.#statements.run('DELETE FROM gap WHERE id <= ?', id - GAPS_MAX);
    return { ...gap, id };
  }

  deleteOf(subscription: string): void {
    this.#statements.run('DELETE FROM gap WHERE subscription = ?', subscription);
  }
}

function isWhole(row: Row): boolean {
  return rowChecksum(COLUMNS.map((name) => row[name] ?? null)) === row['crc'];
}
