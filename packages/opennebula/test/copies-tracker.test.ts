import { describe, expect, test } from 'vitest';
import { COPIES_WINDOW_MS, copiesTracker } from '../src/trackers/copies-tracker.ts';
import { decodeOne, CORPUS, CONTEXT } from './corpus.ts';
import { TrackerRun } from './tracker-run.ts';

const vm = { id: CORPUS.get('vm-running.by-id')!, state: CORPUS.get('vm-running.by-state')! };

function run(
  deliveries: readonly (readonly [name: keyof typeof vm | 'service', at: number])[],
): TrackerRun {
  const tracking = new TrackerRun(copiesTracker);
  deliveries.forEach(([name, at], ordinal) => {
    const native = name === 'service' ? { ...vm.id, key: 'EVENT SERVICE 9 ' } : vm[name];
    tracking.give(decodeOne(native, { ...CONTEXT, ordinal }), at);
  });
  return tracking;
}

describe('the tracker of copies', () => {
  test('makes one event of the copies under different key families', () => {
    const tracking = run([
      ['id', 0],
      ['state', 1],
      ['service', 2],
    ]);
    expect(tracking.out).toHaveLength(1);
    expect(tracking.dropped.map(({ reason }) => reason)).toEqual(['copy', 'copy']);
  });

  test('keeps the first, whichever comes first', () => {
    const tracking = run([
      ['service', 0],
      ['id', 1],
    ]);
    expect(tracking.out.map(({ facts }) => facts?.family)).toEqual(['service']);
  });

  test('takes the same body under the same family for a new event', () => {
    expect(
      run([
        ['id', 0],
        ['id', 1],
      ]).out,
    ).toHaveLength(2);
  });

  test('counts families when the copies of two equal events interleave', () => {
    const orders = [
      ['id', 'state', 'id', 'state'],
      ['id', 'id', 'state', 'state'],
      ['state', 'id', 'id', 'state'],
    ] as const;
    for (const order of orders) {
      const tracking = run(order.map((name, at) => [name, at]));
      expect(tracking.out).toHaveLength(2);
      expect(tracking.dropped).toHaveLength(2);
    }
  });

  test('merges nothing after its window, counted from the first copy', () => {
    expect(
      run([
        ['id', 0],
        ['state', COPIES_WINDOW_MS],
      ]).out,
    ).toHaveLength(1);
    expect(
      run([
        ['id', 0],
        ['state', COPIES_WINDOW_MS + 1],
      ]).out,
    ).toHaveLength(2);
    expect(
      run([
        ['id', 10 * COPIES_WINDOW_MS],
        ['state', 0],
      ]).out,
    ).toHaveLength(2);
  });

  test('goes on where it was after a restart', () => {
    const tracking = run([['id', 0]]);
    tracking.restart();
    tracking.give(decodeOne(vm.state, { ...CONTEXT, ordinal: 2 }), 1);
    expect(tracking.out).toHaveLength(1);
  });

  test('lets two identical API calls be two', () => {
    const tracking = new TrackerRun(copiesTracker);
    const call = CORPUS.get('api-vm-action-ok')!;
    tracking.give(decodeOne(call, { ...CONTEXT, ordinal: 1 }), 0);
    tracking.give(decodeOne(call, { ...CONTEXT, ordinal: 2 }), 1);
    expect(tracking.out).toHaveLength(2);
  });
});
