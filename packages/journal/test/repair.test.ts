/** The state file made anew from what is whole of a damaged one. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { seededRandom } from '@viaduct/testkit';
import { checkJournal, openJournalReader, repairJournal } from '@viaduct/journal/sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  claim,
  claimIfAny,
  entryNamed,
  handClock,
  letterFor,
  namesOf,
  REFUSED,
} from '../src/contract/contract-bench.ts';
import { folderPlace, type FolderPlace } from './sqlite-place.ts';

const clock = handClock();
const COUNT = 60;
/** Ways to damage a file; one in three meets what matters. */
const ROUNDS = 16;
const SEED = 7;
const ATTEMPT = { at: 1, code: REFUSED, message: 'no' };

/** A closed journal: `nms` has had ten of its events, has one parked; `bus` has had none. */
async function scene(): Promise<{ place: FolderPlace; brokerId: string; state: string }> {
  const place = await folderPlace({ segmentBytes: 100_000 });
  onTestFinished(() => place.remove());
  const journal = await place.open({ clock });
  const nms = await journal.subscribe('nms', 'start');
  await journal.subscribe('bus', 'start');
  for (let n = 1; n <= COUNT; n += 1) {
    const native = { dialect: 'test', text: `<${n}>`.repeat(1_500), redactions: [] };
    await journal.append([entryNamed(`e${n}`, ['nms', 'bus'], { native })]);
  }
  const claimed = await claim(nms, 11);
  await nms.settle(claimed.slice(0, 10).map(({ entry }) => entry.position));
  await nms.park(claimed[10]!.entry.position, 0, ATTEMPT);
  await journal.deadLetters.add([letterFor('nms'), letterFor('bus')]);
  await journal.checkpoints.save('alarms', claimed[0]!.entry.position, { a: 1 });
  await journal.close();
  return { place, brokerId: journal.brokerId, state: join(place.folder, 'state.db') };
}

function edit(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** What both sinks get, and what is on record as a gap. */
async function afterwards({ open }: FolderPlace) {
  const journal = await open({ clock });
  const { gaps } = await journal.stats();
  const owed: Record<string, readonly string[]> = {};
  for (const { name } of await journal.subscriptions()) {
    const subscription = await journal.subscribe(name, 'start');
    const got: string[] = [];
    while (got.length < subscription.lag().pending) {
      got.push(...namesOf(await claimIfAny(subscription, 1_000)));
    }
    owed[name] = got;
  }
  const [fresh] = await journal.append([entryNamed('fresh', ['nms'])]);
  const position = fresh?.kind === 'appended' ? fresh.position : 0;
  const letters = await journal.deadLetters.count();
  return { journal, gaps, owed, position, letters };
}

const names = (from: number, to = COUNT): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `e${from + index}`);

