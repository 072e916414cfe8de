import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openJournal, openJournalReader } from '@viaduct/journal/sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  claim,
  entriesNamed,
  entryNamed,
  handClock,
  letterFor,
} from '../src/contract/contract-bench.ts';
import { folderPlace } from './sqlite-place.ts';

const MIB = 1024 ** 2;

/** The journal tries again in a thread of its own, on a machine that may be busy. */
const PATIENCE = { timeout: 20_000 } as const;

const large = (name: string) =>
  entryNamed(name, ['nms'], {
    dedupe: name,
    native: { dialect: 'test', text: 'x'.repeat(100_000), redactions: [] },
  });

/** Whether this user may mount a small disk, which a full and a read-only one need. */
function canMount(): boolean {
  try {
    const trial = execFileSync('mktemp', ['-d', join(tmpdir(), 'viaduct-mount-XXXXXX')]);
    const folder = trial.toString().trim();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    execFileSync('rmdir', [folder]);
    return true;
  } catch {
    return false;
  }
}

async function smallDisk(bytes: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'viaduct-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]);
  onTestFinished(async () => {
    execFileSync('umount', ['-l', folder]);
    await rm(folder, { recursive: true });
  });
  return folder;
}

describe('files', () => {
  it('are for their owner alone', async () => {
    const place = await folderPlace();
    onTestFinished(() => place.remove());
    const folder = join(place.folder, 'deep', 'data');
    const journal = await openJournal({ clock: handClock(), folder });
    await journal.append([entryNamed('1', [])]);
    const modes = await Promise.all(
      ['.', ...(await readdir(folder))].map(async (name) => {
        return [name, (await stat(join(folder, name))).mode & 0o777] as const;
      }),
    );
    expect(modes.length).toBeGreaterThan(5);
    for (const [name, mode] of modes)
      expect([name, mode]).toEqual([name, name === '.' ? 0o700 : 0o600]);
    await journal.close();
  });

  it('cannot be where a file is in the way', async () => {
    const place = await folderPlace();
    onTestFinished(() => place.remove());
    const folder = join(place.folder, 'data');
    await writeFile(folder, '');
    const opening = openJournal({ clock: handClock(), folder });
    await expect(opening).rejects.toMatchObject({ code: 'VIA_JOURNAL_UNWRITABLE' });
  });

  it('cannot be where the system lets nobody make any', async () => {
    const opening = openJournal({ clock: handClock(), folder: '/proc/none/data' });
    await expect(opening).rejects.toMatchObject({ code: 'VIA_JOURNAL_UNWRITABLE' });
  });

  it('that cannot be written any further close the journal for good', async () => {
    // A limit on file size is an error of writing that is not a full disk.
    const place = await folderPlace();
    onTestFinished(() => place.remove());
    const child = fileURLToPath(new URL('./limit-child.ts', import.meta.url));
    const node = [process.execPath, '--conditions=@viaduct/source', child, place.folder];
    const command = 'ulimit -f 4096; exec "$@"';
    const output = execFileSync('sh', ['-c', command, 'sh', ...node], { encoding: 'utf8' });
    expect(output.trim()).toBe('VIA_JOURNAL_FAILED');
  });
});

// Only root may mount; everybody else still has the cases above and the code paths they share.
describe.skipIf(!canMount())('a disk', () => {
  it('that is full refuses appends, and takes them again when there is room', async () => {
    const folder = await smallDisk(4 * MIB);
    const journal = await openJournal({ clock: handClock(), folder: join(folder, 'data') });
    const nms = await journal.subscribe('nms', 'now');
    const ballast = join(folder, 'ballast');
    await writeFile(ballast, Buffer.alloc(2 * MIB));
    const kept: string[] = [];
    let refused: unknown;
    for (let n = 0; refused === undefined && n < 100; n += 1) {
      await journal.append([large(`e${n}`)]).then(
        () => kept.push(`e${n}`),
        (error: unknown) => (refused = error),
      );
    }
    expect(refused).toMatchObject({ code: 'VIA_JOURNAL_DISK_FULL', retriable: true });
    await rm(ballast);
    const again = `e${kept.length}`;
    expect(await journal.append([large(again)])).toMatchObject([{ kind: 'appended' }]);
    expect((await claim(nms, 100)).map(({ entry }) => entry.event.id)).toEqual([...kept, again]);
    await journal.close();
  });

  it('that is full delays settles until there is room, and loses none', async () => {
    const folder = await smallDisk(4 * MIB);
    const clock = handClock();
    let journal = await openJournal({ clock, folder: join(folder, 'data') });
    const nms = await journal.subscribe('nms', 'now');
    await journal.append(entriesNamed('e', 3, ['nms']));
    const positions = (await claim(nms, 3)).map(({ entry }) => entry.position);
    const ballast = join(folder, 'ballast');
    expect(() =>
      execFileSync('dd', ['if=/dev/zero', `of=${ballast}`], { stdio: 'ignore' }),
    ).toThrow();
    // More than fits into what the files have already.
    const message = 'x'.repeat(500_000);
    const parked = nms.park(positions[0]!, 1, { at: 1, code: 'VIA_TEST_REFUSED', message });
    const done = vi.fn<() => void>();
    void Promise.all([parked, nms.settle(positions.slice(1))]).then(done);
    await expect(
      journal.deadLetters.add([letterFor('nms', { reason: message })]),
    ).rejects.toThrow();
    expect(done).not.toHaveBeenCalled();
    await rm(ballast);
    await vi.waitFor(() => {
      clock.advance(1000);
      expect(done).toHaveBeenCalled();
    }, PATIENCE);
    await journal.close();
    journal = await openJournal({ clock, folder: join(folder, 'data') });
    expect((await journal.stats()).subscriptions.nms).toMatchObject({ pending: 1, parked: 1 });
    await journal.close();
  });

  it('that is read-only cannot be owned, but read if it was closed cleanly', async () => {
    const disk = await smallDisk(8 * MIB);
    const folder = join(disk, 'data');
    const journal = await openJournal({ clock: handClock(), folder });
    await journal.subscribe('nms', 'now');
    await journal.append(entriesNamed('e', 3, ['nms']));
    await journal.close();
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const opening = openJournal({ clock: handClock(), folder });
    await expect(opening).rejects.toMatchObject({ code: 'VIA_JOURNAL_UNWRITABLE' });
    const reader = await openJournalReader(folder);
    expect(await reader.read(undefined, 10)).toHaveLength(3);
    expect((await reader.stats()).subscriptions.nms?.pending).toBe(3);
    await reader.close();
  });
});
