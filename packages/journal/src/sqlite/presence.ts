/** Whether there is a journal in a folder, and what is said where only the rest of one is. */
import { existsSync, readdirSync } from 'node:fs';
import { JournalError } from '../errors.ts';
import { isNoteOfUse } from './answered-note.ts';
import { parseSegmentName, stateFile } from './schema.ts';

/** Advice for whoever has lost a state file. */
export const WHAT_TO_DO =
  'Put back a backup of the folder; or keep what is whole, with `viaduct journal repair`';

/**
 * Something that only a journal in use leaves in a folder, beside its state file: a segment, or a
 * note of positions that were given out. `undefined` where there is neither.
 */
export function remnantIn(folder: string): string | undefined {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const segment = names.find((name) => parseSegmentName(name) !== undefined);
  if (segment !== undefined) return segment;
  return isNoteOfUse(folder) ? 'the note of a journal in use, `answered`,' : undefined;
}

/**
 * Throws where a folder has no state file: `VIA_JOURNAL_DAMAGED` if the rest of a journal is there,
 * `VIA_JOURNAL_UNREADABLE` if there never was one.
 */
export function requireJournal(folder: string): void {
  const file = stateFile(folder);
  if (existsSync(file)) return;
  const remnant = remnantIn(folder);
  if (remnant === undefined) {
    throw new JournalError('VIA_JOURNAL_UNREADABLE', `${folder} holds no journal`);
  }
  throw new JournalError(
    'VIA_JOURNAL_DAMAGED',
    `${file} is missing but ${remnant} is there: what is owed to whom is unknown. ${WHAT_TO_DO}`,
  );
}
