import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { JournalError } from '@viaduct/journal';
import { openJournal } from '@viaduct/journal/sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { claimIfAny, namesOf } from '../src/contract/contract-bench.ts';
import { systemClock } from './real-clock.ts';
import { folderPlace } from './sqlite-place.ts';

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url));

interface Told {
  readonly appended: Set<string>;
  readonly claimed: Set<string>;
  readonly settled: Set<string>;
}

/** Runs the child until it has said `lines` things, then kills it between two instructions. */
async function runAndKill(folder: string, round: number, lines: number, told: Told): Promise<void> {
  const flags = ['--conditions=@viaduct/source', CHILD, folder, String(round)];
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let heard = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as Partial<Record<keyof Told, readonly string[]>>;
    for (const kind of ['appended', 'claimed', 'settled'] as const) {
      for (const name of said[kind] ?? []) told[kind].add(name);
    }
    heard += 1;
    if (heard === lines) child.kill('SIGKILL');
  }
  await exited;
}

describe('a killed owner', () => {
  it('leaves every answered append and settle, round after round', async () => {
    const place = await folderPlace();
    onTestFinished(() => place.remove());
    const told: Told = { appended: new Set(), claimed: new Set(), settled: new Set() };
    for (const [round, lines] of [60, 7, 233].entries()) {
      await runAndKill(place.folder, round, lines, told);
    }
    const journal = await place.open({ clock: systemClock() });
    const stored = new Set<string>();
    let after;
    for (;;) {
      const page = await journal.read(after, 500);
      if (page.length === 0) break;
      after = page.at(-1)?.position;
      for (const { event } of page) stored.add(event.id);
    }
    const nms = await journal.subscribe('nms', 'start');
    const owed = new Set<string>();
    for (let left = nms.lag().pending; left > 0;) {
      const claimed = namesOf(await claimIfAny(nms, 500));
      for (const name of claimed) owed.add(name);
      left -= claimed.length;
    }
    expect(told.appended.size).toBeGreaterThan(100);
    expect(told.settled.size).toBeGreaterThan(10);
    expect([...told.appended].filter((name) => !stored.has(name))).toEqual([]);
    expect([...told.settled].filter((name) => owed.has(name))).toEqual([]);
    const forgotten = [...stored].filter((name) => !owed.has(name) && !told.claimed.has(name));
    expect(forgotten).toEqual([]);
    expect((await journal.stats()).gaps).toEqual([]);
  });

  it('gives its folder back to the system', async () => {
    const place = await folderPlace();
    onTestFinished(() => place.remove());
    const told: Told = { appended: new Set(), claimed: new Set(), settled: new Set() };
    await runAndKill(place.folder, 0, 1, told);
    await expect(place.open({ clock: systemClock() })).resolves.toBeDefined();
  });
});

describe('the lock', () => {
  it('tells a second opener whose the folder is', async () => {
    const place = await folderPlace();
    onTestFinished(() => place.remove());
    await place.open({ clock: systemClock() });
    const second = openJournal({ clock: systemClock(), folder: place.folder });
    const error = await second.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(JournalError);
    expect(error).toMatchObject({ code: 'VIA_JOURNAL_LOCKED' });
    expect(String(error)).toContain(`process ${process.pid}`);
    expect(String(error)).toContain(place.folder);
  });

  it('is taken again after a clean close', async () => {
    const place = await folderPlace();
    onTestFinished(() => place.remove());
    await (await place.open({ clock: systemClock() })).close();
    await (await place.open({ clock: systemClock() })).close();
  });
});
