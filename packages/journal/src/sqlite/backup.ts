/**
 * A copy of a data folder that a broker can be started on, taken while its owner goes on. State
 * first, then segments: a copy's state may be older than its segments, never newer. So what was
 * delivered after it was taken is delivered again, and nothing is forgotten.
 *
 * What may still change is read through SQLite, which sees one moment of it. A sealed segment
 * without a log does not change any more: its bytes are copied, whole or damaged, from a descriptor
 * that is opened before anything is copied, so that retention may unlink it meanwhile. (Closing it
 * gives up this process's lock on that file. Nobody writes the file, and the lock guards only
 * against a second owner, whom the folder's own lock keeps out.)
 */
import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite';
import { JournalError } from '../errors.ts';
import { AnsweredNote } from './answered-note.ts';
import { requireJournal } from './presence.ts';
import { accessFor } from './reader.ts';
import { FILE_MODE, FOLDER_MODE, openFile, segmentFile, stateFile, syncFolder } from './schema.ts';
import { journalErrorOf } from './sqlite-error.ts';
import { StateFile, type SegmentRow } from './state-file.ts';
import type { BackupOptions, BackupSummary } from '../journal.ts';

/** Bytes read at once; another process's or thread's turn comes between two reads. */
const CHUNK_BYTES = 4 * 1024 ** 2;

/** Pages that SQLite copies in one go. */
const STEP_PAGES = 512;

/** A source that loses segments to retention faster than their files can be opened. */
const ATTEMPTS_MAX = 5;

/** Something to be copied: a descriptor for what stays as it is, or a connection. */
interface Part {
  readonly row: SegmentRow;
  readonly file: string;
  readonly bytes: number;
  readonly from: FileHandle | DatabaseSync | undefined;
}

interface Snapshot {
  readonly state: DatabaseSync;
  readonly parts: readonly Part[];
  /** Segments that the state file lists and that are not there: damage, which a copy keeps. */
  readonly missing: readonly string[];
}

/** See `Journal.backup` and `backupFolder` of `./sqlite`. */
export async function copyFolder(
  source: string,
  target: string,
  options: BackupOptions = {},
): Promise<BackupSummary> {
  const [from, to] = [resolve(source), resolve(target)];
  refuseExisting(to);
  const draft = `${to}.partial`;
  await rm(draft, { recursive: true, force: true });
  try {
    await mkdir(dirname(to), { recursive: true });
    await mkdir(draft, { mode: FOLDER_MODE });
    requireJournal(from);
    const snapshot = await takeSnapshot(from);
    try {
      const summary = await copyAll(snapshot, draft, to, options);
      refuseExisting(to);
      syncFolder(draft);
      await rename(draft, to);
      syncFolder(dirname(to));
      return summary;
    } finally {
      await release(snapshot);
    }
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    options.signal?.throwIfAborted();
    throw journalErrorOf(error, to);
  }
}

function refuseExisting(target: string): void {
  if (!existsSync(target)) return;
  if (statSync(target).isDirectory() && readdirSync(target).length === 0) return;
  const advice = 'a backup is never written over something: name a folder that does not exist';
  throw new JournalError('VIA_JOURNAL_BACKUP_EXISTS', `${target} is there already; ${advice}`);
}

/** One moment of the state file, and every segment that it lists, held open. */
async function takeSnapshot(folder: string): Promise<Snapshot> {
  for (let attempt = 1; ; attempt += 1) {
    const state = openFile(stateFile(folder), 'state', accessFor(folder));
    const parts: Part[] = [];
    try {
      state.exec('BEGIN');
      const rows = rowsIn(state);
      for (const row of rows) parts.push(await openPart(folder, row));
      const absent = parts.filter(({ from }) => from === undefined);
      const isListed = listedNow(folder, absent);
      if (isListed || attempt === ATTEMPTS_MAX) {
        const missing = absent.map(({ file }) => file);
        return { state, parts: parts.filter(({ from }) => from !== undefined), missing };
      }
      await release({ state, parts, missing: [] }); // Retention was quicker: look again.
    } catch (error) {
      await release({ state, parts, missing: [] });
      throw error;
    }
  }
}

function rowsIn(state: DatabaseSync): SegmentRow[] {
  const columns = 'first, last, opened_at AS openedAt, fate';
  const sql = `SELECT ${columns} FROM segment WHERE fate <> 'unlinking' ORDER BY first`;
  return state.prepare(sql).all() as unknown as SegmentRow[];
}

