import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBitmap, parseBitmap } from '../src/sqlite/bitmap.ts';
import { DueHeap } from '../src/sqlite/due-heap.ts';
import { Ledger } from '../src/sqlite/ledger.ts';
import { PositionSet } from '../src/sqlite/position-set.ts';
import { planRetention } from '../src/sqlite/retention.ts';
import { TimeIndex } from '../src/sqlite/time-index.ts';

/** Around the borders of words and bitmaps. */
const position = fc.oneof(fc.nat(70), fc.integer({ min: 4090, max: 4100 }), fc.nat(50_000));

describe('a set of positions', () => {
  it('is a set: it agrees with a sorted list after any changes', () => {
    const change = fc.record({
      how: fc.constantFrom('add', 'addRange', 'delete', 'deleteRange', 'takeFirst'),
      at: position,
      length: fc.nat(5000),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), position, (changes, from) => {
        const set = new PositionSet();
        const model = new Set<number>();
        const sorted = (): number[] => [...model].sort((a, b) => a - b);
        for (const { how, at, length } of changes) {
          const last = at + length;
          if (how === 'add') {
            set.add(at);
            model.add(at);
          } else if (how === 'addRange') {
            set.addRange(at, last);
            for (let one = at; one <= last; one += 1) model.add(one);
          } else if (how === 'delete') {
            expect(set.delete(at)).toBe(model.delete(at));
          } else if (how === 'deleteRange') {
            const gone = sorted().filter((one) => one >= at && one <= last);
            expect(set.deleteRange(at, last)).toBe(gone.length);
            for (const one of gone) model.delete(one);
          } else {
            const taken = sorted().slice(0, length % 40);
            expect(set.takeFirst(length % 40)).toEqual(taken);
            for (const one of taken) model.delete(one);
          }
          expect(set.size).toBe(model.size);
          expect(set.first()).toBe(sorted()[0]);
        }
        expect(set.first(from)).toBe(sorted().find((one) => one >= from));
        expect(set.has(from)).toBe(model.has(from));
      }),
      { numRuns: 60 },
    );
  });

  it('takes a million positions in a few hundred kilobytes', () => {
    const set = new PositionSet();
    const before = process.memoryUsage().arrayBuffers;
    set.addRange(1, 1_000_000);
    expect(set.size).toBe(1_000_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(300_000);
  });

  it('survives being written as bytes above a mark', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 300 })), fc.nat(40), (above, mark) => {
        const set = new PositionSet();
        for (const one of above) set.add(mark + one);
        const highest = mark + Math.max(0, ...above);
        const bytes = formatBitmap(set, mark, highest);
        expect(parseBitmap(bytes, mark)).toEqual(above.map((n) => mark + n).sort((a, b) => a - b));
      }),
    );
  });
});

describe('the heap of what is due', () => {
  it('gives the earliest first, then the lowest position', () => {
    const due = fc.record({ until: fc.nat(5), position: fc.nat(1000) });
    fc.assert(
      fc.property(fc.array(due), (all) => {
        const heap = new DueHeap();
        for (const one of all) heap.push(one);
        const popped = all.map(() => heap.pop());
        const sorted = [...all].sort((a, b) => a.until - b.until || a.position - b.position);
        expect(popped).toEqual(sorted);
        expect(heap.pop()).toBeUndefined();
      }),
    );
  });
});

