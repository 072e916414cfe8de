import { describe, expect, it } from 'vitest';
import { DELIVERED, type Outcome } from '@viaduct/core';
import { JournalError } from '@viaduct/journal';
import type { EngineSettings } from '../src/index.ts';
import { noteCodec } from './dialect.ts';
import { countIn, holdTracker } from './hold-tracker.ts';
import {
  notes,
  routerOf,
  setStage,
  stagedSink,
  stagedSinkOptions,
  stagedSource,
  stagedSourceOptions,
  type Stage,
  type StagedSink,
} from './stage.ts';

/** A source whose peer keeps nothing. */
const RADIO = {
  redelivery: 'none',
  confirmation: 'none',
  ordering: 'per-connection',
} as const;

const DEADLINE = { deadlineMs: 1_000 };

/** Applies settings and lets the clock run until it is done. */
async function apply(stage: Stage, settings: Partial<EngineSettings>, ms = 1) {
  const applied = stage.engine.apply({ ...stage.settings, ...settings }, DEADLINE);
  applied.catch(() => undefined);
  await stage.settle(ms);
  return applied;
}

/** Routes everything to these. */
const to = (...sinks: readonly string[]) => routerOf([{ name: 'all', to: sinks }]);

const ids = (sink: StagedSink): readonly string[] => sink.sent.map(({ note }) => note).toSorted();

async function started(options: Parameters<typeof setStage>[0] = {}): Promise<Stage> {
  const stage = setStage(options);
  await stage.engine.start();
  await stage.settle();
  return stage;
}

