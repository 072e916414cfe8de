/**
 * Makes a data folder smaller while nobody owns it: segments that nobody needs go, of the others
 * what no sink is owed at either end, and the state file is written anew without its holes. Never
 * takes what a sink is still owed, retired or not. A crash at any moment leaves a folder that
 * opens.
 */
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { JournalError } from '../errors.ts';
import { scanIndex } from './index-scan.ts';
import { Ledger } from './ledger.ts';
import { lockFolder } from './lock.ts';
import { PositionRanges } from './position-ranges.ts';
import { requireJournal } from './presence.ts';
import type { SegmentInfo } from './protocol.ts';
import { createFile, openFile, segmentFile, syncFolder } from './schema.ts';
import { SegmentChain } from './segment-chain.ts';
import { journalErrorOf } from './sqlite-error.ts';
import { SQLITE_DEFAULTS } from './sqlite-options.ts';
import { StateFile, type SegmentRow } from './state-file.ts';

/** Options of {@link compactFolder}. */
export interface CompactOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /**
   * Entries younger than this stay although every sink has them, for replay; 0 leaves only what is
   * owed.
   */
  readonly keepMs: number;
}

/** What {@link compactFolder} did. */
export interface CompactSummary {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Entries that are not there any more; all of them had been delivered or given up. */
  readonly entries: number;
  /** Segments that went whole, and segments that were cut. */
  readonly removed: number;
  readonly cut: number;
}

/** A range of positions of which something is owed. */
interface Needed {
  readonly first: number;
  readonly last: number;
}

/** See `compactJournal`. */
export function compactFolder(path: string, { now, keepMs }: CompactOptions): CompactSummary {
  const folder = resolve(path);
  requireJournal(folder);
  const lock = lockFolder(folder, now);
  let state: StateFile | undefined;
  try {
    const bytesBefore = bytesIn(folder);
    state = new StateFile(folder, 'own');
    refuseDamaged(state);
    const plan = planOf(folder, state, now - keepMs);
    for (const { segment, needed } of plan.cut) cut(folder, state, segment, needed);
    unlink(folder, state, plan.removed);
    state.rewrite();
    for (const name of readdirSync(folder)) {
      if (/\.db\.(new|cut)$/.test(name)) rmSync(join(folder, name));
    }
    state.close();
    const entries = [
      ...plan.removed.map(({ first, last }) => last - first + 1),
      ...plan.cut.map(({ segment: { first, last }, needed }) => {
        return last - first - (needed.last - needed.first);
      }),
    ].reduce((sum, count) => sum + count, 0);
    const { removed, cut: shortened } = plan;
    const figures = { removed: removed.length, cut: shortened.length };
    return { bytesBefore, bytesAfter: bytesIn(folder), entries, ...figures };
  } catch (error) {
    throw journalErrorOf(error, folder);
  } finally {
    state?.close();
    lock.close();
  }
}

function refuseDamaged(state: StateFile): void {
  const problems = state.problems();
  if (problems.length === 0) return;
  throw new JournalError('VIA_JOURNAL_DAMAGED', `${state.file}: ${problems.join('; ')}`);
}

interface Plan {
  readonly removed: readonly SegmentInfo[];
  readonly cut: readonly { readonly segment: SegmentInfo; readonly needed: Needed }[];
}

/** Only sealed segments that are whole; a damaged one stays as it is, for whoever can read it. */
function planOf(folder: string, state: StateFile, youngSince: number): Plan {
  const chain = new SegmentChain(folder, state, 'read');
  try {
    chain.reload();
    const ledgers = ledgersOf(state, chain);
    const damaged = new Set(chain.damaged.map(({ position }) => position));
    const removed: SegmentInfo[] = [];
    const shortened: { segment: SegmentInfo; needed: Needed }[] = [];
    chain.segments.forEach((segment, index) => {
      const end = chain.segments[index + 1]?.openedAt ?? Infinity;
      const isYoung = !segment.sealed || end > youngSince;
      if (isYoung || segment.last < segment.first || damaged.has(segment.first)) return;
      const needed = neededOf(ledgers, segment);
      if (needed === undefined) removed.push(segment);
      else if (needed.first > segment.first || needed.last < segment.last) {
        shortened.push({ segment, needed });
      }
    });
    return { removed, cut: shortened };
  } finally {
    chain.close();
  }
}

function ledgersOf(state: StateFile, chain: SegmentChain): Ledger[] {
  const stored = state.subscriptions();
  const from = Math.min(chain.last, ...stored.map(({ mark }) => mark)) + 1;
  const parked = stored.flatMap((one) => one.parked.map(({ position }) => position));
  const scan = scanIndex(chain.batches(Math.min(from, ...parked)), stored, () => undefined);
  return stored.map((row) => {
    const owed = (scan.owed.get(row.name) ?? new PositionRanges()).toArray();
    return new Ledger({ ...row, owed }, SQLITE_DEFAULTS.spanMax);
  });
}

function neededOf(ledgers: readonly Ledger[], { first, last }: SegmentInfo): Needed | undefined {
  const isOwed = (from: number, to: number): boolean =>
    ledgers.some((ledger) => ledger.isOwedWithin(from, to));
  if (!isOwed(first, last)) return undefined;
  let [low, high] = [first, last];
  while (!isOwed(low, low)) low += 1;
  while (!isOwed(high, high)) high -= 1;
  return { first: low, last: high };
}

/**
 * What is needed goes into a file of its own, complete before it has its name. Where it begins like
 * the old one the state file first says where it ends: what the old file has beyond counts no more.
 */
function cut(folder: string, state: StateFile, segment: SegmentInfo, needed: Needed): void {
  const { first, openedAt } = segment;
  const row: SegmentRow = { ...needed, openedAt, fate: 'kept' };
  const file = segmentFile(folder, needed.first);
  const copy = `${file}.cut`;
  rmSync(copy, { force: true });
  createFile(copy, 'segment').close();
  copyEntries(segmentFile(folder, first), copy, needed);
  if (needed.first > first) {
    renameSync(copy, file);
    syncFolder(folder);
    state.transaction(() => {
      state.putSegment(row);
      state.putSegment({ first, last: segment.last, openedAt, fate: 'unlinking' });
    });
  } else {
    state.transaction(() => state.putSegment(row));
    renameSync(copy, file);
    syncFolder(folder);
  }
}

/** Rows as they are, checksums too; the index is made again from the entries when it is needed. */
function copyEntries(from: string, to: string, { first, last }: Needed): void {
  const source = openFile(from, 'segment', 'own');
  const target = openFile(to, 'segment', 'own');
  try {
    const insert = target.prepare('INSERT INTO entry VALUES (?, ?, ?, ?)');
    const select = 'SELECT * FROM entry WHERE position BETWEEN ? AND ? ORDER BY position';
    target.exec('BEGIN IMMEDIATE');
    for (const row of source.prepare(select).iterate(first, last)) {
      const { position = null, crc = null, head = null, native = null } = row;
      insert.run(position, crc, head, native);
    }
    target.exec('COMMIT');
  } finally {
    source.close();
    target.close();
  }
}

function unlink(folder: string, state: StateFile, removed: readonly SegmentInfo[]): void {
  state.transaction(() => {
    for (const { first, last, openedAt } of removed) {
      state.putSegment({ first, last, openedAt, fate: 'unlinking' });
    }
  });
  const going = state.segments().filter(({ fate }) => fate === 'unlinking');
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

function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
