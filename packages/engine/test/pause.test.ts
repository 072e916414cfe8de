import { describe, expect, it } from 'vitest';
import { DELIVERED } from '@viaduct/core';
import { notes, setStage, stagedSink, stagedSinkOptions } from './stage.ts';

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

  it('that is not there is said so', async () => {
    const stage = setStage();
    const paused = stage.engine.pause('source', 'out');
    await expect(paused).rejects.toMatchObject({ code: 'VIA_ENGINE_NAME_UNKNOWN' });
  });
});
