import { existsSync } from 'node:fs';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DeadLetter, Journal, Position, StoredEntry } from '@viaduct/journal';
import {
  backupFolder,
  checkJournal,
  compactJournal,
  openJournalReader,
  repairJournal,
} from '@viaduct/journal/sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  claim,
  claimIfAny,
  entryNamed,
  handClock,
  namesOf,
  type HandClock,
} from '../src/contract/contract-bench.ts';
import { StateFile } from '../src/sqlite/state-file.ts';
import { folderPlace, killWorker, type FolderPlace } from './sqlite-place.ts';

/** Small segments: a hundred entries fill several. */
const SEGMENT_BYTES = 256 * 1024;
const COUNT = 100;

interface Scene {
  readonly place: FolderPlace;
  readonly clock: HandClock;
  readonly segments: readonly string[];
}

/** A journal with entries at positions 1 to 100, all owed to `nms`, and nobody who owns it. */
async function scene(end: 'closed' | 'killed' = 'closed'): Promise<Scene> {
  const place = await folderPlace({ segmentBytes: SEGMENT_BYTES });
  onTestFinished(() => place.remove());
  const clock = handClock();
  const journal = await place.open({ clock });
  const nms = await journal.subscribe('nms', 'start');
  for (let n = 1; n <= COUNT; n += 1) {
    const native = { dialect: 'test', text: `<${n}>`.repeat(3000), redactions: [] };
    await journal.append([entryNamed(`e${n}`, ['nms'], { native })]);
  }
  // One is done, so that the state file knows how far was answered.
  const [first] = await claim(nms, 1);
  await nms.settle([first!.entry.position]);
  await (end === 'closed' ? journal.close() : killWorker(journal));
  const names = (await readdir(place.folder))
    .filter((name) => /^segment-\d+\.db$/.test(name))
    .sort();
  return { place, clock, segments: names.map((name) => join(place.folder, name)) };
}

