/**
 * Every state of the disk that a power cut could have left: from the recorded writes and syncs of a
 * real run the files are made again as they were at each sync, and opened. What had been acknowledged
 * by then is there. `kill -9` cannot prove this: the page cache survives it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JournalError, type Position } from '@viaduct/journal';
import { openJournal } from '@viaduct/journal/sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirePeer } from '../../../tools/peers/started.ts';
import { startTraced, type SystemCall } from '../../../tools/peers/strace.ts';
import { systemClock } from './real-clock.ts';
import { folderPlace } from './sqlite-place.ts';

requirePeer('strace');

const CHILD = fileURLToPath(new URL('./fault-child.ts', import.meta.url));
const COUNT = 24;
const TIMEOUT_MS = 300_000;
/** Longer than any one write of SQLite's: a page and a frame's header. */
const BYTES_MAX = 300_000;

/** Files by path: as written, and as they were when each was synced last. */
interface Disk {
  readonly written: Map<string, Buffer>;
  readonly synced: Map<string, Buffer>;
}

/** Applies one call to what lies under a folder. Names change at once, contents with a sync. */
type Apply = (disk: Disk, call: SystemCall) => void;

const applyHonestly: Apply = ({ written, synced }, call) => {
  const { name, file, data, numbers, to } = call;
  if (call.error !== undefined) return;
  const content = written.get(file) ?? Buffer.alloc(0);
  if (name === 'pwrite64') written.set(file, overwrite(content, data, numbers.at(-1) ?? 0));
  else if (name === 'write') written.set(file, data);
  else if (name === 'ftruncate') written.set(file, resize(content, numbers[0] ?? 0));
  else if (name === 'fsync' || name === 'fdatasync') synced.set(file, content);
  else if (name === 'unlink') for (const files of [written, synced]) files.delete(file);
  else if (name === 'rename' && to !== undefined) {
    for (const files of [written, synced]) {
      const moved = files.get(file);
      files.delete(file);
      if (moved !== undefined) files.set(to, moved);
    }
  } else if (name === 'openat' && call.args.includes('O_CREAT') && !written.has(file)) {
    written.set(file, content);
    synced.set(file, content);
  }
};

/** A disk that says that it has synced a segment, and has not. */
const applyWithLies: Apply = (disk, call) => {
  const isLie = call.name.includes('sync') && basename(call.file).startsWith('segment-');
  if (!isLie) applyHonestly(disk, call);
};

function resize(content: Buffer, length: number): Buffer {
  const sized = Buffer.alloc(length);
  content.copy(sized);
  return sized;
}

function overwrite(content: Buffer, data: Buffer, offset: number): Buffer {
  const result = resize(content, Math.max(content.length, offset + data.length));
  data.copy(result, offset);
  return result;
}

/** Ids of the events found by a journal opened on such files; `undefined` before there is one. */
async function idsIn(files: ReadonlyMap<string, Buffer>, from: string): Promise<Set<string>> {
  const folder = await mkdtemp(join(tmpdir(), 'viaduct-prefix-'));
  try {
    for (const [path, content] of files) {
      if (path.endsWith('-shm')) continue; // Shared memory: nothing of it survives.
      const file = join(folder, path.slice(from.length));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    const journal = await openJournal({ clock: systemClock(), folder });
    try {
      const ids = new Set<string>();
      let after: Position | undefined;
      for (;;) {
        const page = await journal.read(after, 1000);
        if (page.length === 0) break;
        for (const { event } of page) ids.add(event.id);
        after = page.at(-1)?.position;
      }
      const { gaps, damage } = await journal.stats();
      expect([gaps, damage]).toEqual([[], []]);
      return ids;
    } finally {
      await journal.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A recorded run: its calls on files of the folder, and when each event was acknowledged. */
interface Run {
  readonly folder: string;
  readonly calls: readonly SystemCall[];
  readonly acked: readonly { readonly id: string; readonly at: number }[];
}

async function record(folder: string): Promise<Run> {
  const node = [process.execPath, '--conditions=@viaduct/source', CHILD];
  const trace = ['openat', 'pwrite64', 'write', 'ftruncate', 'fsync', 'fdatasync'];
  const traced = startTraced([...node, folder, `${COUNT}`], {
    trace: [...trace, 'rename', 'unlink'],
    bytesMax: BYTES_MAX,
  });
  await traced.ended;
  expect(traced.output()).toContain('closed');
  const all = traced.calls();
  const acked = all.flatMap(({ name, data, start }) => {
    const id = name === 'write' ? /^acked (e\d+)\n$/.exec(data.toString('latin1'))?.[1] : '';
    return id === undefined || id === '' ? [] : [{ id, at: start }];
  });
  expect(acked).toHaveLength(COUNT);
  return { folder, calls: all.filter(({ file }) => file.startsWith(`${folder}/`)), acked };
}

/** What was acknowledged, and what of it is missing, if the power goes after one of the syncs. */
interface Cut {
  readonly owed: number;
  readonly lost: readonly string[];
}

/** The power goes after each sync for which `isCut` holds, with what was synced, or all written. */
async function cutAfterSyncs(
  { folder, calls, acked }: Run,
  apply: Apply,
  isCut: (sync: number, syncs: number) => boolean,
): Promise<readonly Cut[]> {
  const disk: Disk = { written: new Map(), synced: new Map() };
  const syncs = calls.filter(({ name }) => name.includes('sync'));
  const cuts: Cut[] = [];
  for (const call of calls) {
    apply(disk, call);
    const index = syncs.indexOf(call);
    if (index < 0 || !isCut(index, syncs.length)) continue;
    // This is what the disk holds until the next sync is over.
    const until = syncs[index + 1]?.end ?? Infinity;
    const owed = acked.filter(({ at }) => at < until).map(({ id }) => id);
    for (const files of [disk.synced, disk.written]) {
      const found = await idsIn(files, folder).catch((error: unknown) => {
        // Before the state file is complete there is no journal, and nothing acknowledged.
        expect(error).toBeInstanceOf(JournalError);
        return new Set<string>();
      });
      cuts.push({ owed: owed.length, lost: owed.filter((id) => !found.has(id)) });
    }
  }
  return cuts;
}

describe('a power cut', () => {
  let run: Run;
  let place: Awaited<ReturnType<typeof folderPlace>>;
  beforeAll(async () => {
    place = await folderPlace();
    run = await record(place.folder);
  }, TIMEOUT_MS);
  afterAll(() => place.remove());

  it(
    'after any sync leaves everything that was acknowledged, written or not what came after',
    async () => {
      const cuts = await cutAfterSyncs(run, applyHonestly, () => true);
      expect(cuts.flatMap(({ lost }) => lost)).toEqual([]);
      expect(cuts.length).toBeGreaterThan(2 * COUNT);
      expect(Math.max(...cuts.map(({ owed }) => owed))).toBe(COUNT);
    },
    TIMEOUT_MS,
  );

  it(
    'on a disk that lies about its syncs would be found to lose what was acknowledged',
    async () => {
      const atLast = (sync: number, syncs: number): boolean => sync === syncs - 1;
      const [synced, written] = await cutAfterSyncs(run, applyWithLies, atLast);
      expect(synced?.lost).not.toEqual([]);
      // What reached the disk nevertheless is there: the loss is that of the sync alone.
      expect(written).toEqual({ owed: COUNT, lost: [] });
    },
    TIMEOUT_MS,
  );
});
