/**
 * A look at everything in a data folder: which entries are whole and which are not, what the state
 * file says, and whether the two fit. Changes nothing; works beside a running owner too.
 */
import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { JournalError, type PositionRange } from '../errors.ts';
import type { Damage, SubscriptionLag } from '../journal.ts';
import { IN_DOUBT, readNote } from './answered-note.ts';
import { requireJournal } from './presence.ts';
import { accessFor, statsOf } from './reader.ts';
import { parseSegmentName, segmentFile, type Access } from './schema.ts';
import { Segment } from './segment.ts';
import { SegmentChain } from './segment-chain.ts';
import { journalErrorOf } from './sqlite-error.ts';
import { StateFile, type SegmentRow } from './state-file.ts';

/** One segment file. */
export interface SegmentReport {
  /** Its name in the folder. */
  readonly file: string;
  readonly first: number;
  /** Below `first` while it is empty. */
  readonly last: number;
  /** Entries that are whole. */
  readonly entries: number;
  /** Positions that were given out and whose entries cannot be read. */
  readonly damaged: readonly Damage[];
  /** What SQLite says of its structure; such a file can be read in part and should be replaced. */
  readonly problems: readonly string[];
}

/** What is whole in a data folder, and what is not. */
export interface CheckReport {
  readonly folder: string;
  /** Nothing at all is wrong. */
  readonly isWhole: boolean;
  /** `undefined` where the state file cannot tell. */
  readonly brokerId: string | undefined;
  /** Of the state file: structure, and rows with wrong checksums. Empty where it is whole. */
  readonly stateProblems: readonly string[];
  /** Lowest first. */
  readonly segments: readonly SegmentReport[];
  /** Files of segments that the state file does not know. */
  readonly strangers: readonly string[];
  readonly entries: number;
  readonly deadLetters: { readonly whole: number; readonly damaged: number };
  /** What each sink is owed, and of that what lies in damaged positions, at most. */
  readonly subscriptions: Readonly<Record<string, SubscriptionLag & { readonly lost: number }>>;
}

/** How far a check is: after each segment. */
export interface CheckProgress {
  readonly done: number;
  readonly of: number;
}

/** Options of {@link checkFolder}. */
export interface CheckOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CheckProgress) => void;
}

/** Dead letters looked at in one read. */
const LETTERS_PAGE = 500;

/** See `checkJournal`. */
export async function checkFolder(path: string, options: CheckOptions = {}): Promise<CheckReport> {
  const folder = resolve(path);
  const access = accessFor(folder);
  let state: StateFile | undefined;
  try {
    requireJournal(folder);
    state = new StateFile(folder, access);
    return await checkWith(folder, state, access, options);
  } catch (error) {
    const known = journalErrorOf(error, folder);
    if (known.code !== 'VIA_JOURNAL_DAMAGED') throw known;
    return withoutState(folder, known, access);
  } finally {
    state?.close();
  }
}

async function checkWith(
  folder: string,
  state: StateFile,
  access: Access,
  options: CheckOptions,
): Promise<CheckReport> {
  const stateProblems = state.problems();
  if (stateProblems.length > 0) {
    throw new JournalError('VIA_JOURNAL_DAMAGED', stateProblems.join('; '));
  }
  const rows = state.segments().filter(({ fate }) => fate !== 'unlinking');
  const note = readNote(folder);
  const given = { answered: Math.max(state.acknowledged, note ?? 0), end: state.endBy(note) };
  const segments: SegmentReport[] = [];
  for (const row of rows) {
    options.signal?.throwIfAborted();
    segments.push(checkSegment(folder, row, access, state.reserved, given));
    options.onProgress?.({ done: segments.length, of: rows.length });
    await new Promise((resume) => setImmediate(resume)); // Others may want the thread.
  }
  const strangers = strangersIn(
    folder,
    rows.map(({ first }) => first),
    access,
  );
  const deadLetters = countLetters(state);
  const damaged = segments.flatMap((one) => one.damaged);
  const isWhole =
    damaged.length === 0 &&
    segments.every(({ problems }) => problems.length === 0) &&
    strangers.length === 0 &&
    deadLetters.damaged === 0;
  return {
    folder,
    isWhole,
    brokerId: state.brokerId,
    stateProblems,
    segments,
    strangers,
    entries: segments.reduce((sum, { entries }) => sum + entries, 0),
    deadLetters,
    subscriptions: subscriptionsOf(folder, state, access, damaged),
  };
}

