/** The disk of the journal is full, read-only, or fails. */
import { execFile } from 'node:child_process';
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { waitFor } from '@viaduct/testkit';
import type { Plan } from './plan.ts';
import type { Rig } from './rig.ts';
import type { Scenario } from './scenario.ts';
import { setTrap } from './syscall-trap.ts';

const run = promisify(execFile);

const PLAN: Plan = { sources: ['nova', 'hooks-in'], sinks: ['bus', 'web'] };
const PER_SECOND = 150;

/** Room for a journal of a minute, and little more. */
const DISK_MEBIBYTES = 48;
const NOTICE_TIMEOUT_MS = 60_000;

const needsRoot = (): string | undefined =>
  process.getuid?.() === 0 ? undefined : 'only root may mount a file system';

/** Nothing can be written until somebody makes room; nothing is acknowledged meanwhile. */
export const fullDisk: Scenario = {
  name: 'full-disk',
  fault: 'disk full, then room again',
  plan: PLAN,
  repetitions: 2,
  obstacle: needsRoot,
  run: async (rig) => {
    const disk = await mountDisk(rig);
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      await rig.pause(500, 2_000);
      const filler = join(disk, 'filler');
      fill(filler);
      await rig.broker.logged('that the disk is full', isAboutJournal);
      if (rig.random() < 0.5) {
        await rig.broker.kill();
        rig.disrupted('kill -9 on a full disk');
        unlinkSync(filler);
        await rig.startBroker();
      } else {
        await rig.pause(500, 3_000);
        unlinkSync(filler);
      }
      await rig.progressed(50);
    });
  },
};

/** The disk is mounted read-only: no start, with a reason; nothing is lost by the attempt. */
export const readOnlyDisk: Scenario = {
  name: 'read-only-disk',
  fault: 'disk read-only at a start',
  plan: PLAN,
  repetitions: 1,
  obstacle: needsRoot,
  run: async (rig) => {
    const disk = await mountDisk(rig);
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      await rig.pause(500, 2_000);
      await rig.broker.kill();
      rig.disrupted('kill -9');
      await run('mount', ['-o', 'remount,ro', disk]);
      await rig.broker.start();
      await rig.broker.ended;
      if (!rig.broker.log().some(isAboutJournal)) throw new Error('it did not say why');
      await run('mount', ['-o', 'remount,rw', disk]);
      await rig.startBroker();
      await rig.progressed(50);
    });
  },
};

/** Errors of single calls: of a write that no room is left, of all others that the disk fails. */
const DISK_ERRORS = [
  { call: 'pwrite64', error: 'ENOSPC' },
  { call: 'pwrite64', error: 'EIO' },
  { call: 'pwrite64', error: 'EROFS' },
  { call: 'fdatasync', error: 'EIO' },
  { call: 'fdatasync', error: 'ENOSPC' },
] as const;

/** How long an injected error may take to make the broker end, if it is to end of it. */
const END_TIMEOUT_MS = 10_000;

/**
 * One write or sync fails: the broker goes on where it may (no room), and ends where it cannot know
 * what is on the disk; a new start finds everything.
 */
export const failingDisk: Scenario = {
  name: 'failing-disk',
  fault: 'EIO, ENOSPC, EROFS of a write or a sync',
  plan: PLAN,
  faults: 4,
  repetitions: 2,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND / 3, async () => {
      for (let fault = 0; fault < rig.faults; fault += 1) {
        const { call, error } = rig.pick(DISK_ERRORS);
        const when = String(rig.whole(1, 40));
        const trap = await setTrap(rig.broker.pid, { call, what: `error=${error}`, when });
        await Promise.race([rig.broker.ended, delay(END_TIMEOUT_MS)]);
        await trap.remove();
        if (rig.broker.isRunning) continue;
        rig.disrupted(`${error} of ${call}`);
        await rig.startBroker();
      }
    });
  },
};

/** Files that cannot grow (`ulimit -f`), as with a quota: then none such. */
export const limitedFiles: Scenario = {
  name: 'limited-files',
  fault: 'files that may not grow (EFBIG)',
  plan: PLAN,
  repetitions: 1,
  run: async (rig) => {
    await rig.startBroker({ fileKibibytesMax: rig.whole(300, 900) });
    await rig.whileFlowing(PER_SECOND, async () => {
      await waitFor(() => !rig.broker.isRunning || rig.broker.log().some(isAboutJournal), {
        timeoutMs: NOTICE_TIMEOUT_MS,
        what: 'a file at its limit',
      });
      await rig.pause(500, 1_500);
      await rig.broker.kill();
      rig.disrupted('a file at its limit');
      await rig.startBroker();
      await rig.progressed(50);
    });
  },
};

function isAboutJournal({ level, code }: Readonly<Record<string, unknown>>): boolean {
  return (level === 'warn' || level === 'error') && String(code).startsWith('VIA_JOURNAL_');
}

/** Puts a small file system in memory where the journal will be. */
async function mountDisk({ broker, defer }: Rig): Promise<string> {
  const disk = join(broker.folder, 'data');
  await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEBIBYTES}m`, 'viaduct-faults', disk]);
  defer(() => run('umount', ['--lazy', disk]));
  return disk;
}

const BLOCK = Buffer.alloc(64 * 1024);

/** Writes a file until there is no room left. */
function fill(file: string): void {
  const handle = openSync(file, 'w');
  try {
    for (let size = BLOCK.length; size > 0;) {
      try {
        writeSync(handle, BLOCK, 0, size);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(handle);
  }
}
