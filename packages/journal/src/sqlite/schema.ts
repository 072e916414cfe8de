/** The files of a data folder: their names, tables, versions, and how each is opened. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { JournalError } from '../errors.ts';
import { MIGRATIONS, schemaVersion } from './migrations.ts';
import { journalErrorOf } from './sqlite-error.ts';

/** Only the owner may read what passes through the broker. */
export const FILE_MODE = 0o600;
/** The same for the folder that is made for them. */
export const FOLDER_MODE = 0o700;

/** The kinds of file, by the `application_id` that marks them ("ViaS", "ViaE"). */
const KINDS = {
  state: {
    applicationId: 0x56696153,
    // Rows are small and few; SQLite's usual page.
    pageBytes: 4096,
    tables: `
      CREATE TABLE meta (name TEXT PRIMARY KEY, value, crc INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE segment (
        first INTEGER PRIMARY KEY, last INTEGER, opened_at INTEGER NOT NULL,
        fate TEXT NOT NULL CHECK (fate IN ('kept', 'unlinking', 'damaged')), crc INTEGER NOT NULL
      );
      CREATE TABLE subscription (
        name TEXT PRIMARY KEY, retired INTEGER NOT NULL, mark INTEGER NOT NULL,
        settled BLOB NOT NULL, crc INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE parked (
        subscription TEXT, position INTEGER, until REAL NOT NULL, attempts TEXT NOT NULL,
        crc INTEGER NOT NULL, PRIMARY KEY (subscription, position)
      ) WITHOUT ROWID;
      CREATE TABLE letter (
        id INTEGER PRIMARY KEY AUTOINCREMENT, stage TEXT NOT NULL, code TEXT NOT NULL,
        source TEXT NOT NULL, sink TEXT, crc INTEGER NOT NULL, head TEXT NOT NULL, native TEXT
      );
      CREATE TABLE checkpoint (
        name TEXT PRIMARY KEY, position INTEGER NOT NULL, crc INTEGER NOT NULL, value TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE gap (
        id INTEGER PRIMARY KEY AUTOINCREMENT, subscription TEXT NOT NULL, first INTEGER NOT NULL,
        last INTEGER NOT NULL, entries INTEGER, at INTEGER NOT NULL, reason TEXT NOT NULL,
        crc INTEGER NOT NULL
      );`,
  },
  segment: {
    applicationId: 0x56696145,
    // An entry of more than half a page gets a page to itself. With its event a VM document takes
    // 9.4 kB: 16,400 bytes of file in pages of 16,384, 10,944 in these, and half the CPU time.
    pageBytes: 32_768,
    tables: `
      CREATE TABLE entry (
        position INTEGER PRIMARY KEY, crc INTEGER NOT NULL, head TEXT NOT NULL, native TEXT
      );
      CREATE TABLE batch (
        first INTEGER PRIMARY KEY, count INTEGER NOT NULL, at INTEGER NOT NULL,
        crc INTEGER NOT NULL, targets TEXT NOT NULL, keys TEXT
      );`,
  },
} as const;

/** A kind of file in the data folder. */
export type FileKind = keyof typeof KINDS;

/** How a file is opened: by its owner, by a reader beside it, or where nothing can change. */
export type Access = 'own' | 'read' | 'immutable';

/** Name of the state file in its folder. */
export function stateFile(folder: string): string {
  return join(folder, 'state.db');
}

/** Name of the segment file that begins at a position. */
export function segmentFile(folder: string, first: number): string {
  return join(folder, `segment-${String(first).padStart(16, '0')}.db`);
}

