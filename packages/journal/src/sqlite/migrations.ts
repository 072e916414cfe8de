/**
 * From one version of the files to the next. A step runs in one transaction together with the new
 * version number, so a crash in the middle of it leaves the old version, and the next start begins
 * the step again. Steps are never changed once a version that has them was released.
 */
import type { DatabaseSync } from 'node:sqlite';
import { rowChecksum, type RowValue } from './checksum.ts';
import type { FileKind } from './schema.ts';

/** Brings an open file from one version to the next; within a transaction. */
export type Migration = (database: DatabaseSync) => void;

/** `MIGRATIONS[kind][n]` brings version n + 1 to n + 2. */
export const MIGRATIONS: Readonly<Record<FileKind, readonly Migration[]>> = {
  state: [sealStateRows],
  segment: [],
};

/** The version that this Viaduct writes, stored in `user_version`. */
export function schemaVersion(kind: FileKind): number {
  return MIGRATIONS[kind].length + 1;
}

/**
 * State, 1 to 2: a checksum for every row that says what is owed to whom, which until then only
 * entries and dead letters had; and ids of gaps that are never given again.
 */
function sealStateRows(database: DatabaseSync): void {
  database.function('row_crc', { varargs: true, deterministic: true }, (...values: unknown[]) =>
    rowChecksum(values as readonly RowValue[]),
  );
  rewriteTable(
    database,
    'meta',
    'name TEXT PRIMARY KEY, value, crc INTEGER NOT NULL',
    'name, value, row_crc(name, value)',
    ' WITHOUT ROWID',
  );
  rewriteTable(
    database,
    'segment',
    `first INTEGER PRIMARY KEY, last INTEGER, opened_at INTEGER NOT NULL,
     fate TEXT NOT NULL CHECK (fate IN ('kept', 'unlinking', 'damaged')), crc INTEGER NOT NULL`,
    'first, last, opened_at, fate, row_crc(first, last, opened_at, fate)',
  );
  rewriteTable(
    database,
    'subscription',
    `name TEXT PRIMARY KEY, retired INTEGER NOT NULL, mark INTEGER NOT NULL,
     settled BLOB NOT NULL, crc INTEGER NOT NULL`,
    'name, retired, mark, settled, row_crc(name, retired, mark, settled)',
    ' WITHOUT ROWID',
  );
  rewriteTable(
    database,
    'parked',
    `subscription TEXT, position INTEGER, until REAL NOT NULL, attempts TEXT NOT NULL,
     crc INTEGER NOT NULL, PRIMARY KEY (subscription, position)`,
    `subscription, position, until, attempts,
     row_crc(subscription, position, until, attempts)`,
    ' WITHOUT ROWID',
  );
  rewriteTable(
    database,
    'gap',
    `id INTEGER PRIMARY KEY AUTOINCREMENT, subscription TEXT NOT NULL, first INTEGER NOT NULL,
     last INTEGER NOT NULL, entries INTEGER, at INTEGER NOT NULL, reason TEXT NOT NULL,
     crc INTEGER NOT NULL`,
    `id, subscription, first, last, entries, at, reason,
     row_crc(subscription, first, last, entries, at, reason)`,
  );
}

/** The rows of a table in a new table of the same name, each as `select` makes it of the old. */
function rewriteTable(
  database: DatabaseSync,
  name: string,
  columns: string,
  select: string,
  suffix = '',
): void {
  database.exec(`
    ALTER TABLE ${name} RENAME TO old_${name};
    CREATE TABLE ${name} (${columns})${suffix};
    INSERT INTO ${name} SELECT ${select} FROM old_${name};
    DROP TABLE old_${name};`);
}
