/** Checking, backing up, restoring and compacting a data folder. */
import { cpSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Journal } from '@viaduct/journal';
import { memoryJournal } from '@viaduct/journal/memory';
import {
  backupFolder,
  checkJournal,
  compactJournal,
  openJournal,
  type CheckReport,
} from '@viaduct/journal/sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  claim,
  claimIfAny,
  entryNamed,
  handClock,
  letterFor,
  namesOf,
} from '../src/contract/contract-bench.ts';
import { folderPlace, type FolderPlace } from './sqlite-place.ts';

const clock = handClock();
const SMALL = { segmentBytes: 100_000 };

interface Scene {
  readonly place: FolderPlace;
  readonly journal: Journal;
  readonly target: string;
}

async function scene(): Promise<Scene> {
  const place = await folderPlace(SMALL);
  onTestFinished(() => place.remove());
  const target = `${place.folder}-backup`;
  onTestFinished(() => rm(target, { recursive: true, force: true }));
  const journal = await place.open({ clock });
  return { place, journal, target };
}

async function append(journal: Journal, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n += 1) {
    const native = { dialect: 'test', text: `<${n}>`.repeat(1000), redactions: [] };
    await journal.append([entryNamed(`e${n}`, ['nms'], { native, dedupe: `k${n}` })]);
  }
}

const named = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `e${from + index}`);

/** Claims and settles that many. */
async function deliver(journal: Journal, count: number): Promise<string[]> {
  const nms = await journal.subscribe('nms', 'start');
  const claimed = count === 0 ? [] : await claim(nms, count);
  await nms.settle(claimed.map(({ entry }) => entry.position));
  return namesOf(claimed);
}

async function owed(journal: Journal): Promise<string[]> {
  const nms = await journal.subscribe('nms', 'start');
  const names: string[] = [];
  while (names.length < nms.lag().pending) names.push(...namesOf(await claimIfAny(nms, 1000)));
  return names;
}

async function restored(folder: string): Promise<Journal> {
  const journal = await openJournal({ clock, folder, ...SMALL });
  onTestFinished(() => journal.close());
  return journal;
}

function damageOf({ segments }: CheckReport): readonly (readonly [number, number])[] {
  return segments.flatMap(({ damaged }) =>
    damaged.map(({ first, last }) => [first, last] as const),
  );
}

