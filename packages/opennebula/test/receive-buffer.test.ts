import fc from 'fast-check';
import { expect, test } from 'vitest';

import { ReceiveBuffer } from '../src/zeromq/receive-buffer.ts';

function openBuffer(bytesMax: number) {
  const incidents: string[] = [];
  let dropped = 0;
  const buffer = new ReceiveBuffer<number>(bytesMax, {
    started: () => incidents.push('started'),
    dropped: () => (dropped += 1),
    ended: (count) => incidents.push(`ended ${count}`),
  });
  return { buffer, incidents, dropped: () => dropped };
}

test('gives every message once, in order, or counts it as dropped', () => {
  const step = fc.oneof(
    fc.record({ push: fc.nat({ max: 2_000 }) }),
    fc.record({ take: fc.integer({ min: 1, max: 20 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const { buffer, dropped, incidents } = openBuffer(10_000);
      const taken: number[] = [];
      let pushed = 0;
      for (const each of steps) {
        if ('push' in each) buffer.push(pushed++, each.push);
        else taken.push(...buffer.take(each.take));
      }
      while (buffer.length > 0) taken.push(...buffer.take(7));
      buffer.take(1);
      expect(taken).toEqual([...taken].sort((a, b) => a - b));
      expect(new Set(taken).size).toBe(taken.length);
      expect(taken.length + dropped()).toBe(pushed);
      // Every incident that started has ended, and its counts add up.
      const counts = incidents.flatMap((line) => /ended (\d+)/.exec(line)?.[1] ?? []).map(Number);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(dropped());
      expect(incidents.length).toBe(2 * counts.length);
    }),
  );
});

test('is bounded for messages without text too', () => {
  const { buffer, dropped } = openBuffer(256 * 100);
  for (let index = 0; index < 1_000; index += 1) buffer.push(index, 0);
  expect(buffer.length).toBe(100);
  expect(dropped()).toBe(900);
});

test('has room again only when half of it is free: one incident, not hundreds', () => {
  const { buffer, incidents } = openBuffer(256 * 100);
  let label = 0;
  for (let round = 0; round < 50; round += 1) {
    while (buffer.length < 100) buffer.push(label++, 0);
    buffer.push(label++, 0);
    buffer.take(1);
  }
  expect(incidents).toEqual(['started']);
  buffer.take(50);
  expect(incidents).toEqual(['started', 'ended 50']);
});

test('wakes whoever waits at a push, until told otherwise', () => {
  const { buffer } = openBuffer(10_000);
  let wakes = 0;
  buffer.onPush(() => (wakes += 1));
  buffer.push(1, 1);
  buffer.onPush(undefined);
  buffer.push(2, 1);
  expect(wakes).toBe(1);
});