describe('other settings', () => {
  it('leave alone what did not change: its connection, its counters, its claims', async () => {
    const stage = await started();
    let finish = (): void => undefined;
    stage.sink.answer = (sent) =>
      new Promise((resolve) => (finish = () => resolve(sent.map(() => DELIVERED))));
    stage.source.deliver(...notes(1));
    await stage.settle();
    const added = stagedSink();
    const sinks = [...stage.settings.sinks, stagedSinkOptions('more', added)];
    const report = await apply(stage, { sinks, router: to('out', 'more') });
    expect(report.sinks).toEqual({ added: ['more'], changed: [], removed: [], unchanged: ['out'] });
    expect(report.sources.unchanged).toEqual(['in']);
    finish();
    await stage.settle();
    expect([stage.source.connects, stage.sink.connects]).toEqual([1, 1]);
    expect(stage.sinkStatus()).toMatchObject({ claimed: 0, counters: { delivered: 1 } });
    expect(stage.sink.sent).toHaveLength(1);
  });

  it('send new events by the new routes at once, and old ones to nobody new', async () => {
    const stage = await started();
    stage.source.deliver({ id: 'old', key: 'a', seq: 0 });
    await stage.settle();
    const added = stagedSink();
    const sinks = [...stage.settings.sinks, stagedSinkOptions('more', added)];
    await apply(stage, { sinks, router: to('more') });
    stage.source.deliver({ id: 'new', key: 'a', seq: 1 });
    await stage.settle();
    expect([ids(stage.sink), ids(added)]).toEqual([['old'], ['new']]);
  });

  it('retire a removed sink: what is being sent finishes, the rest is not sent', async () => {
    const stage = await started({ other: {}, routes: [{ name: 'all', to: ['out', 'other'] }] });
    let finish = (): void => undefined;
    stage.other.answer = (sent) =>
      new Promise((resolve) => (finish = () => resolve(sent.map(() => DELIVERED))));
    stage.source.deliver(...notes(1));
    await stage.settle();
    const applied = apply(stage, {
      sinks: stage.settings.sinks.filter(({ name }) => name === 'out'),
      router: to('out'),
    });
    await stage.settle(100);
    finish();
    await stage.settle();
    expect((await applied).sinks.removed).toEqual(['other']);
    expect(stage.other.isOpen).toBe(false);
    expect(await stage.journal.subscriptions()).toContainEqual({ name: 'other', retired: true });
    expect((await stage.journal.stats()).subscriptions.other?.pending).toBe(0);
    expect(stage.engine.status().past.sinks.delivered).toBe(1);
  });

  it('cut off a sink that does not finish, and send what it had by its successor', async () => {
    const stage = await started();
    stage.sink.answer = (sent, signal) =>
      new Promise((resolve) => {
        const gone: Outcome = { kind: 'unavailable', code: 'VIA_TEST_GONE', message: '' };
        signal.addEventListener('abort', () => resolve(sent.map(() => gone)));
      });
    stage.source.deliver(...notes(3));
    await stage.settle();
    const successor = stagedSink();
    const sinks = [stagedSinkOptions('out', successor)];
    const report = await apply(stage, { sinks }, 2_000);
    await stage.settle();
    expect(report.sinks.changed).toEqual(['out']);
    expect(ids(successor)).toEqual(['n0', 'n1', 'n2']);
    expect(stage.sink.isOpen).toBe(false);
    expect(stage.sinkStatus()).toMatchObject({ lag: { pending: 0 }, counters: { delivered: 3 } });
  });

  it('close a removed source after what it received is durable and acknowledged', async () => {
    const stage = await started();
    stage.journal.hold();
    stage.source.deliver(...notes(2));
    await stage.settle();
    const applied = apply(stage, { sources: [], router: to('out') });
    await stage.settle(500);
    expect([stage.source.isOpen, stage.source.acked.length]).toEqual([true, 0]);
    stage.journal.resume();
    await stage.settle();
    expect((await applied).sources.removed).toEqual(['in']);
    expect([stage.source.isOpen, stage.source.acked]).toEqual([false, ['n0', 'n1']]);
    expect(ids(stage.sink)).toEqual(['n0', 'n1']);
    expect(stage.engine.status().past.sources.appended).toBe(2);
  });

  it('send what a leaving source still has to say where the old routes say', async () => {
    const trackers = [holdTracker];
    const stage = await started({ source: { adapter: { codec: noteCodec('note'), trackers } } });
    stage.source.deliver({ id: 'held', key: 'vm', seq: 0, hold: true });
    await stage.settle(0);
    expect(stage.sourceStatus().held).toBe(1);
    const added = stagedSink();
    const sinks = [...stage.settings.sinks, stagedSinkOptions('more', added)];
    await apply(stage, { sources: [], sinks, router: to('more') });
    await stage.settle();
    expect([ids(stage.sink), ids(added)]).toEqual([['held'], []]);
  });

  it('pass the memory of a changed source on to its successor', async () => {
    const counts: number[] = [];
    const tracker = {
      ...holdTracker,
      step: (...[memory, observed, now]: Parameters<typeof holdTracker.step>) => {
        counts.push(countIn(memory));
        return holdTracker.step(memory, observed, now);
      },
    };
    const own = { adapter: { codec: noteCodec('note'), trackers: [tracker] } };
    const stage = await started({ source: own });
    stage.source.deliver(...notes(3, { key: 'vm' }));
    await stage.settle();
    const successor = stagedSource();
    const report = await apply(stage, { sources: [stagedSourceOptions('in', successor, own)] });
    expect(report.sources.changed).toEqual(['in']);
    successor.deliver({ id: 'next', key: 'vm', seq: 3 });
    await stage.settle();
    expect(counts.at(-1)).toBe(3);
    expect(stage.sourceStatus().counters.appended).toBe(4);
  });

  it('remember a source that was removed and comes back', async () => {
    const trackers = [holdTracker];
    const own = { adapter: { codec: noteCodec('note'), trackers } };
    const stage = await started({ source: own });
    stage.source.deliver(...notes(2, { key: 'vm' }));
    await stage.settle();
    await apply(stage, { sources: [], router: to('out') });
    const back = stagedSource();
    await apply(stage, { sources: [stagedSourceOptions('in', back, own)] });
    back.deliver({ id: 'next', key: 'vm', seq: 2 });
    await stage.settle();
    await stage.engine.stop(DEADLINE);
    const saved = await stage.journal.checkpoints.load('trackers/in');
    expect(JSON.stringify(saved?.value)).toContain('{"count":3}');
  });
});

