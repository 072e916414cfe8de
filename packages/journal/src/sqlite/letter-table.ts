/** Dead letters in the state file: the head, what can be filtered by, and the bytes as stored. */
import type { DeadLetterFilter, NewDeadLetter } from '../journal.ts';
import { checksum } from './checksum.ts';
import type { MetaTable } from './meta-table.ts';
import type { LetterRow, StoredLetter } from './protocol.ts';
import type { Row, Statements, Value } from './statements.ts';

/** See the file's comment. A damaged one is listed as such. */
export class LetterTable {
  readonly #file: string;
  readonly #statements: Statements;
  readonly #meta: MetaTable;

  /** `file` is its name, for messages; `meta` remembers which letter has a key. */
  constructor(file: string, statements: Statements, meta: MetaTable) {
    this.#file = file;
    this.#statements = statements;
    this.#meta = meta;
  }

  /** Once for each key, as long as the letter is there. */
  add(letter: LetterRow): void {
    const { stage, code, source, sink, key, head, native } = letter;
    if (key !== null && this.#isKept(key)) return;
    const columns = 'stage, code, source, sink, crc, head, native';
    const sql = `INSERT INTO letter (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`;
    this.#statements.run(sql, stage, code, source, sink, checksum(0, head, native), head, native);
    if (key === null) return;
    this.#meta.set(`letter/${key}`, this.#statements.number('SELECT last_insert_rowid()'));
  }

  /** Lowest id first. */
  list(filter: DeadLetterFilter, max: number): StoredLetter[] {
    const tests = letterTests(filter).filter(({ values }) => !values.includes(undefined));
    const where = ['id > ?', ...tests.map(({ sql }) => sql)].join(' AND ');
    const values = [filter.after ?? 0, ...tests.flatMap((test) => test.values)];
    const sql = `SELECT id, crc, head, native FROM letter WHERE ${where} ORDER BY id LIMIT ?`;
    return this.#statements
      .all(sql, ...(values as readonly Value[]), max)
      .map((row) => this.#letter(row));
  }

  get(id: number): StoredLetter | null {
    const [row] = this.#statements.all('SELECT id, crc, head, native FROM letter WHERE id = ?', id);
    return row === undefined ? null : this.#letter(row);
  }

  /** Returns how many there were. */
  discard(ids: readonly number[]): number {
    const key = "CASE WHEN json_valid(head) THEN json_extract(head, '$.key') END";
    const name = `SELECT 'letter/' || ${key} FROM letter WHERE id = ?`;
    let count = 0;
    for (const id of ids) {
      this.#statements.run(`DELETE FROM meta WHERE name = (${name})`, id);
      count += this.#statements.run('DELETE FROM letter WHERE id = ?', id);
    }
    return count;
  }

  count(): number {
    return this.#statements.number('SELECT count(*) FROM letter');
  }

  /** Ids are never given again, so that a note that has outlived its letter says nothing. */
  #isKept(key: string): boolean {
    const sql = 'SELECT 1 FROM meta JOIN letter ON letter.id = meta.value WHERE meta.name = ?';
    return this.#statements.all(sql, `letter/${key}`).length > 0;
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
      reason: `${this.#file}: dead letter ${id} is damaged and cannot be read`,
      source: 'journal',
      at: 0,
      attempts: [],
    };
    return JSON.stringify(letter);
  }
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