describe('a ledger', () => {
  const fresh = (owed: readonly number[], spanMax = 10): Ledger =>
    new Ledger(
      {
        name: 'nms',
        retired: false,
        pastUntil: 0,
        mark: 0,
        settled: new Uint8Array(),
        parked: [],
        owed: Float64Array.from(owed),
      },
      spanMax,
    );

  it('parks a stuck head when the span is full, and the mark moves on', () => {
    const ledger = fresh([1, 100]);
    ledger.claim(100, 0, 10);
    for (let done = 2; done <= 10; done += 1) ledger.settle(done);
    expect(ledger.write(100)).toMatchObject({ mark: 0, parked: [] });
    ledger.settle(11);
    ledger.settle(12);
    const write = ledger.write(100);
    expect(write).toMatchObject({ mark: 12, parked: [{ position: 1, until: 0, attempts: [] }] });
    expect(write.settled).toHaveLength(0);
    expect(ledger.parked).toBe(0);
    expect(ledger.isClaimed(1)).toBe(true);
    ledger.settle(1);
    expect(ledger.write(100)).toMatchObject({ mark: 12, parked: [], unparked: [1] });
  });

  it('owes a parked head again after a crash, and nothing that was settled', () => {
    const ledger = fresh([1, 30]);
    ledger.claim(30, 0, 10);
    for (let done = 2; done <= 20; done += 2) ledger.settle(done);
    const { mark, settled, parked } = ledger.write(30);
    const owed = Float64Array.from([mark + 1, 30]);
    const row = { name: 'nms', retired: false, pastUntil: 0, mark, settled, parked, owed };
    const later = new Ledger(row, 10);
    const expected = Array.from({ length: 30 }, (_, n) => n + 1).filter((n) => n > 20 || n % 2 > 0);
    expect(later.claim(99, 0, 10).map((choice) => choice.position)).toEqual(expected);
  });

  it('writes again what a lost write held', () => {
    const ledger = fresh([1, 3]);
    ledger.claim(3, 0, 10);
    const attempt = { at: 1, code: 'VIA_X', message: 'm' } as const;
    ledger.park(2, 50, attempt);
    const lost = ledger.write(3);
    ledger.rewrite(lost);
    expect(ledger.write(3).parked).toEqual([{ position: 2, until: 50, attempts: [attempt] }]);
    expect(ledger.write(3).parked).toEqual([]);
  });

  it('keeps books when a segment goes from under a claim', () => {
    const ledger = fresh([1, 10]);
    ledger.claim(4, 0, 10);
    expect(ledger.forget(1, 6)).toBe(6);
    expect(ledger).toMatchObject({ pending: 4, claimed: 4 });
    ledger.release(1);
    ledger.settle(2);
    ledger.park(3, 0, { at: 1, code: 'VIA_X', message: 'm' });
    expect(ledger).toMatchObject({ pending: 4, claimed: 1, parked: 0 });
    expect(ledger.claim(9, 0, 10).map((choice) => choice.position)).toEqual([7, 8, 9, 10]);
  });
});

describe('retention', () => {
  const segments = [1, 2, 3, 4].map((first) => ({
    first,
    last: first,
    bytes: 10,
    openedAt: first * 100,
    sealed: first < 4,
  }));
  const firsts = (plan: readonly { first: number }[]): number[] => plan.map(({ first }) => first);

  it('takes the oldest that nobody needs, never the newest', () => {
    const limits = { retentionMs: 1e9, retentionBytes: 25, whenFull: 'block' } as const;
    const plan = planRetention(segments, limits, 400, ({ first }) => first === 1);
    expect(firsts(plan.free)).toEqual([2, 3]);
    expect(plan).toMatchObject({ owed: [], isFull: false });
    expect(planRetention(segments, limits, 400, () => true)).toMatchObject({ isFull: true });
  });

  it('counts age from when a segment was sealed', () => {
    const limits = { retentionMs: 100, retentionBytes: 1e9, whenFull: 'drop' } as const;
    const plan = planRetention(segments, limits, 401, ({ first }) => first === 2);
    expect(firsts(plan.free)).toEqual([1]);
    expect(firsts(plan.owed)).toEqual([2]);
    expect(firsts(planRetention(segments, limits, 501, () => true).owed)).toEqual([1, 2, 3]);
  });
});

describe('the index of time', () => {
  it('stays bounded and never says too late', () => {
    const index = new TimeIndex({ firsts: new Float64Array(), ats: new Float64Array() });
    expect(index.at(1)).toBeUndefined();
    for (let n = 1; n <= 100_000; n += 1) index.add(n * 10, n * 1000);
    for (const n of [1, 77, 50_000, 99_999]) {
      const at = index.at(n * 10 + 5);
      expect(at).toBeLessThanOrEqual(n * 1000);
      expect(at).toBeGreaterThan((n - 20_000) * 1000);
    }
  });
});
