/**
 * Makes the state file of a folder that nobody owns anew from what is whole of a damaged one, which
 * is kept beside it. Nothing is owed by guess: where nobody knows what a sink has had, all that is
 * there is on record as a gap of it. A crash at any moment leaves a folder that can be repaired.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { JournalError } from '../errors.ts';
import type { NewGap, Position } from '../journal.ts';
import { readNote } from './answered-note.ts';
import { lockFolder } from './lock.ts';
import { salvage, type Salvage } from './salvage.ts';
import { createFile, FOLDER_MODE, parseSegmentName, stateFile, syncFolder } from './schema.ts';
import { SegmentChain } from './segment-chain.ts';
import { journalErrorOf } from './sqlite-error.ts';
import { StateFile } from './state-file.ts';

/** What {@link repairFolder} did. */
export interface RepairSummary {
  /** Whether anything was wrong; if not, nothing was changed. */
  readonly isRepaired: boolean;
  /** Where the damaged file is now; `undefined` where there was none. */
  readonly damagedFile: string | undefined;
  /** The id that names this broker in trails. */
  readonly brokerId: string;
  /** The old id could not be read. */
  readonly isNewId: boolean;
  /** Sinks of which it is known what they are owed. */
  readonly known: readonly string[];
  /** Sinks of which it is not: each has a gap on record, and begins anew as it is configured. */
  readonly unknown: readonly string[];
  /** Dead letters that are there. */
  readonly deadLetters: number;
  /** What could not be read, in words. */
  readonly losses: readonly string[];
}

/** See `repairJournal`. */
export function repairFolder(path: string, now: number): RepairSummary {
  const folder = resolve(path);
  refuseForeign(folder);
  const lock = lockFolder(folder, now);
  try {
    if (isWhole(folder)) return summaryOf(folder, undefined);
    const damagedFile = setAside(folder, now);
    const saved = makeAnew(folder, damagedFile, now);
    const adopted = adopt(folder, saved, now);
    const { losses } = saved;
    return { ...summaryOf(folder, damagedFile), ...adopted, isRepaired: true, losses };
  } catch (error) {
    throw journalErrorOf(error, folder);
  } finally {
    lock.close();
  }
}

/** A folder of somebody else must not become one of ours by a slip of the hand. */
function refuseForeign(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const isOurs = (name: string): boolean =>
    name.startsWith('state.db') || parseSegmentName(name) !== undefined;
  if (names.some(isOurs)) return;
  throw new JournalError('VIA_JOURNAL_UNREADABLE', `${folder} holds no journal`);
}

/** Whether a broker would take the state file as it is. One from the future is not for us. */
function isWhole(folder: string): boolean {
  if (!existsSync(stateFile(folder))) return false;
  let state: StateFile | undefined;
  try {
    state = new StateFile(folder, 'own');
    return state.problems().length === 0;
  } catch (error) {
    const known = journalErrorOf(error, folder);
    const isDamage: readonly string[] = ['VIA_JOURNAL_DAMAGED', 'VIA_JOURNAL_FILE_FOREIGN'];
    if (isDamage.includes(known.code)) return false;
    throw known;
  } finally {
    state?.close();
  }
}

/**
 * Gives the damaged file and its log another name, the log last: without it an old state would pass
 * for the present one. What an interrupted repair has put aside is taken up again.
 */
function setAside(folder: string, now: number): string | undefined {
  const file = stateFile(folder);
  const stamp = new Date(now).toISOString().replace(/[-:.]/g, '');
  const known = readdirSync(folder).filter((name) => /^state\.db\.damaged-\w+$/.test(name));
  const latest = known.sort().at(-1);
  const aside = existsSync(file) || latest === undefined ? `${file}.damaged-${stamp}` : undefined;
  const target = aside ?? join(folder, latest ?? '');
  for (const suffix of ['', '-wal']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, target + suffix);
  }
  rmSync(`${file}-shm`, { force: true });
  syncFolder(folder);
  return existsSync(target) ? target : undefined;
}

/** The new file, filled and then put in its place. */
function makeAnew(folder: string, damagedFile: string | undefined, now: number): Salvage {
  const drafts = join(folder, 'repair');
  rmSync(drafts, { recursive: true, force: true });
  mkdirSync(drafts, { mode: FOLDER_MODE });
  const draft = createFile(stateFile(drafts), 'state');
  try {
    const saved = salvage(damagedFile, draft, readNote(folder) ?? 0, now);
    draft.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    draft.close();
    renameSync(stateFile(drafts), stateFile(folder));
    syncFolder(folder);
    return saved;
  } finally {
    if (draft.isOpen) draft.close();
    rmSync(drafts, { recursive: true });
    if (damagedFile !== undefined) tidy(damagedFile);
  }
}

/** What looking at a file leaves behind; a log with something in it is kept beside it. */
function tidy(file: string): void {
  rmSync(`${file}-shm`, { force: true });
  const log = `${file}-wal`;
  if (existsSync(log) && statSync(log).size === 0) rmSync(log);
}

/**
 * Takes up the segments that the new file does not know, and writes the gaps down. Of unknown sinks
 * rows may be gone without a trace: these are also all that are named in events and nowhere else.
 */
function adopt(
  folder: string,
  { unknown, gaps, mayLack }: Salvage,
  now: number,
): Pick<RepairSummary, 'unknown' | 'isNewId'> {
  const state = new StateFile(folder, 'own');
  const chain = new SegmentChain(folder, state, 'own');
  try {
    chain.recover(now, readNote(folder));
    const known = state.subscriptions().map(({ name }) => name);
    const named = new Set([...unknown, ...(mayLack ? sinksIn(chain) : [])]);
    const lost = [...named].filter((name) => !known.includes(name));
    const filled = chain.segments.filter((segment) => segment.last >= segment.first);
    const first = (filled[0]?.first ?? 1) as Position;
    const last = Math.max(filled.at(-1)?.last ?? 0, readNote(folder) ?? 0) as Position;
    const all = lost.map((subscription): NewGap => {
      return { subscription, first, last, entries: undefined, at: now, reason: 'damaged' };
    });
    let isNewId = false;
    state.transaction(() => {
      isNewId = state.nameBroker();
      for (const gap of [...gaps, ...(last < first ? [] : all)]) state.gaps.add(gap);
    });
    return { unknown: lost, isNewId };
  } finally {
    chain.close();
    state.close();
  }
}

function sinksIn(chain: SegmentChain): Set<string> {
  const names = new Set<string>();
  for (const batch of chain.batches(1)) {
    if (!('targets' in batch)) continue;
    for (const [, targets] of batch.targets) for (const name of targets) names.add(name);
  }
  return names;
}

function summaryOf(folder: string, damagedFile: string | undefined): RepairSummary {
  const state = new StateFile(folder, 'own');
  try {
    const { brokerId } = state;
    const known = state.subscriptions().map(({ name }) => name);
    const deadLetters = state.letters.count();
    const nothing = { isRepaired: false, isNewId: false, unknown: [], losses: [] };
    return { ...nothing, damagedFile, brokerId, known, deadLetters };
  } finally {
    state.close();
  }
}
