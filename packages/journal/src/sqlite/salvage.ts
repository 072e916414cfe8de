/**
 * What is whole of a damaged state file, row by row, in a new one. What is not is named. SQLite
 * reads a table as far as its structure goes; of what lies behind nobody knows even the number.
 */
import { DatabaseSync } from 'node:sqlite';
import type { NewGap, Position } from '../journal.ts';
import { checksum, rowChecksum, type RowValue } from './checksum.ts';
import { numberOf, quickCheck } from './schema.ts';
import { RESERVE } from './segment-chain.ts';

/** What of a damaged file is not in the new one. */
export interface Salvage {
  /** Subscriptions of which nobody knows what they are owed. */
  readonly unknown: readonly string[];
  /** Entries that a subscription, known itself, may miss. */
  readonly gaps: readonly NewGap[];
  /** There may have been rows of which there is no trace. */
  readonly mayLack: boolean;
  /** In words. */
  readonly losses: readonly string[];
}

type Row = Readonly<Record<string, RowValue>>;

/** A table: what names a row, and whether it is what was written. */
interface Table {
  readonly name: string;
  readonly key: readonly string[];
  readonly isWhole: (row: Row) => boolean;
}

/** Rows named in one loss. */
const NAMED_MAX = 5;

const TABLES: readonly Table[] = [
  sealed('meta', ['name'], ['name', 'value']),
  sealed('segment', ['first'], ['first', 'last', 'opened_at', 'fate']),
  sealed('subscription', ['name'], ['name', 'retired', 'mark', 'settled']),
  sealed('parked', ['subscription', 'position'], ['subscription', 'position', 'until', 'attempts']),
  // A damaged one is listed as such by whoever reads it, and hides no other.
  { name: 'letter', key: ['id'], isWhole: () => true },
  {
    name: 'checkpoint',
    key: ['name'],
    isWhole: ({ position = null, value = null, crc }) =>
      checksum(Number(position), String(value)) === crc,
  },
  sealed('gap', ['id'], ['subscription', 'first', 'last', 'entries', 'at', 'reason']),
];

function sealed(name: string, key: readonly string[], columns: readonly string[]): Table {
  const isWhole = (row: Row): boolean =>
    rowChecksum(columns.map((column) => row[column] ?? null)) === row['crc'];
  return { name, key, isWhole };
}

/** Copies into a new, empty state file; `answered` is the last position known to be given out. */
export function salvage(
  damagedFile: string | undefined,
  into: DatabaseSync,
  answered: number,
  now: number,
): Salvage {
  const source = openDamaged(damagedFile);
  const copies = new Map<string, Copy>();
  into.exec('BEGIN');
  for (const table of TABLES) copies.set(table.name, copyTable(table, source, into));
  source.database?.close();
  const isCut = [...copies.values()].some((copy) => copy.isCut);
  // Adopted again, file by file: a list with holes would not fit.
  if (isCut || brokenIn(copies, 'segment').length > 0) into.exec('DELETE FROM segment');
  reserve(into, answered);
  into.exec('COMMIT');
  const names = brokenIn(copies, 'subscription').map(({ name }) => name);
  const unknown = names.filter((name) => typeof name === 'string');
  const parked = brokenIn(copies, 'parked').flatMap(({ subscription, position }) =>
    gapOf(String(subscription), Number(position), Number(position), now),
  );
  // What is parked lies below the mark, and who had something parked nobody knows.
  const below = copies.get('parked')?.isCut === true ? gapsBelowMarks(into, now) : [];
  return {
    unknown,
    gaps: [...parked, ...below],
    mayLack: copies.get('subscription')?.isCut === true || unknown.length < names.length,
    losses: [...source.findings, ...[...copies.values()].flatMap(({ losses }) => losses)],
  };
}

/** A damaged file, as far as it can be opened. */
interface Source {
  readonly database: DatabaseSync | undefined;
  /** What SQLite finds wrong with its structure. */
  readonly findings: readonly string[];
  /** It cannot even look. */
  readonly isBlind: boolean;
}

