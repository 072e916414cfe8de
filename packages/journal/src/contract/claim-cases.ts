/** Subscriptions: who gets what, in which order, and what is owed. */
import { describe, expect, it } from 'vitest';
import type { Attempt, Position } from '../journal.ts';
import {
  claim,
  claimIfAny,
  entriesNamed,
  entryNamed,
  eventNamed,
  letterFor,
  namesOf,
  openBench,
  type ContractHome,
  positionOf,
  positionsOf,
  REFUSED,
} from './contract-bench.ts';

const NONE = -1 as Position;

const refusal = (at: number): Attempt => ({ at, code: REFUSED, message: 'no' });

/** Declares the cases. */
export function claimCases(home: ContractHome): void {
  describe('claim', () => {
    orderCases(home);
    pastCases(home);
  });
  describe('settle, park, bury', () => {
    settleCases(home);
    parkCases(home);
  });
  describe('standing', () => standingCases(home));
  describe('retire and drop', () => retireCases(home));
}

function standingCases(home: ContractHome): void {
  it('tells how far each sink is with one entry, over a restart', async () => {
    const { journal, crash } = await openBench(home);
    const [nms, bus] = [await journal.subscribe('nms', 'now'), await journal.subscribe('b', 'now')];
    const [first = NONE] = positionsOf(await journal.append([entryNamed('1', ['nms', 'b'])]));
    const look = async (of = journal): Promise<unknown> =>
      Object.fromEntries([...(await of.standing(first))].map(([name, { state }]) => [name, state]));
    expect(await look()).toEqual({ nms: 'waiting', b: 'waiting' });
    await claim(nms, 1);
    expect(await look()).toEqual({ nms: 'claimed', b: 'waiting' });
    await nms.park(first, 1e15, refusal(5));
    await claim(bus, 1);
    await bus.settle([first]);
    const next = await crash();
    expect(await look(next)).toEqual({ nms: 'parked', b: 'done' });
    expect((await next.standing(first)).get('nms')?.attempts).toEqual([refusal(5)]);
    expect((await next.standing(NONE)).get('nms')).toEqual({ state: 'done', attempts: [] });
  });
}

