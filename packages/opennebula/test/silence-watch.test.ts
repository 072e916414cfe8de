import { fakeClock, testContext } from '@viaduct/testkit';
import { expect, test } from 'vitest';

import { SilenceWatch } from '../src/zeromq/silence-watch.ts';

function openWatch(silenceMs: number) {
  const clock = fakeClock();
  const context = testContext(clock);
  const watch = new SilenceWatch('tcp://one:2101', silenceMs, context);
  const said = (): readonly string[] => context.logger.lines.map(({ level }) => level);
  return { clock, context, watch, said };
}

test('says once that nothing was heard, however long it lasts', async () => {
  const { clock, context, watch, said } = openWatch(60_000);
  watch.start();
  await clock.advance(59_999);
  expect(said()).toEqual([]);
  await clock.advance(1);
  expect(said()).toEqual(['warn']);
  await clock.advance(3_600_000);
  expect(said()).toEqual(['warn']);
  expect(context.counts.get('silence')).toBe(1);
});

test('says nothing while messages come, however late in the span', async () => {
  const { clock, watch, said } = openWatch(60_000);
  watch.start();
  for (let round = 0; round < 10; round += 1) {
    await clock.advance(59_000);
    watch.heard();
  }
  expect(said()).toEqual([]);
});

test('says that it is heard again, and notices the next silence', async () => {
  const { clock, context, watch, said } = openWatch(60_000);
  watch.start();
  await clock.advance(60_000);
  watch.heard();
  expect(said()).toEqual(['warn', 'info']);
  await clock.advance(60_000);
  expect(said()).toEqual(['warn', 'info', 'warn']);
  expect(context.counts.get('silence')).toBe(2);
});

test('leaves no timer when it is stopped, nor when it is off', async () => {
  const { clock, watch, said } = openWatch(60_000);
  watch.start();
  watch.stop();
  watch.stop();
  expect(clock.pending).toBe(0);
  const off = openWatch(0);
  off.watch.start();
  off.watch.heard();
  expect(off.clock.pending).toBe(0);
  expect(said()).toEqual([]);
});