function openDamaged(file: string | undefined): Source {
  if (file === undefined) {
    const findings = ['the state file is missing: nothing of it is there'];
    return { database: undefined, findings, isBlind: true };
  }
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    const findings = quickCheck(database).map((text) => text.replace(/\s*\n\s*/g, '; '));
    return { database, findings, isBlind: false };
  } catch (error) {
    return { database, findings: [`${file}: ${messageOf(error)}`], isBlind: true };
  }
}

/** What became of one table. */
interface Copy {
  /** Rows that are not what was written. */
  readonly broken: readonly Row[];
  /** There may have been rows of which there is no trace. */
  readonly isCut: boolean;
  readonly losses: readonly string[];
}

function brokenIn(copies: ReadonlyMap<string, Copy>, table: string): readonly Row[] {
  return copies.get(table)?.broken ?? [];
}

/** Copies what is whole. */
function copyTable(table: Table, source: Source, into: DatabaseSync): Copy {
  const { name, isWhole } = table;
  const broken: Row[] = [];
  const losses: string[] = [];
  const { database, findings, isBlind } = source;
  if (database === undefined) return { broken, isCut: true, losses };
  const columns = into.prepare(`SELECT name FROM pragma_table_info('${name}')`).all();
  const names = columns.map((column) => String(column['name']));
  const places = names.map(() => '?').join(', ');
  const insert = into.prepare(`INSERT OR IGNORE INTO ${name} VALUES (${places})`);
  let isCut = isBlind;
  try {
    const root = numberOf(database, `SELECT rootpage FROM sqlite_schema WHERE name = '${name}'`);
    // As SQLite names a table in what it finds.
    isCut ||= root === 0 || findings.some((text) => text.includes(`Tree ${String(root)} `));
    for (const row of database.prepare(`SELECT * FROM ${name}`).iterate() as Iterable<Row>) {
      if (!isWhole(row)) broken.push(row);
      else insert.run(...names.map((column) => row[column] ?? null));
    }
  } catch (error) {
    isCut = true;
    losses.push(`the table ${name} can be read in part at most: ${messageOf(error)}`);
  }
  if (broken.length > 0) losses.push(describe(table, broken));
  return { broken, isCut, losses };
}

function describe({ name, key }: Table, broken: readonly Row[]): string {
  const labels = broken.map((row) => key.map((column) => String(row[column])).join(' '));
  const more = labels.length > NAMED_MAX ? ', …' : '';
  const named = labels.slice(0, NAMED_MAX).join(', ') + more;
  return `of the table ${name} ${String(broken.length)} rows are damaged: ${named}`;
}

/** Sees to it that no position is given twice. */
function reserve(into: DatabaseSync, answered: number): void {
  const isKnown = into.prepare("SELECT 1 FROM meta WHERE name = 'reserved'").get() !== undefined;
  if (isKnown) return;
  const highest = numberOf(
    into,
    `SELECT max(position) FROM (
      SELECT max(mark) AS position FROM subscription UNION ALL SELECT max(last) FROM segment
      UNION ALL SELECT max(position) FROM parked UNION ALL SELECT max(last) FROM gap
      UNION ALL SELECT max(position) FROM checkpoint)`,
  );
  const row = ['reserved', Math.max(highest, answered) + RESERVE] as const;
  into.prepare('INSERT INTO meta VALUES (?, ?, ?)').run(...row, rowChecksum(row));
}

function gapsBelowMarks(into: DatabaseSync, now: number): NewGap[] {
  const rows = into.prepare('SELECT name, mark FROM subscription').all();
  return rows.flatMap(({ name, mark }) => gapOf(String(name), 1, Number(mark), now));
}

function gapOf(subscription: string, first: number, last: number, at: number): NewGap[] {
  if (!Number.isSafeInteger(last) || last < first) return [];
  const range = { first: first as Position, last: last as Position };
  return [{ subscription, ...range, entries: undefined, at, reason: 'damaged' }];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
