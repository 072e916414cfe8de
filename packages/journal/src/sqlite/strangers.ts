/**
 * Where the segment files of a folder and the state file's list of them differ: what a crash left
 * half done, and what an older or repaired state file does not know.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { JournalError } from '../errors.ts';
import { parseSegmentName, segmentFile, syncFolder } from './schema.ts';
import { Segment } from './segment.ts';
import type { SegmentRow, StateFile } from './state-file.ts';

/** Unlinks what was on record to go. */
export function finishUnlinking(folder: string, state: StateFile): void {
  const going = state.segments().filter(({ fate }) => fate === 'unlinking');
  if (going.length === 0) return;
  for (const { first } of going) {
    for (const suffix of ['', '-wal', '-shm']) {
      rmSync(segmentFile(folder, first) + suffix, { force: true });
    }
  }
  syncFolder(folder);
  state.transaction(() => {
    for (const { first } of going) state.deleteSegment(first);
  });
}

/**
 * A segment file that the state file does not know: empty, from a crash while it was begun; or
 * with entries, where an older state file was put back, or one was made anew. Those are kept;
 * nothing is owed by guess.
 */
export function adoptStrangers(folder: string, state: StateFile, reserved: number): void {
  const rows = state.segments();
  const known = new Set(rows.map(({ first }) => first));
  const newest = Math.max(0, ...known);
  const strangers = readdirSync(folder)
    .flatMap((name) => parseSegmentName(name) ?? [])
    .filter((first) => !known.has(first))
    .sort((one, other) => one - other);
  strangers.forEach((first, index) => {
    const file = segmentFile(folder, first);
    if (rows.some((row) => row.first < first && first <= (row.last ?? 0))) {
      rmSync(file); // Half of a segment that was being cut, and is still there whole.
      return;
    }
    // Of one that cannot be read all that it may hold is taken for lost.
    const limit = Math.max(first, (strangers[index + 1] ?? reserved + 1) - 1);
    const { last, openedAt } = contentOf(folder, first) ?? { last: limit, openedAt: madeAt(file) };
    if (last < first) rmSync(file);
    else if (first > newest) adopt(state, { first, last, openedAt, fate: 'kept' });
    else throw new JournalError('VIA_JOURNAL_FILE_FOREIGN', `${file} does not belong here`);
  });
}

/** Where a segment ends, and since when it was written; `undefined` where it cannot be read. */
function contentOf(folder: string, first: number): { last: number; openedAt: number } | undefined {
  let segment: Segment | undefined;
  try {
    segment = new Segment(folder, first, 'own', Number.MAX_SAFE_INTEGER);
    const last = segment.lastWhole;
    for (const batch of segment.batches(first)) {
      if ('at' in batch) return { last, openedAt: batch.at };
    }
    return { last, openedAt: madeAt(segmentFile(folder, first)) };
  } catch (error) {
    if (error instanceof JournalError && error.code === 'VIA_JOURNAL_SCHEMA_NEWER') throw error;
    return undefined;
  } finally {
    segment?.close();
  }
}

/** Not of old: what is kept for its age must not go because nobody knows it. */
function madeAt(file: string): number {
  return Math.floor(statSync(file).mtimeMs);
}

function adopt(state: StateFile, stranger: SegmentRow & { readonly last: number }): void {
  const { first, last } = stranger;
  state.transaction(() => {
    for (const row of state.segments()) {
      if (row.last === null) state.putSegment({ ...row, last: first - 1 });
    }
    state.putSegment(stranger);
    state.setReserved(Math.max(state.reserved, last));
  });
}
