import type { NewDeadLetter } from '@viaduct/journal';
import { collectLogs, fakeClock } from '@viaduct/testkit';
import { describe, expect, it } from 'vitest';
import { createIncidentLog } from '../src/log/incident-log.ts';

function letter(source: string, reason: string): NewDeadLetter {
  const code = 'VIA_OSLO_BODY_NOT_JSON';
  return { stage: 'decode', code, reason, source, at: 0, attempts: [] };
}

function setUp() {
  const clock = fakeClock();
  const logger = collectLogs();
  return { clock, logger, incidents: createIncidentLog(logger, clock) };
}

describe('the log of incidents', () => {
  it('tells the first dead letter of a kind at once, and those that follow in one line', async () => {
    const { clock, logger, incidents } = setUp();
    for (let count = 0; count < 1_000; count += 1) {
      incidents.observer.deadLettered?.(letter('nova', `no JSON at ${String(count)}`));
    }
    incidents.observer.deadLettered?.(letter('cinder', 'no JSON'));
    expect(logger.messages('warn')).toEqual(['dead letter: no JSON at 0', 'dead letter: no JSON']);
    expect(logger.lines[0]?.fields).toEqual({ source: 'nova', code: 'VIA_OSLO_BODY_NOT_JSON' });
    await clock.advance(60_000);
    expect(logger.messages('warn').slice(2)).toEqual([
      '999 more within a minute, the last: dead letter: no JSON at 999',
    ]);
    expect(logger.lines[2]?.fields).toMatchObject({ source: 'nova', count: 999 });
  });

  it('tells the next one at once again after a quiet minute', async () => {
    const { clock, logger, incidents } = setUp();
    incidents.observer.noticed?.('one', { name: 'gap', subject: 'compute/7', message: 'one' });
    await clock.advance(60_000);
    incidents.observer.noticed?.('one', { name: 'gap', subject: 'compute/8', message: 'two' });
    expect(logger.lines).toMatchObject([
      { fields: { source: 'one', notice: 'gap', subject: 'compute/7' }, message: 'one' },
      { fields: { source: 'one', notice: 'gap', subject: 'compute/8' }, message: 'two' },
    ]);
  });

  it('has a bound for what it tells apart', () => {
    const { logger, incidents } = setUp();
    for (let count = 0; count < 10_000; count += 1) {
      incidents.observer.deadLettered?.(letter(`source-${String(count)}`, 'no JSON'));
    }
    expect(logger.lines.length).toBeLessThan(300);
  });

  it('tells what it has gathered when it is closed, and leaves no timer', async () => {
    const { clock, logger, incidents } = setUp();
    for (const reason of ['a', 'b', 'c']) incidents.observer.deadLettered?.(letter('nova', reason));
    incidents.close();
    expect(logger.messages('warn').at(-1)).toBe('2 more within a minute, the last: dead letter: c');
    await clock.advance(600_000);
    expect(logger.lines).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });
});