function edit(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** As if the last two appends had never been. */
function cutEnd(file: string): void {
  edit(file, `DELETE FROM entry WHERE position > ${COUNT - 2}`);
  edit(file, `DELETE FROM batch WHERE first > ${COUNT - 2}`);
}

function positionsIn(file: string): { readonly first: number; readonly last: number } {
  const database = new DatabaseSync(file);
  const row = database.prepare('SELECT min(position) a, max(position) b FROM entry').get();
  database.close();
  return { first: Number(row?.a), last: Number(row?.b) };
}

/** Everything `nms` can get, settled as it comes; then the letters that were written instead. */
async function drain(journal: Journal): Promise<{ names: string[]; letters: DeadLetter[] }> {
  const nms = await journal.subscribe('nms', 'start');
  const names: string[] = [];
  for (let tries = 0; nms.lag().pending > 0 && tries < COUNT; tries += 1) {
    const claimed = await claimIfAny(nms, 10);
    names.push(...namesOf(claimed));
    await nms.settle(claimed.map(({ entry }) => entry.position));
  }
  await nms.settle([]);
  return { names, letters: [...(await journal.deadLetters.list({}, 1000))] };
}

/** Reads all there is, going on after damage; `damaged` are the positions named by errors. */
async function readAll(journal: Journal): Promise<{ names: string[]; damaged: number[] }> {
  const names: string[] = [];
  const damaged: number[] = [];
  let after: StoredEntry['position'] | undefined;
  for (;;) {
    try {
      const page = await journal.read(after, 7);
      if (page.length === 0) return { names, damaged };
      names.push(...page.map(({ event }) => event.id));
      after = page.at(-1)?.position;
    } catch (error) {
      const { first, last } = (error as { damaged: { first: number; last: number } }).damaged;
      expect(error).toMatchObject({ code: 'VIA_JOURNAL_DAMAGED' });
      for (let position = first; position <= last; position += 1) damaged.push(position);
      after = last as StoredEntry['position'];
    }
  }
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);

describe('damage', () => {
  it('of one entry is found by its checksum and buried; the rest is delivered', async () => {
    const { place, clock, segments } = await scene();
    edit(
      segments[1]!,
      "UPDATE entry SET native = 'x' WHERE position = (SELECT max(position) FROM entry)",
    );
    const { last } = positionsIn(segments[1]!);
    const journal = await place.open({ clock });
    const { names, damaged } = await readAll(journal);
    expect(damaged).toEqual([last]);
    expect(names).toHaveLength(COUNT - 1);
    const delivered = await drain(journal);
    expect(delivered.names).toHaveLength(COUNT - 2);
    expect(delivered.letters).toMatchObject([{ code: 'VIA_JOURNAL_DAMAGED', sink: 'nms' }]);
    expect(delivered.letters[0]?.reason).toContain(`position ${last} `);
  });

  it('of the index costs nothing: it is made again from the entries', async () => {
    const { place, clock, segments } = await scene();
    edit(segments[0]!, "UPDATE batch SET targets = '[[1,[]]]' WHERE first BETWEEN 3 AND 5");
    edit(segments[1]!, 'DELETE FROM batch');
    const journal = await place.open({ clock });
    expect((await journal.stats()).gaps).toEqual([]);
    expect((await drain(journal)).names).toEqual(range(2, COUNT).map((n) => `e${n}`));
  });

  it('of a whole segment is a gap with its exact positions, and nothing else is lost', async () => {
    const { place, clock, segments } = await scene();
    const { first, last } = positionsIn(segments[1]!);
    await rm(segments[1]!);
    let journal = await place.open({ clock });
    const gap = { subscription: 'nms', first, last, reason: 'damaged', entries: undefined };
    expect((await journal.stats()).gaps).toMatchObject([gap]);
    expect((await readAll(journal)).damaged).toEqual(range(first, last));
    const kept = range(2, COUNT).filter((n) => n < first || n > last);
    expect((await drain(journal)).names).toEqual(kept.map((n) => `e${n}`));
    await journal.close();
    journal = await place.open({ clock });
    expect((await journal.stats()).gaps).toMatchObject([gap]);
  });

  it('of what a retired sink is owed is on record for when it comes back', async () => {
    const { place, clock, segments } = await scene();
    let journal = await place.open({ clock });
    await journal.retire('nms');
    await journal.close();
    const { first, last } = positionsIn(segments[1]!);
    await rm(segments[1]!);
    for (let start = 1; start <= 2; start += 1) {
      journal = await place.open({ clock });
      const { gaps } = await journal.stats();
      expect(gaps).toMatchObject([{ subscription: 'nms', first, last, reason: 'damaged' }]);
      await journal.close();
    }
  });

  it('of the newest segment never leads to a position given twice', async () => {
    const { place, clock, segments } = await scene();
    const newest = segments.at(-1)!;
    const { first } = positionsIn(newest);
    await writeFile(newest, 'this was a segment once');
    const journal = await place.open({ clock });
    const [gap] = (await journal.stats()).gaps;
    expect(gap).toMatchObject({ first, reason: 'damaged' });
    expect(gap!.last).toBeGreaterThanOrEqual(COUNT);
    const [result] = await journal.append([entryNamed('new', ['nms'])]);
    expect(result).toMatchObject({ kind: 'appended', position: gap!.last + 1 });
    expect((await drain(journal)).names.at(-1)).toBe('new');
  });

  it('by a lost tail is noticed: what was answered and is not there is a gap', async () => {
    const { place, clock, segments } = await scene();
    const newest = segments.at(-1)!;
    cutEnd(newest);
    const journal = await place.open({ clock });
    const { gaps } = await journal.stats();
    expect(gaps).toMatchObject([{ first: COUNT - 1, last: COUNT, reason: 'damaged' }]);
    const [result] = await journal.append([entryNamed('new', [])]);
    expect(result).toMatchObject({ position: COUNT + 1 });
    expect((await readAll(journal)).damaged).toEqual([COUNT - 1, COUNT]);
  });

  it('by a truncated file: each entry is delivered, buried, or in a gap', async () => {
    const { place, clock, segments } = await scene();
    await truncate(segments[1]!, SEGMENT_BYTES / 2);
    const journal = await place.open({ clock });
    const { names, letters } = await drain(journal);
    const { gaps } = await journal.stats();
    const accounted = new Set(names.map((name) => Number(name.slice(1))));
    for (const { reason } of letters) accounted.add(Number(/position (\d+) /.exec(reason)?.[1]));
    for (const { first, last } of gaps) for (const n of range(first, last)) accounted.add(n);
    expect(range(2, COUNT).filter((n) => !accounted.has(n))).toEqual([]);
    expect(letters.length + gaps.length).toBeGreaterThan(0);
    const { first, last } = { first: 1, last: COUNT };
    const all = await readAll(journal);
    expect(all.names.length + all.damaged.length).toBe(last - first + 1);
  });
});

describe('an end that is lost with the note of it', () => {
  const isLost = [
    ['gone', (file: string) => rm(file)],
    ['empty', (file: string) => truncate(file)],
    ['damaged', (file: string) => writeFile(file, '0000000000000041 0000000000\n')],
  ] as const;

  it.each(isLost)('is known all the same of a journal that was closed: %s', async (_, lose) => {
    const { place, clock, segments } = await scene();
    cutEnd(segments.at(-1)!);
    await lose(join(place.folder, 'answered'));
    const { segments: reports } = await checkJournal(place.folder);
    expect(reports.at(-1)?.damaged).toMatchObject([{ first: COUNT - 1, last: COUNT }]);
    const journal = await place.open({ clock });
    expect((await journal.stats()).gaps).toMatchObject([{ first: COUNT - 1, last: COUNT }]);
    const [result] = await journal.append([entryNamed('new', ['nms'])]);
    expect(result).toMatchObject({ position: COUNT + 1 });
  });

  it.each(isLost)('is in doubt of one that was killed, and said to be: %s', async (_, lose) => {
    const { place, clock, segments } = await scene('killed');
    const newest = segments.at(-1)!;
    const { first } = positionsIn(newest);
    cutEnd(newest);
    await lose(join(place.folder, 'answered'));
    expect((await checkJournal(place.folder)).isWhole).toBe(false);
    let journal = await place.open({ clock });
    const { gaps, damage } = await journal.stats();
    expect(gaps).toMatchObject([{ first: COUNT - 1, reason: 'damaged', entries: undefined }]);
    expect(gaps[0]!.last).toBeGreaterThanOrEqual(COUNT);
    expect(damage).toMatchObject([{ first: COUNT - 1, last: gaps[0]!.last }]);
    expect(damage[0]?.reason).toContain('`answered`');
    const position = gaps[0]!.last + 1;
    expect(await journal.append([entryNamed('new', ['nms'])])).toMatchObject([{ position }]);
    expect((await drain(journal)).names).toEqual([
      ...range(2, COUNT - 2).map((n) => `e${n}`),
      'new',
    ]);
    await journal.close();

    const reader = await openJournalReader(place.folder);
    onTestFinished(() => reader.close());
    const page = await reader.readBack(position as Position, 2);
    expect(page.damaged).toEqual([{ first: COUNT - 1, last: position - 1 }]);
    expect(page.entries).toMatchObject([{ position: COUNT - 2 }]);
    expect(COUNT - 2).toBeGreaterThan(first);
    journal = await place.open({ clock });
    expect((await journal.stats()).gaps).toHaveLength(1);
  });

  it('is not in doubt where nothing of it is lost but the note, of one that was closed', async () => {
    const { place, clock } = await scene();
    await rm(join(place.folder, 'answered'));
    let journal = await place.open({ clock });
    expect((await journal.stats()).damage).toEqual([]);
    await journal.close();
    expect(existsSync(join(place.folder, 'answered'))).toBe(true);
    journal = await place.open({ clock });
    expect((await journal.stats()).gaps).toEqual([]);
  });
});

describe('a header that forbids writing', () => {
  /** One bit of the version that a file asks for from those who write it. */
  async function forbidWriting(file: string): Promise<void> {
    const bytes = await readFile(file);
    bytes[18]! ^= 1 << 5;
    await writeFile(file, bytes);
  }

  it('of the newest segment: the journal goes on in another, and nothing is lost', async () => {
    const { place, clock, segments } = await scene();
    await forbidWriting(segments.at(-1)!);
    expect((await checkJournal(place.folder)).segments.at(-1)?.problems).toHaveLength(1);
    const journal = await place.open({ clock });
    expect(await journal.append([entryNamed('new', ['nms'])])).toMatchObject([
      { kind: 'appended' },
    ]);
    expect((await drain(journal)).names).toEqual([...range(2, COUNT).map((n) => `e${n}`), 'new']);
  });

  it('of the state file is refused when the journal opens; a repair makes it whole', async () => {
    const { place, clock } = await scene();
    await forbidWriting(join(place.folder, 'state.db'));
    const refused = await place.open({ clock }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'VIA_JOURNAL_DAMAGED' });
    expect((refused as Error).message).toContain('its header');
    expect((await checkJournal(place.folder)).isWhole).toBe(false);
    const { isRepaired, losses } = await repairJournal(place.folder, clock.now());
    expect({ isRepaired, losses }).toEqual({ isRepaired: true, losses: [] });
    const journal = await place.open({ clock });
    expect((await drain(journal)).names).toEqual(range(2, COUNT).map((n) => `e${n}`));
  });
});