/** Whether all that is absent should be there still: then it is damage, not retention. */
function listedNow(folder: string, absent: readonly Part[]): boolean {
  if (absent.length === 0) return true;
  const state = openFile(stateFile(folder), 'state', accessFor(folder));
  try {
    const firsts = new Set(rowsIn(state).map(({ first }) => first));
    return absent.every(({ row }) => firsts.has(row.first));
  } finally {
    state.close();
  }
}

async function openPart(folder: string, row: SegmentRow): Promise<Part> {
  const file = segmentFile(folder, row.first);
  if (!existsSync(file)) return { row, file, bytes: 0, from: undefined };
  const bytes = sizeOf(file) + sizeOf(`${file}-wal`);
  if (row.last === null || sizeOf(`${file}-wal`) > 0) {
    try {
      return { row, file, bytes, from: openFile(file, 'segment', accessFor(folder)) };
    } catch (error) {
      if (journalErrorOf(error, file).code === 'VIA_JOURNAL_SCHEMA_NEWER') throw error;
      // Damaged: its bytes are kept as they are.
    }
  }
  try {
    return { row, file, bytes, from: await open(file, 'r') };
  } catch (error) {
    if (existsSync(file)) throw error;
    return { row, file, bytes: 0, from: undefined };
  }
}

async function copyAll(
  { state, parts, missing }: Snapshot,
  draft: string,
  target: string,
  { signal, onProgress }: BackupOptions,
): Promise<BackupSummary> {
  const bytesTotal = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  let bytes = 0;
  const report = (file: string): void =>
    onProgress?.({ bytesDone: bytes, bytesTotal, file: basename(file) });
  await copyThroughSqlite(state, stateFile(draft), signal);
  state.close();
  for (const part of parts) {
    signal?.throwIfAborted();
    report(part.file);
    const copy = join(draft, basename(part.file));
    if (part.from instanceof DatabaseSync) await copyThroughSqlite(part.from, copy, signal);
    else if (part.from !== undefined) await copyBytes(part.from, copy, signal);
    bytes += part.bytes;
  }
  const last = sealNewest(draft);
  report(target);
  const names = readdirSync(draft);
  for (const name of names) await syncFile(join(draft, name));
  const written = names.reduce((sum, name) => sum + sizeOf(join(draft, name)), 0);
  const segments = parts.length;
  return {
    folder: target,
    segments,
    bytes: written,
    last,
    missing: missing.map((f) => basename(f)),
  };
}

/**
 * The copy's newest segment ends where it ends: a broker started on the copy begins a new one,
 * beyond all positions that had been reserved, and gives none out again that the original gave.
 */
function sealNewest(draft: string): number {
  const state = new StateFile(draft, 'own');
  try {
    const newest = state.segments().at(-1);
    if (newest === undefined) return 0;
    const end = newest.last ?? endOf(draft, newest);
    state.transaction(() => {
      state.putSegment({ ...newest, last: end });
      state.setAcknowledged(Math.max(state.acknowledged, end));
    });
    noteEnd(draft, end);
    return end;
  } finally {
    state.close();
  }
}

/** As the original's: without it the end of a copy would be in doubt. */
function noteEnd(draft: string, end: number): void {
  const note = new AnsweredNote(draft);
  note.secure(end);
  note.close();
}

function endOf(draft: string, { first }: SegmentRow): number {
  try {
    const database = openFile(segmentFile(draft, first), 'segment', 'own');
    try {
      const row = database.prepare('SELECT max(position) AS last FROM entry').get();
      return Math.max(Number(row?.['last'] ?? 0), first - 1);
    } finally {
      database.close();
    }
  } catch {
    return first - 1; // It could not be read in the original either, and is copied as it is.
  }
}

async function copyThroughSqlite(
  from: DatabaseSync,
  copy: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await (await open(copy, 'wx', FILE_MODE)).close();
  await copyDatabase(from, copy, { rate: STEP_PAGES, progress: () => signal?.throwIfAborted() });
  chmodSync(copy, FILE_MODE);
}

async function copyBytes(
  from: FileHandle,
  copy: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const to = await open(copy, 'wx', FILE_MODE);
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let at = 0; ;) {
      signal?.throwIfAborted();
      const { bytesRead } = await from.read(chunk, 0, CHUNK_BYTES, at);
      if (bytesRead === 0) return;
      await to.write(chunk, 0, bytesRead, at);
      at += bytesRead;
    }
  } finally {
    await to.close();
  }
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function release({ state, parts }: Snapshot): Promise<void> {
  if (state.isOpen) state.close();
  for (const { from } of parts) {
    if (from instanceof DatabaseSync) from.close();
    else await from?.close();
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
