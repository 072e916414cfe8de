/** What an error of SQLite or of the file system means for the journal. */
import { JournalError } from '../errors.ts';

/** Primary result codes, https://sqlite.org/rescode.html. */
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_CONSTRAINT = 19;
const SQLITE_NOTADB = 26;
/** Extended: the shared index of a log found no room to grow; SQLite files it under I/O errors. */
const SQLITE_IOERR_SHMSIZE = 4874;

/** Codes of the file system that say: this folder cannot be used so. */
const UNWRITABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR', 'ENOENT'];

/** The primary result code of an error of SQLite, `undefined` for any other. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** Whether a lock that another connection holds was in the way. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === SQLITE_BUSY;
}

/**
 * Whether SQLite found its own structure damaged, or a row where none should be: before it changed
 * anything, so that the transaction can be taken back and the disk is not in doubt.
 */
export function isCorrupt(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === SQLITE_CORRUPT || code === SQLITE_CONSTRAINT || code === SQLITE_NOTADB;
}

/** Translates; what is nothing known means that a write or sync failed. */
export function journalErrorOf(error: unknown, file: string): JournalError {
  if (error instanceof JournalError) return error;
  const message = `${file}: ${error instanceof Error ? error.message : String(error)}`;
  if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_IOERR_SHMSIZE) {
    return new JournalError('VIA_JOURNAL_DISK_FULL', message, { cause: error });
  }
  switch (sqliteCode(error)) {
    case SQLITE_FULL:
      return new JournalError('VIA_JOURNAL_DISK_FULL', message, { cause: error });
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return new JournalError('VIA_JOURNAL_UNWRITABLE', message, { cause: error });
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return new JournalError('VIA_JOURNAL_DAMAGED', message, { cause: error });
    default:
      return new JournalError(codeOfSystem(error), message, { cause: error });
  }
}

function codeOfSystem(
  error: unknown,
): 'VIA_JOURNAL_DISK_FULL' | 'VIA_JOURNAL_UNWRITABLE' | 'VIA_JOURNAL_FAILED' {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'VIA_JOURNAL_DISK_FULL';
  return UNWRITABLE.includes(code) ? 'VIA_JOURNAL_UNWRITABLE' : 'VIA_JOURNAL_FAILED';
}