describe('a data folder that is not in order', () => {
  const open = async ({ place, clock }: Scene): Promise<unknown> =>
    place.open({ clock }).catch((error: unknown) => error);

  it('without its state file is refused, not taken for a new one or for none', async () => {
    const found = await scene();
    const { folder } = found.place;
    await rm(join(folder, 'state.db'));
    const damaged = { code: 'VIA_JOURNAL_DAMAGED' };
    expect(await open(found)).toMatchObject(damaged);
    await expect(openJournalReader(folder)).rejects.toMatchObject(damaged);
    await expect(backupFolder(folder, `${folder}-copy`)).rejects.toMatchObject(damaged);
    const options = { now: found.clock.now(), keepMs: 0 };
    await expect(compactJournal(folder, options)).rejects.toMatchObject(damaged);
    const { isWhole, entries, stateProblems } = await checkJournal(folder);
    expect([isWhole, entries, stateProblems.length]).toEqual([false, COUNT, 1]);
  });

  it('with a ruined state file is refused', async () => {
    const found = await scene();
    await writeFile(join(found.place.folder, 'state.db'), 'x'.repeat(10_000));
    expect(await open(found)).toMatchObject({ code: 'VIA_JOURNAL_DAMAGED' });
  });

  it.each(['state.db', 'segment-0000000000000001.db'])(
    'from the future is refused: %s',
    async (name) => {
      const found = await scene();
      edit(join(found.place.folder, name), 'PRAGMA user_version = 99');
      const error = await open(found);
      expect(error).toMatchObject({ code: 'VIA_JOURNAL_SCHEMA_NEWER' });
      expect(String(error)).toContain(name);
      expect(String(error)).toContain('run the newer Viaduct that wrote it');
    },
  );

  it.each([
    ['subscription', 'SET mark = mark + 1'],
    ['subscription', "SET settled = x'ff'"],
    ['segment', 'SET last = 7 WHERE first = 1'],
    ['meta', "SET value = 0 WHERE name = 'acknowledged'"],
  ])('with a changed row of %s is refused: %s', async (table, change) => {
    const found = await scene();
    edit(join(found.place.folder, 'state.db'), `UPDATE ${table} ${change}`);
    const error = await open(found);
    expect(error).toMatchObject({ code: 'VIA_JOURNAL_DAMAGED' });
    expect(String(error)).toContain('state.db');
  });

  it.each(['state.db', 'segment-0000000000000001.db'])(
    'with an empty file does not take it for a new one: %s',
    async (name) => {
      const found = await scene();
      await truncate(join(found.place.folder, name));
      const opened = await open(found);
      if (name === 'state.db') {
        expect(opened).toMatchObject({ code: 'VIA_JOURNAL_DAMAGED' });
        expect(String(opened)).toContain('is empty');
      } else {
        const { gaps } = await (opened as Journal).stats();
        expect(gaps).toMatchObject([{ subscription: 'nms', first: 2, reason: 'damaged' }]);
      }
    },
  );

  it('with the database of somebody else is refused', async () => {
    const found = await scene();
    edit(join(found.place.folder, 'state.db'), 'PRAGMA application_id = 1');
    expect(await open(found)).toMatchObject({ code: 'VIA_JOURNAL_FILE_FOREIGN' });
  });

  it('with what a crash left of an unfinished segment goes on', async () => {
    const found = await scene();
    await writeFile(join(found.place.folder, 'segment-0000000000000101.db.new'), 'half');
    const journal = await found.place.open({ clock: found.clock });
    for (let n = 0; n < 40; n += 1) await journal.append([entryNamed('x'.repeat(9000), [])]);
    expect((await journal.stats()).gaps).toEqual([]);
  });

  it('finishes a retention that a crash cut short, and calls nothing of it damage', async () => {
    const found = await scene();
    const [oldest] = found.segments;
    const { last } = positionsIn(oldest!);
    const state = new StateFile(found.place.folder, 'own');
    state.transaction(() => {
      state.putSegment({ ...state.segments()[0]!, fate: 'unlinking' });
    });
    state.close();
    const journal = await found.place.open({ clock: found.clock });
    expect(await readdir(found.place.folder)).not.toContain('segment-0000000000000001.db');
    expect((await journal.stats()).gaps).toEqual([]);
    expect((await drain(journal)).names).toEqual(range(last + 1, COUNT).map((n) => `e${n}`));
  });

  it('with a state file from a backup keeps newer segments, and delivers again', async () => {
    const place = await folderPlace({ segmentBytes: SEGMENT_BYTES });
    onTestFinished(() => place.remove());
    const clock = handClock();
    let journal = await place.open({ clock });
    await journal.subscribe('nms', 'start');
    await journal.close();
    const backup = await readFile(join(place.folder, 'state.db'));
    journal = await place.open({ clock });
    const native = { dialect: 'test', text: 'x'.repeat(9000), redactions: [] };
    const name = (n: number): string => `e${n}`;
    for (const n of range(1, COUNT)) {
      await journal.append([entryNamed(name(n), ['nms'], { native })]);
    }
    await drain(journal);
    await journal.close();
    await writeFile(join(place.folder, 'state.db'), backup);
    journal = await place.open({ clock });
    expect((await drain(journal)).names).toEqual(range(1, COUNT).map(name));
    const [result] = await journal.append([entryNamed('new', [])]);
    expect(result?.kind === 'appended' && result.position).toBeGreaterThan(COUNT);
  });
});