describe('a new sink that begins in the past', () => {
  it('gets what the routes of today send it, in order, and then what follows', async () => {
    const stage = await started();
    stage.source.deliver(
      { id: 'one', key: 'a', seq: 0, type: 'alarm' },
      { id: 'two', key: 'a', seq: 1, type: 'note' },
      { id: 'three', key: 'b', seq: 2, type: 'alarm' },
    );
    await stage.settle();
    const added = stagedSink();
    await apply(stage, {
      sinks: [...stage.settings.sinks, stagedSinkOptions('alarms', added, { from: 'start' })],
      router: routerOf([
        { name: 'all', to: ['out'] },
        { name: 'alarms', match: { nativetype: 'alarm' }, to: ['alarms'] },
      ]),
    });
    stage.source.deliver({ id: 'four', key: 'a', seq: 3, type: 'alarm' });
    await stage.settle();
    expect(added.sent.map(({ note }) => note)).toEqual(['one', 'three', 'four']);
    expect(stage.sinkStatus('alarms')).toMatchObject({ lag: { pending: 0 } });
    expect(stage.sink.sent).toHaveLength(4);
  });

  it('misses nothing whose targets the old routes chose and that is not durable yet', async () => {
    const stage = await started();
    stage.journal.hold();
    stage.source.deliver(...notes(5));
    await stage.settle();
    const added = stagedSink();
    const sinks = [...stage.settings.sinks, stagedSinkOptions('more', added, { from: 'start' })];
    const applied = apply(stage, { sinks, router: to('out', 'more') });
    await stage.settle();
    stage.source.deliver({ id: 'after', key: 'z', seq: 9 });
    await stage.settle();
    stage.journal.resume();
    await stage.settle(1_000);
    await applied;
    expect(ids(added)).toEqual(['after', 'n0', 'n1', 'n2', 'n3', 'n4']);
  });

  it('waits for a source that left in an earlier change and is not done yet', async () => {
    const stage = await started({ source: { capabilities: RADIO } });
    const { append } = stage.journal;
    const full = new JournalError('VIA_JOURNAL_FULL', 'full');
    stage.journal.append = () => Promise.reject(full);
    stage.source.deliver(...notes(3));
    await stage.settle();
    await apply(stage, { sources: [], router: to('out') }, 20_000);
    const added = stagedSink();
    const sinks = [...stage.settings.sinks, stagedSinkOptions('more', added, { from: 'start' })];
    await apply(stage, { sources: [], sinks, router: to('out', 'more') }, 20_000);
    stage.journal.append = (entries) => append.call(stage.journal, entries);
    await stage.settle(1_000);
    expect(ids(added)).toEqual(['n0', 'n1', 'n2']);
  });

  it('is opened when the journal has room, and nobody waits for that', async () => {
    const stage = await started();
    stage.journal.failAppend(new JournalError('VIA_JOURNAL_FULL', 'full'));
    stage.source.deliver(...notes(1));
    await stage.settle();
    const added = stagedSink();
    const sinks = [...stage.settings.sinks, stagedSinkOptions('more', added, { from: 'start' })];
    await apply(stage, { sinks, router: to('out', 'more') }, 10_000);
    expect(ids(added)).toEqual(['n0']);
  });

  it('gets the past at the first start, too', async () => {
    const stage = await started();
    stage.source.deliver(...notes(2));
    await stage.settle();
    const next = setStage({
      journal: stage.journal.crash(),
      clock: stage.clock,
      other: { from: 'start' },
      routes: [{ name: 'all', to: ['out', 'other'] }],
    });
    await next.engine.start();
    await next.settle();
    expect(ids(next.other)).toEqual(['n0', 'n1']);
  });
});

describe('settings that cannot be applied', () => {
  it('change nothing when a route leads nowhere', async () => {
    const stage = await started();
    const applied = apply(stage, { router: to('nowhere') });
    await expect(applied).rejects.toMatchObject({ code: 'VIA_ENGINE_NAME_UNKNOWN' });
    stage.source.deliver(...notes(1));
    await stage.settle();
    expect(ids(stage.sink)).toEqual(['n0']);
  });

  it('change nothing when the journal has no room for a subscription', async () => {
    const stage = await started();
    const { subscribe } = stage.journal;
    stage.journal.subscribe = (name, from, how) => {
      if (name !== 'second') return subscribe.call(stage.journal, name, from, how);
      return Promise.reject(new JournalError('VIA_JOURNAL_DISK_FULL', 'full'));
    };
    const sinks = [
      ...stage.settings.sinks,
      stagedSinkOptions('first', stagedSink()),
      stagedSinkOptions('second', stagedSink()),
    ];
    const applied = apply(stage, { sinks, router: to('first', 'second') });
    await expect(applied).rejects.toMatchObject({ code: 'VIA_JOURNAL_DISK_FULL' });
    expect(await stage.journal.subscriptions()).toEqual([{ name: 'out', retired: false }]);
    expect(stage.engine.status().sinks.map(({ name }) => name)).toEqual(['out']);
    stage.source.deliver(...notes(1));
    await stage.settle();
    expect(ids(stage.sink)).toEqual(['n0']);
  });

  it('are refused by an engine that does not run', async () => {
    const stage = setStage();
    const early = stage.engine.apply(stage.settings, DEADLINE);
    await expect(early).rejects.toMatchObject({ code: 'VIA_ENGINE_STATE_WRONG' });
  });

  it('leave no timer behind when the engine stops in the middle', async () => {
    const stage = await started();
    stage.journal.hold();
    stage.source.deliver(...notes(1));
    await stage.settle();
    const sinks = [stagedSinkOptions('late', stagedSink(), { from: 'start' })];
    const applied = apply(stage, { sinks, sources: [], router: to('late') });
    await stage.settle();
    const stopped = stage.engine.stop({ deadlineMs: 100 });
    await stage.settle(10_000);
    await stopped;
    await applied.catch(() => undefined);
    expect(stage.clock.pending).toBe(0);
    expect(stage.source.isOpen).toBe(false);
  });
});