describe('a backup', () => {
  it('is a folder that a broker goes on from: what was owed is owed, what was done is done', async () => {
    const { journal, target } = await scene();
    await journal.subscribe('nms', 'start');
    await append(journal, 1, 60);
    expect(await deliver(journal, 20)).toEqual(named(1, 20));
    await journal.deadLetters.add([letterFor('nms', { reason: 'once' })]);
    const steps: string[] = [];
    const onProgress = ({ file }: { file: string }): void => void steps.push(file);
    const summary = await journal.backup(target, { onProgress });
    expect(summary).toMatchObject({ folder: target, last: 60, missing: [] });
    expect(steps.length).toBe(summary.segments + 1);
    await append(journal, 61, 70);
    expect((await checkJournal(target)).isWhole).toBe(true);
    const copy = await restored(target);
    expect(copy.brokerId).toBe(journal.brokerId);
    expect(await owed(copy)).toEqual(named(21, 60));
    expect(await copy.deadLetters.list({}, 5)).toMatchObject([{ reason: 'once' }]);
    const again = entryNamed('again', [], { dedupe: 'k60' });
    expect(await copy.append([again])).toEqual([{ kind: 'duplicate' }]);
    const [next] = await copy.append([entryNamed('next', [])]);
    expect(next?.kind === 'appended' && next.position).toBeGreaterThan(70);
    expect((await copy.stats()).gaps).toEqual([]);
  });

  it('may be taken while events come and go, and lacks none that was there before', async () => {
    const { journal, target } = await scene();
    await journal.subscribe('nms', 'start');
    await append(journal, 1, 200);
    const stop = new AbortController();
    const traffic = (async (): Promise<void> => {
      for (let n = 201; !stop.signal.aborted; n += 1) {
        await append(journal, n, n);
        await deliver(journal, 1);
      }
    })();
    const { last } = await journal.backup(target);
    stop.abort();
    await traffic;
    expect(last).toBeGreaterThanOrEqual(200);
    expect(await checkJournal(target)).toMatchObject({ isWhole: true, strangers: [] });
    const copy = await restored(target);
    const kept = (await copy.read(undefined, 10_000)).map(({ event }) => event.id);
    expect(kept).toEqual(named(1, last));
    const rest = await owed(copy);
    expect(rest).toEqual(named(last - rest.length + 1, last));
  });

  it('is made from outside in the same way, of a folder that is owned, killed or closed', async () => {
    const { place, journal, target } = await scene();
    await journal.subscribe('nms', 'start');
    await append(journal, 1, 60);
    const ends = [() => Promise.resolve(), () => place.crash(journal)];
    for (const [index, end] of ends.entries()) {
      await end();
      const folder = join(target, `${index}`);
      expect(await backupFolder(place.folder, folder)).toMatchObject({ last: 60 });
      expect(await owed(await restored(folder))).toEqual(named(1, 60));
    }
  });

  it('is never written over anything, and leaves nothing behind when it is called off', async () => {
    const { journal, target } = await scene();
    await append(journal, 1, 5);
    mkdirSync(target);
    writeFileSync(join(target, 'precious'), 'x');
    const refused = { code: 'VIA_JOURNAL_BACKUP_EXISTS' };
    await expect(journal.backup(target)).rejects.toMatchObject(refused);
    expect(await readdir(target)).toEqual(['precious']);
    const other = join(target, 'other');
    const called = AbortSignal.abort(new Error('called off'));
    await expect(journal.backup(other, { signal: called })).rejects.toThrow('called off');
    expect(await readdir(target)).toEqual(['precious']);
  });

  it('of a journal in memory is refused', async () => {
    const backup = memoryJournal({ clock }).backup('/nowhere');
    await expect(backup).rejects.toMatchObject({ code: 'VIA_JOURNAL_UNSUPPORTED' });
  });

  it('keeps what is damaged as it is', async () => {
    const { place, journal, target } = await scene();
    await journal.subscribe('nms', 'start');
    await append(journal, 1, 60);
    await journal.close();
    writeFileSync(join(place.folder, 'segment-0000000000000001.db'), 'no segment any more');
    await backupFolder(place.folder, target);
    const [here, there] = [await checkJournal(place.folder), await checkJournal(target)];
    expect(damageOf(here)).toHaveLength(1);
    expect(damageOf(there)).toEqual(damageOf(here));
    expect(there.entries).toBe(here.entries);
  });
});

describe('a check', () => {
  it('finds a whole folder whole, and beside its owner too', async () => {
    const { place, journal } = await scene();
    await journal.subscribe('nms', 'start');
    await append(journal, 1, 60);
    for (const end of [() => Promise.resolve(), () => journal.close()]) {
      await end();
      const report = await checkJournal(place.folder);
      expect(report).toMatchObject({ isWhole: true, entries: 60, brokerId: journal.brokerId });
      expect(report.subscriptions.nms).toMatchObject({ pending: 60, lost: 0 });
    }
  });

  it('names each position that is not whole, and whom it may be owed to', async () => {
    const { place, journal } = await scene();
    await journal.subscribe('nms', 'start');
    await append(journal, 1, 60);
    await deliver(journal, 3);
    await journal.deadLetters.add([letterFor('nms'), letterFor('nms')]);
    await journal.close();
    const edit = (file: string, sql: string): void => {
      const database = new DatabaseSync(join(place.folder, file));
      database.exec(sql);
      database.close();
    };
    edit(
      'segment-0000000000000001.db',
      "UPDATE entry SET native = 'x' WHERE position IN (2, 5, 6)",
    );
    edit('state.db', "UPDATE letter SET head = '{}' WHERE id = 1");
    const report = await checkJournal(place.folder);
    expect(report).toMatchObject({ isWhole: false, entries: 57 });
    expect(report.deadLetters).toEqual({ whole: 1, damaged: 1 });
    expect(damageOf(report)).toEqual([
      [2, 2],
      [5, 6],
    ]);
    expect(report.subscriptions.nms).toMatchObject({ lost: 2 });
    const listed = await (await place.open({ clock })).deadLetters.list({}, 5);
    expect(listed).toMatchObject([{ id: 1, code: 'VIA_JOURNAL_DAMAGED' }, { id: 2 }]);
  });

  it('tells what the segments hold where the state file is damaged', async () => {
    const { place, journal } = await scene();
    await append(journal, 1, 60);
    await journal.close();
    writeFileSync(join(place.folder, 'state.db'), 'x'.repeat(5000));
    const report = await checkJournal(place.folder);
    expect(report).toMatchObject({ isWhole: false, entries: 60, brokerId: undefined });
    expect(report.stateProblems.join()).toContain('state.db');
  });

  it('of a folder without a journal says so', async () => {
    const { target } = await scene();
    mkdirSync(target);
    const looking = checkJournal(target);
    await expect(looking).rejects.toMatchObject({ code: 'VIA_JOURNAL_UNREADABLE' });
  });
});

