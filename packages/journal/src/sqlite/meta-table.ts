/** Single values of the state file, each with a checksum. */
import { rowChecksum } from './checksum.ts';
import type { Statements } from './statements.ts';

/**
 * Their names: this broker's id; the last answered position; positions given out; whether there is
 * a note of the last answered one; to where a subscription is owed everything; which letter has a
 * key.
 */
export type MetaName =
  'brokerId' | 'acknowledged' | 'reserved' | 'noted' | `past/${string}` | `letter/${string}`;

/** See the file's comment. */
export class MetaTable {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** Throws `VIA_JOURNAL_DAMAGED` where it is damaged. */
  get(name: MetaName): unknown {
    const [row] = this.#statements.all('SELECT value, crc FROM meta WHERE name = ?', name);
    if (row !== undefined) this.#statements.verify(row, [name, row['value'] ?? null], name);
    return row?.['value'];
  }

  set(name: MetaName, value: string | number): void {
    const crc = rowChecksum([name, value]);
    this.#statements.run('INSERT OR REPLACE INTO meta VALUES (?, ?, ?)', name, value, crc);
  }

  delete(name: MetaName): void {
    this.#statements.run('DELETE FROM meta WHERE name = ?', name);
  }
}
