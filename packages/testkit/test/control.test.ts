import { createServer } from 'node:net';

import {
  collectLogs,
  countingClock,
  countResources,
  expectNoLeftovers,
  fakeClock,
  seededRandom,
  testContext,
  waitFor,
  within,
} from '@viaduct/testkit';
import { describe, expect, test } from 'vitest';

describe('fakeClock', () => {
  test('fires what is due, in order, each at its own time', async () => {
    const clock = fakeClock(1_000);
    const fired: string[] = [];
    const note = (name: string) => (): void => void fired.push(`${name} at ${clock.now()}`);
    clock.after(300, note('third'));
    clock.after(100, note('first'));
    clock.after(100, note('second'));
    clock.after(301, note('later'));
    await clock.advance(300);
    expect(fired).toEqual(['first at 1100', 'second at 1100', 'third at 1300']);
    expect(clock.pending).toBe(1);
    expect(clock.now()).toBe(1_300);
  });

  test('fires within one advance what a fired wake set up', async () => {
    const clock = fakeClock(0);
    const times: number[] = [];
    const again = async (): Promise<void> => {
      times.push(clock.now());
      await Promise.resolve();
      clock.after(10, () => void again());
    };
    clock.after(10, () => void again());
    await clock.advance(35);
    expect(times).toEqual([10, 20, 30]);
  });

  test('forgets what was called off', async () => {
    const clock = fakeClock();
    const cancel = clock.after(1, () => expect.unreachable());
    cancel();
    cancel();
    await clock.advance(10);
    expect(clock.pending).toBe(0);
  });
});

describe('countingClock', () => {
  test('knows what is still to come', async () => {
    const inner = fakeClock();
    const clock = countingClock(inner);
    const cancel = clock.after(5, () => undefined);
    clock.after(5, () => undefined);
    expect(clock.pending).toBe(2);
    cancel();
    cancel();
    expect(clock.pending).toBe(1);
    await inner.advance(5);
    expect(clock.pending).toBe(0);
  });
});

describe('seededRandom', () => {
  test('gives the same numbers for the same seed, others for another', () => {
    const take = (seed: number): number[] => Array.from({ length: 50 }, seededRandom(seed));
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
  });

  test('spreads evenly over [0, 1)', () => {
    const random = seededRandom(42);
    const buckets = new Array<number>(10).fill(0);
    for (let round = 0; round < 10_000; round += 1) {
      const value = random();
      expect(value >= 0 && value < 1).toBe(true);
      buckets[Math.floor(value * 10)]! += 1;
    }
    for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});

describe('waitFor and within', () => {
  test('give what the condition gave', async () => {
    let looks = 0;
    expect(await waitFor(() => (looks++ < 2 ? undefined : 'there'))).toBe('there');
  });

  test('take zero and the empty text for an answer, false for none', async () => {
    expect(await waitFor(() => 0)).toBe(0);
    await expect(waitFor(() => false, { timeoutMs: 20, what: 'truth' })).rejects.toThrow('truth');
  });

  test('say what was waited for and why it failed', async () => {
    const failing = waitFor(
      () => {
        throw new Error('not yet');
      },
      { timeoutMs: 20, what: 'the moon' },
    );
    await expect(failing).rejects.toMatchObject({
      message: 'waited 20 ms in vain for: the moon',
      cause: new Error('not yet'),
    });
  });

  test('do not wait for what takes too long', async () => {
    await expect(within(new Promise(() => undefined), 20, 'never')).rejects.toThrow('never');
    expect(await within(Promise.resolve(1), 1_000, 'now')).toBe(1);
  });
});

describe('leftovers', () => {
  test('name a server that was left open', async () => {
    const before = countResources();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await expect(expectNoLeftovers(before, countingClock(fakeClock()), 50)).rejects.toMatchObject({
      cause: new Error('left behind: 1 TCPServerWrap'),
    });
    server.close();
    await expectNoLeftovers(before, countingClock(fakeClock()));
  });

  test('name a wake of the clock that was not called off', async () => {
    const clock = countingClock(fakeClock());
    clock.after(1, () => undefined);
    await expect(expectNoLeftovers(countResources(), clock, 50)).rejects.toMatchObject({
      cause: new Error('left behind: 1 wakes of the clock'),
    });
  });
});

test('a collected log is read by level', () => {
  const logs = collectLogs();
  logs.warn({ port: 1 }, 'careful');
  logs.info({}, 'fine');
  expect(logs.messages('warn')).toEqual(['careful']);
  expect(logs.lines).toContainEqual({ level: 'warn', message: 'careful', fields: { port: 1 } });
});

test('a test context counts under names', () => {
  const context = testContext(fakeClock());
  context.count('overflow');
  context.count('overflow', 4);
  expect(context.counts.get('overflow')).toBe(5);
});