describe('compacting', () => {
  /** 60 entries; 1 to 20 delivered, 21 parked, 22 to 60 delivered. */
  async function delivered(): Promise<Scene> {
    const found = await scene();
    const nms = await found.journal.subscribe('nms', 'start');
    await append(found.journal, 1, 60);
    const claimed = await claim(nms, 60);
    const positions = claimed.map(({ entry }) => entry.position);
    await nms.settle(positions.filter((position) => position !== 21));
    const attempt = { at: 1, code: 'VIA_TEST_REFUSED', message: 'no' } as const;
    await nms.park(positions[20]!, clock.now() + 1000, attempt);
    await found.journal.close();
    return found;
  }

  it('leaves what is owed and nothing else, if nothing else is to be kept', async () => {
    const { place } = await delivered();
    const summary = await compactJournal(place.folder, { now: clock.now() + 1, keepMs: 0 });
    expect(summary.cut).toBe(1);
    expect(summary.removed).toBeGreaterThan(0);
    expect(summary.bytesAfter).toBeLessThan(summary.bytesBefore / 2);
    expect((await checkJournal(place.folder)).isWhole).toBe(true);
    const journal = await place.open({ clock });
    const kept = (await journal.read(undefined, 100)).map(({ event }) => event.id);
    expect(kept).toContain('e21');
    expect(kept).toHaveLength(60 - summary.entries);
    expect((await journal.stats()).gaps).toEqual([]);
    const standing = await journal.standing(21 as never);
    expect(standing.get('nms')?.state).toBe('parked');
    const [next] = await journal.append([entryNamed('next', [])]);
    expect(next).toEqual({ kind: 'appended', position: 61 });
  });

  it('leaves what a retired sink is owed, for when it comes back', async () => {
    const { place } = await delivered();
    const before = await place.open({ clock });
    await before.retire('nms');
    await before.close();
    await compactJournal(place.folder, { now: clock.now() + 1, keepMs: 0 });
    const journal = await place.open({ clock });
    const nms = await journal.subscribe('nms', 'now');
    clock.advance(1000);
    expect((await claim(nms, 10)).map(({ entry }) => entry.event.id)).toEqual(['e21']);
  });

  it('leaves alone what is young, what is owed, and a folder with an owner', async () => {
    const { place } = await delivered();
    const keep = { now: clock.now(), keepMs: 3_600_000 };
    expect(await compactJournal(place.folder, keep)).toMatchObject({ removed: 0, cut: 0 });
    const journal = await place.open({ clock });
    expect(await journal.read(undefined, 100)).toHaveLength(60);
    const compacting = compactJournal(place.folder, keep);
    await expect(compacting).rejects.toMatchObject({ code: 'VIA_JOURNAL_LOCKED' });
  });

  it('gives the room of discarded dead letters back', async () => {
    const { place, journal } = await scene();
    const native = { dialect: 'test', text: 'x'.repeat(100_000), redactions: [] };
    await journal.deadLetters.add(Array.from({ length: 20 }, () => letterFor('nms', { native })));
    const letters = await journal.deadLetters.list({}, 100);
    await journal.deadLetters.discard(letters.map(({ id }) => id));
    await journal.close();
    const size = (): number => statSync(join(place.folder, 'state.db')).size;
    expect(size()).toBeGreaterThan(1_000_000);
    await compactJournal(place.folder, { now: clock.now(), keepMs: 0 });
    expect(size()).toBeLessThan(200_000);
  });

  it('that was ended half way leaves a folder that opens', async () => {
    const { place } = await delivered();
    const names = (await readdir(place.folder)).filter((name) => name.startsWith('segment-'));
    const inFirst = join(place.folder, names.sort()[0]!);
    // The new half has its name, the state file still lists the old whole.
    cpSync(inFirst, join(place.folder, 'segment-0000000000000003.db'));
    writeFileSync(`${inFirst}.cut`, 'half');
    const journal = await place.open({ clock });
    expect(existsSync(join(place.folder, 'segment-0000000000000003.db'))).toBe(false);
    expect(await journal.read(undefined, 100)).toHaveLength(60);
  });
});
