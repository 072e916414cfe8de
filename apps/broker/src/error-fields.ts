/** How the log of the broker tells of an error. */
import type { LogFields } from '@viaduct/core';
import { JournalError } from '@viaduct/journal';

/** The code of an error; of one that is none of ours also the stack, for it is a bug. */
export function errorFields(error: unknown): LogFields {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const isOurs = error instanceof JournalError || code?.startsWith('VIA_') === true;
  const stack = !isOurs && error instanceof Error ? error.stack : undefined;
  const fields = { code: isOurs && code !== undefined ? code : 'VIA_BROKER_FAILED' };
  return stack === undefined ? fields : { ...fields, stack };
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
