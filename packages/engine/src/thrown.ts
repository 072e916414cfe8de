/** Reading what was thrown: by a journal, a sink, a codec that broke its promise. */
import type { ErrorCode } from '@viaduct/core';

/**
 * Whether the same call to the journal may succeed later without anything else being done: it is
 * full, or its disk is. Told by a field, since the engine does not know the journal's home.
 */
export function isRetriable(error: unknown): boolean {
  return error instanceof Error && 'retriable' in error && error.retriable === true;
}

/** Whether the journal is closed for good. */
export function isJournalLost(error: Error): boolean {
  const code = codeOf(error);
  return code === 'VIA_JOURNAL_FAILED' || code === 'VIA_JOURNAL_CLOSED';
}

/** What was thrown, as an error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** The code of an error that has one. */
export function codeOf(error: Error): ErrorCode | undefined {
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('VIA_') ? (code as ErrorCode) : undefined;
}
