/** The embedded home of the journal: segment files of SQLite in a data folder. Docs: ADR 0005. */
import { resolve } from 'node:path';
import type { Journal } from './journal.ts';
import { createReader, type JournalReader } from './sqlite/reader.ts';
import { SqliteJournal } from './sqlite/sqlite-journal.ts';
import { limitsOf, type SqliteJournalOptions } from './sqlite/sqlite-options.ts';
import { startWorker } from './sqlite/worker-client.ts';

export { hasJournal } from './sqlite/reader.ts';
export type { BackwardPage, JournalReader } from './sqlite/reader.ts';
export { SQLITE_DEFAULTS, type SqliteJournalOptions } from './sqlite/sqlite-options.ts';

/**
 * Opens the journal in a folder, which this process then owns until it closes the journal or ends,
 * however it ends. Rejects with a `JournalError`: `VIA_JOURNAL_LOCKED` with the owner's pid,
 * `VIA_JOURNAL_UNWRITABLE`, `VIA_JOURNAL_DISK_FULL`, `VIA_JOURNAL_SCHEMA_NEWER`,
 * `VIA_JOURNAL_DAMAGED` (only when what is owed cannot be known at all; a damaged segment is
 * reported as gaps instead), `VIA_JOURNAL_FILE_FOREIGN`.
 */
export async function openJournal(options: SqliteJournalOptions): Promise<Journal> {
  const limits = limitsOf(options);
  const { client, opened } = await startWorker({
    folder: resolve(limits.folder),
    now: limits.clock.now(),
    segmentBytes: limits.segmentBytes,
    segmentMs: limits.segmentMs,
    dedupeWindowMs: limits.dedupeWindowMs,
    dedupeMax: limits.dedupeMax,
  });
  return new SqliteJournal(limits, client, opened);
}

/**
 * Opens a folder for reading, in this process or another, while its owner runs or when nobody does;
 * also a read-only folder whose journal was closed cleanly. Reads synchronously: for tools, not for
 * a busy event loop. Rejects with `VIA_JOURNAL_UNREADABLE` and the file errors of `openJournal`.
 */
export async function openJournalReader(folder: string): Promise<JournalReader> {
  return Promise.resolve(createReader(resolve(folder)));
}
