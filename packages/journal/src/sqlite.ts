/** The embedded home of the journal: segment files of SQLite in a data folder. Docs: ADR 0005. */
import { resolve } from 'node:path';
import type { BackupOptions, BackupSummary, Journal } from './journal.ts';
import { copyFolder } from './sqlite/backup.ts';
import { checkFolder, type CheckOptions, type CheckReport } from './sqlite/check.ts';
import { compactFolder, type CompactOptions, type CompactSummary } from './sqlite/compact.ts';
import { createReader, type JournalReader } from './sqlite/reader.ts';
import { repairFolder, type RepairSummary } from './sqlite/repair.ts';
import { SqliteJournal } from './sqlite/sqlite-journal.ts';
import { limitsOf, type SqliteJournalOptions } from './sqlite/sqlite-options.ts';
import { startWorker } from './sqlite/worker-client.ts';

export { requireJournal } from './sqlite/presence.ts';
export type { BackwardPage, JournalReader } from './sqlite/reader.ts';
export type { CheckOptions, CheckProgress, CheckReport, SegmentReport } from './sqlite/check.ts';
export type { CompactOptions, CompactSummary } from './sqlite/compact.ts';
export type { RepairSummary } from './sqlite/repair.ts';
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
 * a busy event loop. Rejects with `VIA_JOURNAL_UNREADABLE` and the file errors of
 * `openJournal`.
 */
export async function openJournalReader(folder: string): Promise<JournalReader> {
  return Promise.resolve(createReader(resolve(folder)));
}

/**
 * Looks at every entry, dead letter and row of a folder and says what is whole and what is not.
 * Changes nothing; beside a running owner too. A damaged folder is a report, not an error; rejects
 * where there is no journal (`VIA_JOURNAL_UNREADABLE`) or it is from a newer version.
 */
export function checkJournal(folder: string, options?: CheckOptions): Promise<CheckReport> {
  return checkFolder(folder, options);
}

/**
 * As `Journal.backup`, from outside: for tools, beside a running owner or while nobody owns the
 * folder. Rejects with `VIA_JOURNAL_BACKUP_EXISTS`, `VIA_JOURNAL_UNREADABLE`,
 * `VIA_JOURNAL_DISK_FULL`, `VIA_JOURNAL_DAMAGED` where the state file cannot be read or is gone.
 */
export function backupFolder(
  folder: string,
  target: string,
  options?: BackupOptions,
): Promise<BackupSummary> {
  return copyFolder(folder, target, options);
}

/**
 * Makes a folder smaller that nobody owns (`VIA_JOURNAL_LOCKED` otherwise): what no sink is owed
 * and is older than `keepMs` goes. Synchronous work, for tools. A damaged state file is refused.
 */
export function compactJournal(folder: string, options: CompactOptions): Promise<CompactSummary> {
  return Promise.resolve().then(() => compactFolder(folder, options));
}

/**
 * Makes a damaged or missing state file anew from what is whole of it, in a folder that nobody owns
 * (`VIA_JOURNAL_LOCKED` otherwise), so that a broker starts again; a folder that is whole is left
 * as it is. Events are not touched. Synchronous work, for tools. Rejects with
 * `VIA_JOURNAL_UNREADABLE` where there is no journal, and the file errors of `openJournal`. `now`:
 * milliseconds since the epoch.
 */
export function repairJournal(folder: string, now: number): Promise<RepairSummary> {
  return Promise.resolve().then(() => repairFolder(folder, now));
}
