/** Dead letters and checkpoints. */
import { describe, expect, it } from 'vitest';
import type { NewDeadLetter, Position } from '../journal.ts';
import { eventNamed, letterFor, openBench, type ContractHome, REFUSED } from './contract-bench.ts';

const LETTERS: readonly NewDeadLetter[] = [
  letterFor('nms', { event: eventNamed('1') }),
  letterFor('bus', {
    code: 'VIA_CORE_GAVE_UP',
    attempts: [{ at: 1, code: REFUSED, message: 'm' }],
  }),
  {
    stage: 'decode',
    code: REFUSED,
    reason: 'not XML',
    source: 'two',
    at: 3,
    native: { dialect: 'opennebula', text: '<a>\u0000', redactions: [] },
    original: { bytes: 4, sha256: 'ab' },
    attempts: [],
  },
];

/** Declares the cases. */
export function recordCases(home: ContractHome): void {
  describe('dead letters', () => letterCases(home));
  describe('dead letters with a key', () => keyCases(home));
  describe('checkpoints', () => checkpointCases(home));
}

function letterCases(home: ContractHome): void {
  it('keeps them as they are, with ids in order, over a crash', async () => {
    const { journal, crash } = await openBench(home);
    await journal.deadLetters.add(LETTERS);
    const { deadLetters } = await crash();
    const kept = LETTERS.map((letter, index) => ({ ...letter, id: index + 1 }));
    expect(await deadLetters.list({}, 10)).toEqual(kept);
    expect(await deadLetters.get(3)).toEqual(kept[2]);
    expect(await deadLetters.get(4)).toBeUndefined();
    expect(await deadLetters.count()).toBe(3);
  });

  it('finds them by stage, code, source and sink, page by page', async () => {
    const { journal } = await openBench(home);
    await journal.deadLetters.add(LETTERS);
    const find = async (...args: Parameters<typeof journal.deadLetters.list>) =>
      (await journal.deadLetters.list(...args)).map(({ id }) => id);
    expect(await find({ stage: 'decode' }, 10)).toEqual([3]);
    expect(await find({ code: REFUSED }, 10)).toEqual([1, 3]);
    expect(await find({ source: 'one', sink: 'bus' }, 10)).toEqual([2]);
    expect(await find({ sink: 'nobody' }, 10)).toEqual([]);
    expect(await find({}, 2)).toEqual([1, 2]);
    expect(await find({ after: 2 }, 2)).toEqual([3]);
  });

  it('finds them by when they were made and by any text in them', async () => {
    const { journal } = await openBench(home);
    await journal.deadLetters.add(LETTERS);
    await journal.deadLetters.add([letterFor('nms', { at: 9, reason: 'it said "No" to ÄB' })]);
    const find = async (filter: Parameters<typeof journal.deadLetters.list>[0]) =>
      (await journal.deadLetters.list(filter, 10)).map(({ id }) => id);
    expect(await find({ from: 3 })).toEqual([3, 4]);
    expect(await find({ to: 3 })).toEqual([1, 2]);
    expect(await find({ from: 3, to: 9 })).toEqual([3]);
    expect(await find({ text: 'NOT xml' })).toEqual([3]);
    expect(await find({ text: '<A>' })).toEqual([3]);
    expect(await find({ text: '"no" to Äb' })).toEqual([4]);
    expect(await find({ text: 'compute/1' })).toEqual([1]);
    expect(await find({ text: '%' })).toEqual([]);
    expect(await find({ text: 'refused', sink: 'nms' })).toEqual([1]);
  });

  it('discards by id, says how many, and gives no id twice', async () => {
    const { journal } = await openBench(home);
    await journal.deadLetters.add(LETTERS);
    expect(await journal.deadLetters.discard([3, 9, 2])).toBe(2);
    expect(await journal.deadLetters.count()).toBe(1);
    await journal.deadLetters.add([letterFor('nms')]);
    expect((await journal.deadLetters.list({ after: 1 }, 5)).map(({ id }) => id)).toEqual([4]);
  });
}

function keyCases(home: ContractHome): void {
  it('keeps one letter of a key, over a crash too, until it is discarded', async () => {
    const { journal, crash } = await openBench(home);
    const [first, second] = [letterFor('nms', { key: 'a' }), letterFor('nms', { key: 'b' })];
    await journal.deadLetters.add([first, second, { ...first, at: 9 }]);
    const { deadLetters } = await crash();
    await deadLetters.add([{ ...first, at: 10 }, letterFor('nms'), letterFor('nms')]);
    const idsAndTimes = async () => (await deadLetters.list({}, 9)).map(({ id, at }) => [id, at]);
    const kept = [
      [1, first.at],
      [2, second.at],
      [3, first.at],
      [4, first.at],
    ];
    expect(await idsAndTimes()).toEqual(kept);
    expect(await deadLetters.discard([1])).toBe(1);
    await deadLetters.add([
      { ...first, at: 11 },
      { ...second, at: 11 },
    ]);
    expect(await idsAndTimes()).toEqual([...kept.slice(1), [5, 11]]);
  });
}

function checkpointCases(home: ContractHome): void {
  it('loads what was saved last, over a crash, and nothing for an unknown name', async () => {
    const { journal, crash } = await openBench(home);
    await journal.checkpoints.save('alarms', 1 as Position, { a: 1 });
    await journal.checkpoints.save('alarms', 7 as Position, [{ b: 'ü' }, null]);
    const { checkpoints } = await crash();
    expect(await checkpoints.load('alarms')).toEqual({ position: 7, value: [{ b: 'ü' }, null] });
    expect(await checkpoints.load('other')).toBeUndefined();
  });
}
