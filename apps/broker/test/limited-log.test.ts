import { collectLogs, fakeClock } from '@viaduct/testkit';
import { expect, it } from 'vitest';
import { limitLog } from '../src/log/limited-log.ts';

function setUp() {
  const clock = fakeClock();
  const logger = collectLogs();
  return { clock, logger, log: limitLog(logger, clock) };
}

it('tells the first lines of a kind at once, and how many more there were', async () => {
  const { clock, logger, log } = setUp();
  for (let count = 0; count < 10_000; count += 1) {
    log.error({ source: 'web' }, `request ${String(count)} of 0a1b2c${String(count)} failed`);
  }
  expect(logger.lines).toHaveLength(20);
  await clock.advance(60_000);
  expect(logger.lines).toHaveLength(21);
  expect(logger.lines[20]).toMatchObject({
    level: 'error',
    fields: { source: 'web', count: 9_980 },
    message: '9980 more within a minute, the last: request 9999 of 0a1b2c9999 failed',
  });
});

it('tells other sources, sinks, codes and levels apart', () => {
  const { logger, log } = setUp();
  for (let count = 0; count < 100; count += 1) {
    for (const source of ['one', 'two']) log.warn({ source }, 'it broke');
    log.warn({ sink: 'one' }, 'it broke');
    log.info({ source: 'one' }, 'it broke');
    log.warn({ source: 'one', code: 'VIA_AMQP_LOST' }, 'it broke');
  }
  expect(logger.lines).toHaveLength(100);
});

it('is silent again after a quiet minute, and tells what it holds when it closes', async () => {
  const { clock, logger, log } = setUp();
  for (let count = 0; count < 25; count += 1) log.warn({}, 'it broke');
  await clock.advance(120_000);
  log.warn({}, 'it broke');
  expect(logger.messages('warn').slice(20)).toEqual([
    '5 more within a minute, the last: it broke',
    'it broke',
  ]);
  for (let count = 0; count < 25; count += 1) log.warn({}, 'it broke');
  log.close();
  expect(logger.messages('warn').at(-1)).toBe('6 more within a minute, the last: it broke');
});
