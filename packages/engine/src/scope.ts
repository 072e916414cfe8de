import type { Clock, ErrorCode, Logger } from '@viaduct/core';
import type { Journal, NewDeadLetter } from '@viaduct/journal';
import type { Router } from '@viaduct/routing';
import type { EngineObserver } from './observer.ts';

/** What all parts of one engine share. */
export interface EngineScope {
  readonly clock: Clock;
  readonly random: () => number;
  readonly brokerId: string;
  readonly logger: Logger;
  readonly journal: Journal;
  readonly router: Router;
  readonly observer: EngineObserver;
  readonly trailLengthMax: number;
  /** The journal is lost: ends everything. Repeating it has no effect. */
  readonly fatal: (error: Error) => void;
}

/** Tells the observer of a dead letter that is durable. */
export function tellOfLetter(scope: EngineScope, letter: NewDeadLetter): void {
  scope.observer.deadLettered?.(letter);
}

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
