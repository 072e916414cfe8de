import { describe, expect, it } from 'vitest';
import { DELIVERED, type Outcome } from '@viaduct/core';
import { collectLogs } from '@viaduct/testkit';
import { notes, setStage } from './stage.ts';

const LIMIT_MS = 60_000;
const unanswered: Outcome = {
  kind: 'unavailable',
  code: 'VIA_TEST_TIMEOUT',
  message: 'no answer',
  timedOut: true,
};

describe('a send that never returns', () => {
  it('has its connection ended, costs no attempt, and is said once', async () => {
    const logger = collectLogs();
    const stage = setStage({ sink: { sendTimeoutMs: LIMIT_MS }, engine: { logger } });
    stage.sink.answer = () => new Promise(() => undefined);
    await stage.engine.start();
    stage.source.deliver(...notes(3));
    await stage.settle(LIMIT_MS - 10);
    expect(stage.sink.connects).toBe(1);
    await stage.settle(20 * LIMIT_MS);
    expect(stage.sink.connects).toBeGreaterThan(5);
    expect(stage.sinkStatus()).toMatchObject({ lastError: { code: 'VIA_ENGINE_SEND_TIMEOUT' } });
    expect(stage.sinkStatus().counters.sendTimeouts).toBeGreaterThan(5);
    expect(logger.messages('warn')).toHaveLength(1);
    expect(await stage.journal.deadLetters.count()).toBe(0);
    stage.sink.answer = (sent) => sent.map(() => DELIVERED);
    await stage.settle(5 * LIMIT_MS);
    expect(stage.sinkStatus()).toMatchObject({ claimed: 0, lag: { pending: 0 } });
    expect(new Set(stage.sink.sent.map(({ attempt }) => attempt))).toEqual(new Set([1]));
  });

  it('does not stop the sink if it does not close either', async () => {
    const stage = setStage({ sink: { sendTimeoutMs: LIMIT_MS } });
    stage.sink.answer = () => new Promise(() => undefined);
    stage.sink.hangsOnClose = true;
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle(2 * LIMIT_MS);
    stage.sink.answer = (sent) => sent.map(() => DELIVERED);
    await stage.settle(3 * LIMIT_MS);
    expect(stage.sinkStatus().lag?.pending).toBe(0);
  });

  it('is no matter where sends are slow and end', async () => {
    const stage = setStage({ sink: { sendTimeoutMs: LIMIT_MS } });
    stage.sink.answer = (sent) =>
      new Promise((resolve) => {
        stage.clock.after(LIMIT_MS - 1_000, () => resolve(sent.map(() => DELIVERED)));
      });
    await stage.engine.start();
    stage.source.deliver(...notes(60));
    await stage.settle(20 * LIMIT_MS);
    expect(stage.sinkStatus()).toMatchObject({ counters: { delivered: 60, sendTimeouts: 0 } });
  });
});

describe('an event that nobody answers', () => {
  const alone = {
    capabilities: {
      confirmation: 'peer',
      ordering: 'per-connection',
      batchMax: 1,
      concurrencyMax: 1,
    },
    attemptsMax: 2,
  } as const;

  it('is to blame where another gets through after it', async () => {
    const stage = setStage({ sink: alone });
    stage.sink.answer = (sent) => sent.map(({ note }) => (note === 'n0' ? unanswered : DELIVERED));
    await stage.engine.start();
    stage.source.deliver(...notes(3));
    await stage.settle(120_000);
    expect(stage.sinkStatus()).toMatchObject({ counters: { refused: 1, delivered: 2 } });
    // Each attempt needs its proof: the peer may have gone since.
    stage.source.deliver(...notes(4).slice(3));
    await stage.settle(120_000);
    expect(stage.sinkStatus()).toMatchObject({ lag: { pending: 0 } });
    const letters = await stage.journal.deadLetters.list({}, 10);
    expect(letters).toMatchObject([
      { stage: 'send', code: 'VIA_TEST_TIMEOUT', attempts: [{}, {}] },
    ]);
    expect(stage.sink.sent.filter(({ note }) => note !== 'n0')).toHaveLength(3);
  });

  it('is not to blame while nothing gets through', async () => {
    const stage = setStage({ sink: alone });
    stage.sink.answer = (sent) => sent.map(() => unanswered);
    await stage.engine.start();
    stage.source.deliver(...notes(3));
    await stage.settle(3_600_000);
    expect(await stage.journal.deadLetters.count()).toBe(0);
    expect(stage.sinkStatus().counters.refused).toBe(0);
    stage.sink.answer = (sent) => sent.map(() => DELIVERED);
    await stage.settle(120_000);
    expect(stage.sinkStatus()).toMatchObject({ lag: { pending: 0 } });
  });

  it('is not overtaken by what follows of its key', async () => {
    const stage = setStage({ sink: alone });
    let isFirst = true;
    stage.sink.answer = (sent) => {
      if (!isFirst) return sent.map(() => DELIVERED);
      isFirst = false;
      return sent.map(() => unanswered);
    };
    await stage.engine.start();
    stage.source.deliver(...notes(3, { key: 'vm' }), { id: 'other', key: 'other', seq: 0 });
    await stage.settle(60_000);
    const sent = stage.sink.sent.map(({ note }) => note);
    expect(sent.filter((note) => note !== 'other')).toEqual(['n0', 'n0', 'n1', 'n2']);
    expect(sent.indexOf('other')).toBe(1);
  });
});
