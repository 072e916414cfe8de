/** Errors of the journal. Each code has an entry in `docs/errors/journal.md`. */

/** The codes that the journal raises. */
export const JOURNAL_ERRORS = {
  VIA_JOURNAL_LOCKED: 'another process owns the data folder',
  VIA_JOURNAL_FULL: 'the journal holds as much as it may and all of it is still owed to a sink',
  VIA_JOURNAL_DISK_FULL: 'the disk has no room for what was to be written',
  VIA_JOURNAL_FAILED: 'a write or sync failed and the journal is closed for good',
  VIA_JOURNAL_CLOSED: 'the journal is closed',
  VIA_JOURNAL_UNWRITABLE: 'the data folder cannot be made or written',
  VIA_JOURNAL_UNREADABLE: 'the data folder cannot be read as it is',
  VIA_JOURNAL_DAMAGED: 'something in the journal is not what was written',
  VIA_JOURNAL_SCHEMA_NEWER: 'a file was written by a newer version of Viaduct',
  VIA_JOURNAL_FILE_FOREIGN: 'a file in the data folder is not a file of the journal',
  VIA_JOURNAL_BACKUP_EXISTS: 'there is something already where a backup was to be written',
  VIA_JOURNAL_UNSUPPORTED: 'this home of the journal cannot do that',
  VIA_JOURNAL_NOT_CLAIMED: 'a position was settled, parked or buried that is not claimed',
  VIA_JOURNAL_NOT_RETIRED: 'a subscription that is still in use cannot be dropped',
  VIA_JOURNAL_UNKNOWN_SUBSCRIPTION: 'there is no subscription of this name',
} as const;

/** One of the codes of {@link JOURNAL_ERRORS}. */
export type JournalErrorCode = keyof typeof JOURNAL_ERRORS;

/** A range of positions, both ends included. */
export interface PositionRange {
  readonly first: number;
  readonly last: number;
}

/** Further facts of a {@link JournalError}. */
export interface JournalErrorOptions {
  readonly cause?: unknown;
  readonly damaged?: PositionRange;
}

/** Codes after which the same call can succeed later, without the journal being opened anew. */
const RETRIABLE: readonly JournalErrorCode[] = ['VIA_JOURNAL_FULL', 'VIA_JOURNAL_DISK_FULL'];

/** The only error that a journal throws or rejects with. */
export class JournalError extends Error {
  override readonly name: string = 'JournalError';
  readonly code: JournalErrorCode;
  /** Whether the same call can succeed once there is room again. */
  readonly retriable: boolean;
  /** With `VIA_JOURNAL_DAMAGED` from a read: exactly which positions; go on after the last. */
  readonly damaged: PositionRange | undefined;

  constructor(code: JournalErrorCode, message: string, options: JournalErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.retriable = RETRIABLE.includes(code);
    this.damaged = options.damaged;
  }
}