/** The position in the name of a segment file, `undefined` for any other name. */
export function parseSegmentName(name: string): number | undefined {
  const digits = /^segment-(\d{16})\.db$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Makes the names in a folder as durable as the files. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Makes a new file of a kind, tables and all. It gets its name when it is complete and durable: a
 * file of that name is never half made.
 */
export function createFile(file: string, kind: FileKind): DatabaseSync {
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  // Made here, not by SQLite, so that it never has a wider mode, not even for a moment.
  closeSync(openSync(draft, 'wx', FILE_MODE));
  const { applicationId, pageBytes, tables } = KINDS[kind];
  const database = new DatabaseSync(draft);
  try {
    database.exec(`PRAGMA page_size = ${pageBytes}`);
    configure(database);
    database.exec(`BEGIN; ${tables}
      PRAGMA application_id = ${applicationId};
      PRAGMA user_version = ${schemaVersion(kind)};
      COMMIT;`);
    // Closing does this too, but keeps its errors to itself; the log would stay behind, unnamed.
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
  renameSync(draft, file);
  syncFolder(dirname(file));
  return openFile(file, kind, 'own');
}

/** Opens a file of a kind; throws a coded error when it is none, damaged, or from the future. */
export function openFile(file: string, kind: FileKind, access: Access): DatabaseSync {
  const { database, version } = openChecked(file, kind, access);
  const steps = MIGRATIONS[kind].slice(version - 1);
  try {
    if (access === 'own') {
      configure(database);
      steps.forEach((step, index) => {
        database.exec('BEGIN IMMEDIATE');
        step(database);
        database.exec(`PRAGMA user_version = ${version + index + 1}; COMMIT`);
      });
    } else if (steps.length > 0) {
      throw new JournalError(
        'VIA_JOURNAL_UNREADABLE',
        `${file} has schema version ${version}; start the broker once, it brings it up to date`,
      );
    }
    verifyTables(database, file, kind);
    return database;
  } catch (error) {
    database.close(); // Which takes back a step that was under way.
    throw journalErrorOf(error, file);
  }
}

/** SQLite believes what a file says of its own tables; one flipped bit there renames a column. */
function verifyTables(database: DatabaseSync, file: string, kind: FileKind): void {
  const expected = KINDS[kind].tables.split(';').map(plainSql);
  const sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name <> 'sqlite_sequence'";
  const found = new Set(
    database
      .prepare(sql)
      .all()
      .map((row) => plainSql(String(row['sql']))),
  );
  const missing = expected.find((table) => table !== '' && !found.has(table));
  if (missing === undefined) return;
  throw new JournalError('VIA_JOURNAL_DAMAGED', `${file}: its list of tables is damaged`);
}

/** Without what differs between a table made so and one that a migration made. */
function plainSql(sql: string): string {
  return sql
    .replace(/"/g, '')
    .replace(/\s+/g, ' ')
    .replace(/\( /g, '(')
    .replace(/ \)/g, ')')
    .trim();
}

function openChecked(
  file: string,
  kind: FileKind,
  access: Access,
): { database: DatabaseSync; version: number } {
  let database: DatabaseSync | undefined;
  try {
    const url = pathToFileURL(file);
    if (access === 'immutable') url.searchParams.set('immutable', '1');
    // `rw` and `ro`, never create: a missing file is an error, not an empty journal.
    else url.searchParams.set('mode', access === 'own' ? 'rw' : 'ro');
    database = new DatabaseSync(url, { readOnly: access !== 'own' });
    if (statSync(file).size === 0) {
      throw new JournalError('VIA_JOURNAL_DAMAGED', `${file} is empty: what was in it is gone`);
    }
    const id = numberOf(database, 'PRAGMA application_id');
    const version = numberOf(database, 'PRAGMA user_version');
    if (id !== KINDS[kind].applicationId) {
      throw new JournalError('VIA_JOURNAL_FILE_FOREIGN', `${file} is no ${kind} file of a journal`);
    }
    if (version > schemaVersion(kind)) {
      throw new JournalError(
        'VIA_JOURNAL_SCHEMA_NEWER',
        `${file} has schema version ${version}, this Viaduct knows up to ${schemaVersion(kind)}: ` +
          'run the newer Viaduct that wrote it, or use a backup from before the upgrade',
      );
    }
    return { database, version };
  } catch (error) {
    database?.close();
    throw journalErrorOf(error, file);
  }
}

/**
 * A commit is on the disk when it returns. Checkpoints are made by hand, after the answers are out,
 * so that no append waits for one and no error of one goes unheard.
 */
function configure(database: DatabaseSync): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('PRAGMA wal_autocheckpoint = 0');
}

/** Findings that are named; the first usually explains the others. */
const FINDINGS_MAX = 5;

/** What SQLite finds wrong with the structure of a file, in its words. Reads all of it. */
export function quickCheck(database: DatabaseSync): string[] {
  const rows = database.prepare(`PRAGMA quick_check(${FINDINGS_MAX})`).all();
  return rows.flatMap((row) => Object.values(row).map(String)).filter((text) => text !== 'ok');
}

/** The one number that a statement gives. */
export function numberOf(database: DatabaseSync, sql: string): number {
  return Number(Object.values(database.prepare(sql).get() ?? {})[0] ?? 0);
}