function orderCases(home: ContractHome): void {
  it('hands each sink what is owed to it, in order, once', async () => {
    const { journal } = await openBench(home);
    const [nms, bus] = [await journal.subscribe('nms', 'now'), await journal.subscribe('b', 'now')];
    await journal.append([entryNamed('1', ['nms']), entryNamed('2', ['b']), entryNamed('3', [])]);
    await journal.append([entryNamed('4', ['b', 'nms'])]);
    expect(namesOf(await claim(nms, 10))).toEqual(['1', '4']);
    expect(namesOf(await claim(bus, 1))).toEqual(['2']);
    expect(namesOf(await claim(bus, 10))).toEqual(['4']);
    expect(await claimIfAny(nms, 10)).toEqual([]);
  });

  it('waits until there is something', async () => {
    const { journal } = await openBench(home);
    const nms = await journal.subscribe('nms', 'now');
    const waiting = claim(nms, 10);
    await journal.append([entryNamed('1', ['other']), entryNamed('2', ['nms'])]);
    expect(namesOf(await waiting)).toEqual(['2']);
  });

  it('gives an empty list when called off, before or while it waits', async () => {
    const { journal } = await openBench(home);
    const nms = await journal.subscribe('nms', 'now');
    const controller = new AbortController();
    const waiting = nms.claim(10, controller.signal);
    controller.abort();
    expect(await waiting).toEqual([]);
    await journal.append([entryNamed('1', ['nms'])]);
    expect(await nms.claim(10, controller.signal)).toEqual([]);
    expect(namesOf(await claim(nms, 10))).toEqual(['1']);
  });

  it('begins where it is told: now, at the start, at a time', async () => {
    const { journal, clock } = await openBench(home);
    const targets = ['now', 'start', 'timed'];
    await journal.append([entryNamed('1', targets)]);
    clock.advance(1000);
    await journal.append([entryNamed('2', targets)]);
    const now = await journal.subscribe('now', 'now');
    const start = await journal.subscribe('start', 'start');
    const timed = await journal.subscribe('timed', { at: clock.now() });
    await journal.append([entryNamed('3', targets)]);
    expect(namesOf(await claim(now, 10))).toEqual(['3']);
    expect(namesOf(await claim(start, 10))).toEqual(['1', '2', '3']);
    expect(namesOf(await claim(timed, 10))).toEqual(['2', '3']);
  });

  it('hands a released entry out again, in its place', async () => {
    const { journal } = await openBench(home);
    const nms = await journal.subscribe('nms', 'now');
    await journal.append(entriesNamed('', 4, ['nms']));
    const [first, second] = await claim(nms, 2);
    nms.release([positionOf(second), positionOf(first)]);
    const again = await claim(nms, 3);
    expect(namesOf(again)).toEqual(['0', '1', '2']);
    expect(again.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
  });

  it('is the same subscription when asked for twice', async () => {
    const { journal } = await openBench(home);
    const one = await journal.subscribe('nms', 'now');
    expect(await journal.subscribe('nms', 'start')).toBe(one);
    const [x, y] = await Promise.all([
      journal.subscribe('b', 'now'),
      journal.subscribe('b', 'now'),
    ]);
    expect(x).toBe(y);
  });
}

function pastCases(home: ContractHome): void {
  it('owes a new subscription everything of the past if it says so, over a restart', async () => {
    const { journal, crash } = await openBench(home);
    await journal.append([entryNamed('1', ['bus']), entryNamed('2', ['nms']), entryNamed('3', [])]);
    const nms = await journal.subscribe('nms', 'start', { past: 'everything' });
    await journal.append([entryNamed('4', ['bus']), entryNamed('5', ['nms'])]);
    const [first] = await claim(nms, 1);
    await nms.settle([positionOf(first)]);
    const next = await crash();
    const again = await next.subscribe('nms', 'now');
    expect(namesOf(await claim(again, 10))).toEqual(['2', '3', '5']);
    expect((await next.stats()).subscriptions['nms']?.pending).toBe(3);
  });

  it('forgets the past of a subscription that is dropped', async () => {
    const { journal } = await openBench(home);
    await journal.append([entryNamed('1', ['bus'])]);
    await journal.subscribe('nms', 'start', { past: 'everything' });
    await journal.retire('nms');
    await journal.drop('nms');
    const made = await journal.subscribe('nms', 'start');
    expect(await claimIfAny(made, 10)).toEqual([]);
  });
}

function settleCases(home: ContractHome): void {
  it('never hands out again what is settled, in whatever order', async () => {
    const { journal, crash } = await openBench(home);
    const nms = await journal.subscribe('nms', 'now');
    await journal.append(entriesNamed('', 6, ['nms']));
    const claimed = await claim(nms, 6);
    await nms.settle([5, 1, 3].map((index) => positionOf(claimed[index])));
    expect(await claimIfAny(nms, 6)).toEqual([]);
    const later = await (await crash()).subscribe('nms', 'now');
    expect(namesOf(await claim(later, 6))).toEqual(['0', '2', '4']);
  });

  it('refuses to end what is not claimed, and then ends none of the call', async () => {
    const { journal } = await openBench(home);
    const nms = await journal.subscribe('nms', 'now');
    const [, two = NONE] = positionsOf(await journal.append(entriesNamed('', 2, ['nms'])));
    const [one] = await claim(nms, 1);
    const code = 'VIA_JOURNAL_NOT_CLAIMED';
    await expect(nms.settle([positionOf(one), two])).rejects.toMatchObject({ code });
    await expect(nms.park(two, 0, refusal(1))).rejects.toMatchObject({ code });
    await expect(nms.bury(two, letterFor('nms'))).rejects.toMatchObject({ code });
    expect(nms.lag()).toMatchObject({ pending: 2, claimed: 1 });
  });

  it('hands a parked entry out when it is due, before new ones, with its refusals', async () => {
    const { journal, clock } = await openBench(home);
    const nms = await journal.subscribe('nms', 'now');
    await journal.append(entriesNamed('', 3, ['nms']));
    const [first] = await claim(nms, 1);
    const [a, b] = [refusal(1), refusal(2)];
    await nms.park(positionOf(first), clock.now() + 1000, a);
    expect(namesOf(await claim(nms, 1))).toEqual(['1']);
    clock.advance(1000);
    const [again] = await claim(nms, 1);
    expect(again).toMatchObject({ attempt: 2, attempts: [a], entry: { event: { id: '0' } } });
    await nms.park(positionOf(again), clock.now(), b);
    const [third, other] = await claim(nms, 2);
    expect(third).toMatchObject({ attempt: 3, attempts: [a, b] });
    expect(other?.entry.event.id).toBe('2');
  });

  it('wakes a waiting claim when a parked entry becomes due', async () => {
    const { journal, clock } = await openBench(home);
    const nms = await journal.subscribe('nms', 'now');
    await journal.append(entriesNamed('', 1, ['nms']));
    const [one] = await claim(nms, 1);
    await nms.park(positionOf(one), clock.now() + 60_000, refusal(1));
    const waiting = claim(nms, 1);
    clock.advance(60_000);
    expect((await waiting)[0]?.attempt).toBe(2);
  });
}

function parkCases(home: ContractHome): void {
  it('hands out no new entries while too many are parked', async () => {
    const { journal, clock } = await openBench(home, { parkedMax: 2 });
    const nms = await journal.subscribe('nms', 'now');
    await journal.append(entriesNamed('', 3, ['nms']));
    for (const { entry } of await claim(nms, 2)) {
      await nms.park(entry.position, clock.now() + 1000, refusal(1));
    }
    expect(await claimIfAny(nms, 1)).toEqual([]);
    clock.advance(1000);
    const [due] = await claim(nms, 1);
    await nms.settle([positionOf(due)]);
    expect(namesOf(await claim(nms, 5))).toEqual(['1', '2']);
  });

  it('buries: a dead letter is there and the entry is gone', async () => {
    const { journal, crash } = await openBench(home);
    const nms = await journal.subscribe('nms', 'now');
    await journal.append(entriesNamed('', 1, ['nms']));
    const [one] = await claim(nms, 1);
    const letter = letterFor('nms', { event: eventNamed('0'), attempts: [refusal(7)] });
    await nms.bury(positionOf(one), letter);
    const later = await crash();
    expect(await later.deadLetters.list({}, 10)).toEqual([{ ...letter, id: 1 }]);
    expect((await later.stats()).subscriptions['nms']?.pending).toBe(0);
  });

  it('says how far behind a sink is', async () => {
    const { journal, clock, crash } = await openBench(home);
    const nms = await journal.subscribe('nms', 'now');
    const empty = { pending: 0, parked: 0, claimed: 0, oldestAt: undefined };
    expect(nms.lag()).toEqual(empty);
    const start = clock.now();
    await journal.append(entriesNamed('a', 2, ['nms']));
    clock.advance(5000);
    await journal.append(entriesNamed('b', 2, ['nms']));
    const [a0, a1] = await claim(nms, 3);
    expect(nms.lag()).toEqual({ pending: 4, parked: 0, claimed: 3, oldestAt: start });
    await nms.settle([positionOf(a0)]);
    await nms.park(positionOf(a1), clock.now() + 1000, refusal(1));
    expect(nms.lag()).toEqual({ pending: 3, parked: 1, claimed: 1, oldestAt: start });
    const { subscriptions } = await (await crash()).stats();
    expect(subscriptions['nms']).toEqual({ pending: 3, parked: 1, claimed: 0, oldestAt: start });
  });
}

function retireCases(home: ContractHome): void {
  it('lists a retired subscription, revives it, and drops it only when retired', async () => {
    const { journal, reopen } = await openBench(home);
    const nms = await journal.subscribe('nms', 'now');
    await journal.append([entryNamed('1', ['nms'])]);
    await expect(journal.drop('nms')).rejects.toMatchObject({ code: 'VIA_JOURNAL_NOT_RETIRED' });
    await journal.retire('nms');
    const gone = { code: 'VIA_JOURNAL_UNKNOWN_SUBSCRIPTION' };
    await expect(claim(nms, 1)).rejects.toMatchObject(gone);
    const opened = await reopen();
    expect(await opened.subscriptions()).toEqual([{ name: 'nms', retired: true }]);
    expect(namesOf(await claim(await opened.subscribe('nms', 'now'), 1))).toEqual(['1']);
    await opened.retire('nms');
    await opened.drop('nms');
    expect(await opened.subscriptions()).toEqual([]);
    await expect(opened.retire('nms')).rejects.toMatchObject(gone);
    await expect(opened.drop('nms')).rejects.toMatchObject(gone);
  });

  it('is dropped or revived, never half of both, when that is asked for at once', async () => {
    for (const first of ['drop', 'subscribe'] as const) {
      const { journal, reopen } = await openBench(home);
      await journal.subscribe('nms', 'now');
      await journal.append([entryNamed('1', ['nms'])]);
      await journal.retire('nms');
      const revived = first === 'subscribe' ? journal.subscribe('nms', 'now') : undefined;
      const dropped = Promise.allSettled([journal.drop('nms')]);
      const nms = await (revived ?? journal.subscribe('nms', 'now'));
      const [{ status }] = await dropped;
      expect(status).toBe(first === 'drop' ? 'fulfilled' : 'rejected');
      await journal.append([entryNamed('2', ['nms'])]);
      const owed = first === 'drop' ? ['2'] : ['1', '2'];
      expect(namesOf(await claim(nms, 5))).toEqual(owed);
      const later = await (await reopen()).subscribe('nms', 'now');
      expect(namesOf(await claim(later, 5))).toEqual(owed);
    }
  });

  it('makes a dropped name new again', async () => {
    const { journal } = await openBench(home);
    const nms = await journal.subscribe('nms', 'now');
    await journal.append([entryNamed('1', ['nms'])]);
    await journal.retire('nms');
    await journal.drop('nms');
    const again = await journal.subscribe('nms', 'now');
    expect(again).not.toBe(nms);
    await journal.append([entryNamed('2', ['nms'])]);
    expect(namesOf(await claim(again, 5))).toEqual(['2']);
  });
}