describe('a repair', () => {
  it('leaves a whole folder as it is', async () => {
    const { place, state, brokerId } = await scene();
    const before = readFileSync(state);
    const summary = await repairJournal(place.folder, clock.now());
    expect(summary).toMatchObject({ isRepaired: false, brokerId, known: ['bus', 'nms'] });
    expect(readFileSync(state).equals(before)).toBe(true);
  });

  it('keeps all that is whole, and records what one sink may miss', async () => {
    const { place, state, brokerId } = await scene();
    edit(state, "UPDATE subscription SET mark = 55 WHERE name = 'bus'");
    edit(state, "UPDATE parked SET attempts = '[]'");
    await expect(place.open({ clock })).rejects.toMatchObject({ code: 'VIA_JOURNAL_DAMAGED' });
    const summary = await repairJournal(place.folder, clock.now());
    expect(summary).toMatchObject({
      isRepaired: true,
      brokerId,
      isNewId: false,
      known: ['nms'],
      unknown: ['bus'],
      deadLetters: 2,
      losses: [
        'of the table subscription 1 rows are damaged: bus',
        'of the table parked 1 rows are damaged: nms 11',
      ],
    });
    expect(existsSync(summary.damagedFile ?? '')).toBe(true);
    const { journal, gaps, owed, position, letters } = await afterwards(place);
    expect(owed).toEqual({ nms: names(12) });
    expect(gaps).toMatchObject([
      { subscription: 'nms', first: 11, last: 11, reason: 'damaged' },
      { subscription: 'bus', first: 1, last: COUNT, reason: 'damaged' },
    ]);
    expect([position, letters]).toEqual([COUNT + 1, 2]);
    expect(await journal.checkpoints.load('alarms')).toMatchObject({ value: { a: 1 } });
  });

  it.each([
    ['missing', (file: string) => rmSync(file)],
    ['another file', (file: string) => writeFileSync(file, 'x'.repeat(9_000))],
    ['cut off', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 300))],
    ['empty', (file: string) => writeFileSync(file, '')],
  ])('goes on without a state file that is %s: every event can be read', async (_, damage) => {
    const { place, state, brokerId } = await scene();
    damage(state);
    const summary = await repairJournal(place.folder, clock.now());
    expect(summary).toMatchObject({ isRepaired: true, isNewId: true, known: [], deadLetters: 0 });
    expect(summary.brokerId).not.toBe(brokerId);
    expect([...summary.unknown].sort()).toEqual(['bus', 'nms']);
    expect(summary.losses).not.toEqual([]);
    const reader = await openJournalReader(place.folder);
    expect((await reader.read(undefined, 100)).map(({ event }) => event.id)).toEqual(names(1));
    await reader.close();
    expect((await checkJournal(place.folder)).isWhole).toBe(true);
    const { gaps, position } = await afterwards(place);
    expect(gaps.map(({ subscription, first, last }) => [subscription, first, last])).toEqual(
      summary.unknown.map((name) => [name, 1, COUNT]),
    );
    expect(position).toBeGreaterThan(COUNT);
    expect(await repairJournal(place.folder, 0).catch((error: unknown) => error)).toMatchObject({
      code: 'VIA_JOURNAL_LOCKED',
    });
  });

  it('that was ended half way is taken up again', async () => {
    const { place, state, brokerId } = await scene();
    edit(state, "UPDATE subscription SET mark = 55 WHERE name = 'bus'");
    writeFileSync(join(place.folder, 'state.db.damaged-19700101T000000000Z'), readFileSync(state));
    rmSync(state);
    const summary = await repairJournal(place.folder, clock.now());
    expect(summary).toMatchObject({ brokerId, known: ['nms'], unknown: ['bus'] });
    expect(readdirSync(place.folder).filter((name) => name.startsWith('state.db.dam'))).toEqual([
      'state.db.damaged-19700101T000000000Z',
    ]);
  });

  it('of what is no journal is refused, and makes nothing', async () => {
    const { place } = await scene();
    const none = `${place.folder}-none`;
    await expect(repairJournal(none, 0)).rejects.toMatchObject({ code: 'VIA_JOURNAL_UNREADABLE' });
    expect(existsSync(none)).toBe(false);
  });

  it('of a file damaged anywhere loses nothing in silence', { timeout: 300_000 }, async () => {
    const { place, state } = await scene();
    const whole = readFileSync(state);
    const kept = readdirSync(place.folder).map(
      (name) => [name, readFileSync(join(place.folder, name))] as const,
    );
    const random = seededRandom(SEED);
    let repairs = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const damaged = Buffer.from(whole);
      const from = Math.floor(random() * damaged.length);
      const length = 1 + Math.floor(random() ** 3 * 6_000);
      for (let at = from; at < Math.min(from + length, damaged.length); at += 1) {
        damaged[at] = Math.floor(random() * 256);
      }
      for (const name of readdirSync(place.folder)) {
        rmSync(join(place.folder, name), { recursive: true });
      }
      for (const [name, bytes] of kept) writeFileSync(join(place.folder, name), bytes);
      writeFileSync(state, damaged);
      const summary = await repairJournal(place.folder, clock.now());
      if (summary.isRepaired) repairs += 1;
      const { journal, gaps, owed, position } = await afterwards(place);
      expect(position, `seed ${SEED}, round ${round}`).toBeGreaterThan(COUNT);
      for (const [name, due] of [
        ['nms', names(11)],
        ['bus', names(1)],
      ] as const) {
        const isGap = (event: string): boolean =>
          gaps.some(
            ({ subscription, first, last }) =>
              subscription === name && first <= numberOf(event) && numberOf(event) <= last,
          );
        const missing = due.filter((event) => owed[name]?.includes(event) !== true);
        expect(
          missing.filter((event) => !isGap(event)),
          `seed ${SEED}, round ${round}`,
        ).toEqual([]);
      }
      await journal.close();
    }
    expect(repairs).toBeGreaterThan(ROUNDS / 8);
  });
});

function numberOf(event: string): number {
  return Number(event.slice(1));
}
