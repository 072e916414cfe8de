import { describe, expect, it } from 'vitest';
import { DELIVERED, TransportError } from '@viaduct/core';
import { JournalError } from '@viaduct/journal';
import { collectLogs } from '@viaduct/testkit';
import {
  notes,
  setStage,
  stagedSink,
  stagedSinkOptions,
  stagedSource,
  stagedSourceOptions,
} from './stage.ts';

describe('a paused sink', () => {
  it('finishes what it is sending, claims nothing, and goes on where it was', async () => {
    const stage = setStage();
    await stage.engine.start();
    let finish = (): void => undefined;
    stage.sink.answer = (sent) =>
      new Promise((resolve) => (finish = () => resolve(sent.map(() => DELIVERED))));
    stage.source.deliver(...notes(1));
    await stage.settle();
    const paused = stage.engine.pause('sink', 'out');
    await stage.settle();
    finish();
    await stage.settle();
    await paused;
    stage.source.deliver({ id: 'later', key: 'b', seq: 1 });
    await stage.settle(10_000);
    expect(stage.sinkStatus()).toMatchObject({ state: 'paused', claimed: 0, lag: { pending: 1 } });
    expect(stage.sink.isOpen).toBe(false);
    stage.sink.answer = (sent) => sent.map(() => DELIVERED);
    await stage.engine.resume('sink', 'out');
    await stage.settle();
    expect(stage.sinkStatus()).toMatchObject({ state: 'connected', lag: { pending: 0 } });
    expect(stage.sink.sent.map(({ note }) => note)).toEqual(['n0', 'later']);
  });

  it('stays paused when its options change, and can be stopped', async () => {
    const stage = setStage();
    await stage.engine.start();
    await stage.engine.pause('sink', 'out');
    const successor = stagedSink();
    const sinks = [stagedSinkOptions('out', successor)];
    const applied = stage.engine.apply({ ...stage.settings, sinks }, { deadlineMs: 1_000 });
    stage.source.deliver(...notes(1));
    await stage.settle();
    await applied;
    expect([stage.sinkStatus().state, successor.connects]).toEqual(['paused', 0]);
    const stopped = stage.engine.stop({ deadlineMs: 1_000 });
    await stage.settle();
    await stopped;
    expect(stage.engine.status().state).toBe('stopped');
    expect(stage.clock.pending).toBe(0);
  });
});

describe('a paused source', () => {
  it('takes nothing, acknowledges what it had, and takes up again', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.source.deliver(...notes(2));
    await stage.settle();
    const paused = stage.engine.pause('source', 'in');
    await stage.settle();
    await paused;
    expect([stage.source.isOpen, stage.source.acked]).toEqual([false, ['n0', 'n1']]);
    expect(stage.sourceStatus().state).toBe('paused');
    stage.source.deliver({ id: 'later', key: 'b', seq: 1 });
    await stage.settle(10_000);
    expect(stage.source.acked).toEqual(['n0', 'n1']);
    await stage.engine.resume('source', 'in');
    await stage.settle();
    expect(stage.source.acked).toEqual(['n0', 'n1', 'later']);
    expect(stage.sourceStatus()).toMatchObject({ state: 'connected', counters: { connects: 2 } });
  });

  it('tells its peers to come later, until it goes on or ends', async () => {
    const stage = setStage();
    const said: string[] = [];
    stage.source.turnAway = async (signal) => {
      said.push(`away, ${stage.source.isOpen ? 'open' : 'closed'}`);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      said.push('back');
    };
    await stage.engine.start();
    await stage.settle();
    await Promise.all([stage.engine.pause('source', 'in'), stage.engine.pause('source', 'in')]);
    expect(said).toEqual(['away, closed']);
    await stage.engine.resume('source', 'in');
    await stage.settle();
    expect([said, stage.source.isOpen]).toEqual([['away, closed', 'back'], true]);

    const paused = stage.engine.pause('source', 'in');
    const resumed = stage.engine.resume('source', 'in');
    await Promise.all([paused, resumed]);
    await stage.settle();
    expect([said.length % 2, stage.source.isOpen]).toEqual([0, true]);

    await stage.engine.pause('source', 'in');
    const stopped = stage.engine.stop({ deadlineMs: 1_000 });
    await stage.settle();
    await stopped;
    expect(said.at(-1)).toBe('back');
    expect(stage.clock.pending).toBe(0);
  });

  it('stays paused when its options change, and tells its peers by the new ones', async () => {
    const stage = setStage();
    const said: string[] = [];
    const turnAway = (which: string) => async (signal: AbortSignal) => {
      said.push(`${which}: away`);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      said.push(`${which}: back`);
    };
    stage.source.turnAway = turnAway('old');
    await stage.engine.start();
    await stage.settle();
    await stage.engine.pause('source', 'in');
    const successor = stagedSource();
    successor.turnAway = turnAway('new');
    const sources = [stagedSourceOptions('in', successor)];
    const applied = stage.engine.apply({ ...stage.settings, sources }, { deadlineMs: 1_000 });
    await stage.settle();
    await applied;
    expect(said).toEqual(['old: away', 'old: back', 'new: away']);
    expect([stage.sourceStatus().state, successor.isOpen]).toEqual(['paused', false]);
    await stage.engine.resume('source', 'in');
    await stage.settle();
    expect([said.at(-1), successor.isOpen]).toEqual(['new: back', true]);
  });

  it('stays paused, and is said to fail, where its peers cannot be told', async () => {
    const logger = collectLogs();
    const stage = setStage({ engine: { logger } });
    stage.source.turnAway = async () => {
      throw new TransportError('permanent', 'VIA_TEST_TAKEN', 'the port is taken');
    };
    await stage.engine.start();
    await stage.settle();
    await stage.engine.pause('source', 'in');
    await stage.settle();
    expect(stage.sourceStatus().state).toBe('paused');
    expect(logger.messages('warn')).toEqual(['the port is taken']);
    await stage.engine.resume('source', 'in');
    await stage.settle();
    expect(stage.sourceStatus().state).toBe('connected');
  });

  it('does not wait for a full journal where its peer keeps nothing, and loses nothing', async () => {
    const capabilities = { redelivery: 'none', confirmation: 'none', ordering: 'none' } as const;
    const stage = setStage({ source: { capabilities } });
    await stage.engine.start();
    stage.journal.failAppend(new JournalError('VIA_JOURNAL_FULL', 'full'));
    stage.source.deliver(...notes(2));
    await stage.settle();
    expect(stage.sourceStatus().state).toBe('blocked');
    await stage.engine.pause('source', 'in'); // No time passes meanwhile.
    expect(stage.sourceStatus()).toMatchObject({ state: 'paused', inFlight: 2 });
    await stage.settle(10_000);
    expect(stage.sourceStatus()).toMatchObject({ inFlight: 0, counters: { appended: 2 } });
    expect(stage.sink.sent.map(({ note }) => note)).toEqual(['n0', 'n1']);
    await stage.engine.resume('source', 'in');
    stage.source.deliver({ id: 'later', key: 'b', seq: 1 });
    await stage.settle();
    expect(stage.sourceStatus().counters).toMatchObject({ appended: 3, dropped: {} });
  });

  it('that is not there is said so', async () => {
    const stage = setStage();
    const paused = stage.engine.pause('source', 'out');
    await expect(paused).rejects.toMatchObject({ code: 'VIA_ENGINE_NAME_UNKNOWN' });
  });
});