/** Nothing is known of what is owed; what the segments hold can be told all the same. */
function withoutState(folder: string, error: JournalError, access: Access): CheckReport {
  const firsts = segmentsIn(folder);
  const answered = readNote(folder) ?? 0;
  const given = { answered, end: answered };
  const segments = firsts.map((first, index) => {
    const next = firsts[index + 1];
    const last = next === undefined ? null : next - 1;
    const row: SegmentRow = { first, last, openedAt: 0, fate: 'kept' };
    // Without the state file nobody knows where a segment ends, only where the next begins.
    return checkSegment(folder, row, access, last ?? Number.MAX_SAFE_INTEGER, given, true);
  });
  return {
    folder,
    isWhole: false,
    brokerId: undefined,
    stateProblems: [error.message],
    segments,
    strangers: [],
    entries: segments.reduce((sum, { entries }) => sum + entries, 0),
    deadLetters: { whole: 0, damaged: 0 },
    subscriptions: {},
  };
}

/** Of the positions: up to where they were surely given out, and up to where they may have been. */
interface Given {
  readonly answered: number;
  readonly end: number;
}

function checkSegment(
  folder: string,
  row: SegmentRow,
  access: Access,
  limit: number,
  given: Given,
  isEndUnknown = false,
): SegmentReport {
  const { first } = row;
  const file = basename(segmentFile(folder, first));
  const damaged: { first: number; last: number; reason: string }[] = [];
  let entries = 0;
  let segment: Segment | undefined;
  try {
    segment = new Segment(folder, first, access, row.last ?? limit);
    const last = isEndUnknown
      ? segment.lastWhole
      : (row.last ?? Math.max(segment.last, given.answered, first - 1));
    segment.expect(last);
    for (let position = first; position <= last; position += 1) {
      const found = segment.get(position);
      if (!('damage' in found)) {
        entries += 1;
        continue;
      }
      addDamage(damaged, position, Math.min(found.last, last), found.damage);
      position = damaged.at(-1)?.last ?? position;
    }
    if (row.last === null && last < given.end) {
      const reason = isEndUnknown ? `${segment.file}: the entry is missing` : IN_DOUBT;
      addDamage(damaged, last + 1, given.end, reason);
    }
    return { file, first, last, entries, damaged, problems: segment.problems() };
  } catch (error) {
    const known = journalErrorOf(error, file);
    if (known.code === 'VIA_JOURNAL_SCHEMA_NEWER') throw known;
    // Of the newest nobody knows where it ended; all that may have been in it is named.
    const last = row.last ?? Math.max(first, given.end);
    const all = { first, last, reason: known.message };
    return { file, first, last, entries: 0, damaged: [all], problems: [] };
  } finally {
    segment?.close();
  }
}

function addDamage(
  damaged: { first: number; last: number; reason: string }[],
  first: number,
  last: number,
  reason: string,
): void {
  const previous = damaged.at(-1);
  if (previous?.last === first - 1 && previous.reason === reason) previous.last = last;
  else damaged.push({ first, last, reason });
}

function subscriptionsOf(
  folder: string,
  state: StateFile,
  access: Access,
  damaged: readonly PositionRange[],
): CheckReport['subscriptions'] {
  const chain = new SegmentChain(folder, state, access);
  try {
    chain.reload();
    const { subscriptions } = statsOf(state, chain);
    const marks = new Map(state.subscriptions().map(({ name, mark }) => [name, mark]));
    const lostAbove = (mark: number): number =>
      damaged.reduce(
        (sum, { first, last }) => sum + Math.max(0, last - Math.max(first, mark + 1) + 1),
        0,
      );
    const lags = Object.entries(subscriptions);
    return Object.fromEntries(
      lags.map(([name, lag]) => [name, { ...lag, lost: lostAbove(marks.get(name) ?? 0) }]),
    );
  } finally {
    chain.close();
  }
}

function countLetters(state: StateFile): { whole: number; damaged: number } {
  const count = { whole: 0, damaged: 0 };
  for (let after = 0; ;) {
    const page = state.letters.list({ after }, LETTERS_PAGE);
    const last = page.at(-1);
    if (last === undefined) return count;
    for (const { isDamaged } of page) count[isDamaged ? 'damaged' : 'whole'] += 1;
    after = last.id;
  }
}

function segmentsIn(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => parseSegmentName(name) ?? [])
    .sort((one, other) => one - other);
}

/** An empty one is what a crash leaves of a segment that was being begun: nothing is wrong. */
function strangersIn(folder: string, known: readonly number[], access: Access): string[] {
  return segmentsIn(folder)
    .filter((first) => !known.includes(first) && !isEmpty(folder, first, access))
    .map((first) => basename(segmentFile(folder, first)));
}

function isEmpty(folder: string, first: number, access: Access): boolean {
  try {
    const segment = new Segment(folder, first, access, Number.MAX_SAFE_INTEGER);
    const { last } = segment;
    segment.close();
    return last < first;
  } catch {
    return false;
  }
}
