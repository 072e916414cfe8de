import { describe, expect, it } from 'vitest';
import type { Observed, Step, Tracker } from '@viaduct/core';
import type { Staged } from '../src/source/staged.ts';
import { TrackerMemory } from '../src/trackers/tracker-memory.ts';

/** Holds every first event of a key for 10 ms; remembers how many it has seen. */
const tracker: Tracker<number> = {
  name: 'first',
  keysMax: 2,
  ageMaxMs: 1_000,
  keyOf: ({ event }) => event.partitionkey,
  step: (memory, observed, now) =>
    memory === undefined
      ? { memory: 1, events: [], dropped: [], notices: [], wakeAt: now + 10 }
      : { memory: memory + 1, events: [observed], dropped: [], notices: [] },
};

function watch(own: Partial<Tracker<number>> = {}) {
  const passed: string[] = [];
  const dropped: string[] = [];
  const wakes: number[] = [];
  const broke: unknown[] = [];
  const memory = new TrackerMemory(
    { ...tracker, ...own },
    {
      pass: ({ observed }) => passed.push(observed.event.id),
      drop: ({ observed }, reason) => dropped.push(`${observed.event.id}: ${reason}`),
      notice: () => undefined,
      wakeAt: (at) => wakes.push(at),
      broke: (error) => broke.push(error),
    },
  );
  const take = (id: string, key: string, now: number): void => {
    memory.take(staged(id, key), now);
  };
  return { memory, take, passed, dropped, wakes, broke };
}

function staged(id: string, key: string): Staged {
  const observed = { event: { id, partitionkey: key } } as unknown as Observed;
  return { receipt: undefined, observed, native: undefined, dedupe: undefined, bytes: 0 };
}

describe('the memory of a tracker', () => {
  it('lets go what it holds when the key is too old or one too many', () => {
    const { take, passed, memory } = watch();
    take('a', 'a', 0);
    take('b', 'b', 1);
    take('c', 'c', 2);
    expect(passed).toEqual(['a']);
    take('d', 'c', 1_500);
    expect(passed).toEqual(['a', 'b', 'c']);
    expect(memory.held).toBe(1);
  });

  it('keeps a key in use, and forgets the one unused longest', () => {
    const { take, memory } = watch();
    take('a', 'a', 0);
    take('b', 'b', 1);
    take('a again', 'a', 2);
    take('c', 'c', 3);
    expect(memory.checkpoint().map(([key]) => key)).toEqual([]);
    expect(memory.held).toBe(2);
  });

  it('wakes before it steps when the time of the wake has passed', () => {
    const calls: string[] = [];
    const { take } = watch({
      step: (memory, observed, now) => {
        calls.push(`step ${observed.event.id}`);
        return tracker.step(memory, observed, now);
      },
      wake: (memory) => {
        calls.push('wake');
        return { memory, events: [], dropped: [], notices: [] };
      },
    });
    take('a', 'a', 0);
    take('b', 'a', 20);
    expect(calls).toEqual(['step a', 'wake', 'step b']);
  });

  it('leaves out of a checkpoint what was remembered while events are held', () => {
    const holdSecond = (memory: number | undefined, observed: Observed): Step<number> => ({
      memory: (memory ?? 0) + 1,
      events: memory === 1 ? [] : [observed],
      dropped: [],
      notices: [],
    });
    const { take, memory } = watch({ step: holdSecond });
    take('a', 'a', 0);
    take('b', 'a', 1);
    expect(memory.checkpoint()).toEqual([['a', 1, 1, null]]);
  });

  it('comes back from a checkpoint with its wakes', () => {
    const { memory, wakes } = watch();
    memory.restore([
      ['a', 7, 100, 500],
      ['b', 8, 200, null],
    ]);
    expect(wakes).toEqual([500]);
    expect(memory.checkpoint()).toEqual([
      ['a', 7, 100, 500],
      ['b', 8, 200, null],
    ]);
  });

  it('drops by id, the present event or a held one', () => {
    const { take, dropped, memory } = watch({
      step: (seen, { event }) => ({
        memory: (seen ?? 0) + 1,
        events: [],
        dropped:
          event.id === 'b'
            ? [
                { id: 'a', reason: 'copy' },
                { id: 'b', reason: 'late' },
              ]
            : [],
        notices: [],
      }),
    });
    take('a', 'a', 0);
    take('b', 'a', 1);
    expect(dropped).toEqual(['a: copy', 'b: late']);
    expect(memory.held).toBe(0);
  });

  it('is forgotten when the tracker throws, and the event goes on', () => {
    const { take, passed, broke } = watch({
      step: (memory, observed, now) => {
        if (observed.event.id === 'bad') throw new Error('a bug');
        return tracker.step(memory, observed, now);
      },
    });
    take('a', 'a', 0);
    take('bad', 'a', 1);
    expect(passed).toEqual(['a', 'bad']);
    expect(broke).toHaveLength(1);
  });
});
