/**
 * Every state of the disk that a power cut could have left: from the recorded writes and syncs of a
 * real run the files are made again as they were at each sync, and opened. What had been acknowledged
 * by then is there. `kill -9` cannot prove this: the page cache survives it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JournalError, type Position } from '@viaduct/journal';
import { openJournal } from '@viaduct/journal/sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
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

/** Applies one call to what lies under `folder`. Names change at once, contents with a sync. */
function apply({ written, synced }: Disk, call: SystemCall, folder: string): void {
  const { name, file, data, numbers, to } = call;
  if (call.error !== undefined || !file.startsWith(`${folder}/`)) return;
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
}

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

describe('a power cut', () => {
  it(
    'after any sync leaves everything that was acknowledged, written or not what came after',
    async () => {
      const place = await folderPlace();
      onTestFinished(() => place.remove());
      const node = [process.execPath, '--conditions=@viaduct/source', CHILD];
      const trace = ['openat', 'pwrite64', 'write', 'ftruncate', 'fsync', 'fdatasync'];
      const traced = startTraced([...node, place.folder, `${COUNT}`], {
        trace: [...trace, 'rename', 'unlink'],
        bytesMax: BYTES_MAX,
      });
      await traced.ended;
      expect(traced.output()).toContain('closed');
      const calls = traced.calls();
      const acked = calls.flatMap(({ name, data, start }) => {
        const id = name === 'write' ? /^acked (e\d+)\n$/.exec(data.toString('latin1'))?.[1] : '';
        return id === undefined || id === '' ? [] : [{ id, at: start }];
      });
      expect(acked).toHaveLength(COUNT);
      const disk: Disk = { written: new Map(), synced: new Map() };
      const syncs = calls.filter(({ name, file }) => name.includes('sync') && isIn(file));
      function isIn(file: string): boolean {
        return file.startsWith(`${place.folder}/`);
      }
      let prefixes = 0;
      let least = 0;
      for (const call of calls) {
        apply(disk, call, place.folder);
        if (!syncs.includes(call) || acked.length === 0) continue;
        const next = syncs[syncs.indexOf(call) + 1];
        // This is what the disk holds until the next sync is over.
        const owed = acked.filter(({ at }) => at < (next?.end ?? Infinity)).map(({ id }) => id);
        for (const files of [disk.synced, disk.written]) {
          const found = await idsIn(files, place.folder).catch((error: unknown) => {
            // Before the state file is complete there is no journal, and nothing acknowledged.
            expect(error).toBeInstanceOf(JournalError);
            return new Set<string>();
          });
          expect(owed.filter((id) => !found.has(id))).toEqual([]);
        }
        prefixes += 1;
        least = Math.max(least, owed.length);
      }
      expect(prefixes).toBeGreaterThan(COUNT);
      expect(least).toBe(COUNT);
    },
    TIMEOUT_MS,
  );
});
