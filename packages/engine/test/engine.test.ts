import { describe, expect, it } from 'vitest';
import { DELIVERED, type Observed } from '@viaduct/core';
import { JournalError } from '@viaduct/journal';
import { memoryJournal } from '@viaduct/journal/memory';
import { collectLogs, fakeClock } from '@viaduct/testkit';
import { noteCodec } from './dialect.ts';
import { countIn, holdTracker } from './hold-tracker.ts';
import { notes, setStage } from './stage.ts';

describe('an engine', () => {
  it('cannot be made with two sources or sinks of one name', () => {
    const stage = () => setStage({ other: { name: 'out' } });
    expect(stage).toThrow(expect.objectContaining({ code: 'VIA_ENGINE_NAME_TAKEN' }));
  });

  it('cannot be made with routes from or to what is not there', () => {
    const to = () => setStage({ routes: [{ name: 'r', to: ['nowhere'] }] });
    expect(to).toThrow(expect.objectContaining({ code: 'VIA_ENGINE_NAME_UNKNOWN' }));
    const from = () => setStage({ routes: [{ name: 'r', from: ['out-*'], to: ['out'] }] });
    expect(from).toThrow(expect.objectContaining({ code: 'VIA_ENGINE_NAME_UNKNOWN' }));
  });

  it('starts with no peer up', async () => {
    const stage = setStage();
    stage.sink.connect = () => new Promise(() => undefined);
    stage.source.connect = () => new Promise(() => undefined);
    await stage.engine.start();
    expect(stage.engine.status().state).toBe('running');
    expect(stage.sinkStatus().state).toBe('connecting');
  });

  it('starts once', async () => {
    const stage = setStage();
    await stage.engine.start();
    await expect(stage.engine.start()).rejects.toMatchObject({ code: 'VIA_ENGINE_STATE_WRONG' });
  });

  it('retires the subscription of a sink that is no longer configured, and says so once', async () => {
    const clock = fakeClock();
    let journal = memoryJournal({ clock });
    await journal.subscribe('old', 'now');
    const logger = collectLogs();
    for (const _life of [1, 2]) {
      const stage = setStage({ journal, clock, engine: { logger } });
      await stage.engine.start();
      expect(await journal.subscriptions()).toEqual([
        { name: 'old', retired: true },
        { name: 'out', retired: false },
      ]);
      journal = journal.crash();
    }
    expect(logger.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { fields: { sink: 'old', code: 'VIA_ENGINE_SINK_RETIRED' } },
    ]);
  });

  it('says what it has counted in figures of its own', async () => {
    const stage = setStage();
    await stage.engine.start();
    const before = stage.sourceStatus();
    stage.source.deliver(...notes(2));
    await stage.settle();
    expect(before.counters.deliveries).toBe(0);
    expect(stage.sourceStatus().counters.deliveries).toBe(2);
  });

  it('shows an observer what passes', async () => {
    const seen: string[] = [];
    const stage = setStage({
      engine: {
        observer: {
          appended: (source, entries) => seen.push(`${source}: ${entries.length} appended`),
          encoded: (sink, _event, { losses }) => seen.push(`${sink}: ${losses.length} losses`),
          settled: (sink, _claimed, outcomes) => seen.push(`${sink}: ${outcomes[0]?.kind ?? ''}`),
          deadLettered: ({ code }) => seen.push(code),
        },
      },
    });
    await stage.engine.start();
    stage.source.deliver(...notes(1), { id: 'bad', key: 'a', seq: 0, broken: true });
    await stage.settle();
    expect(seen.toSorted()).toEqual([
      'VIA_TEST_BROKEN',
      'in: 1 appended',
      'out: 1 losses',
      'out: delivered',
    ]);
  });
});

describe('an observer', () => {
  it('that throws stops nothing', async () => {
    const fail = (): never => {
      throw new Error('a bug');
    };
    const observer = { appended: fail, encoded: fail, settled: fail, deadLettered: fail };
    const stage = setStage({ engine: { observer } });
    await stage.engine.start();
    stage.source.deliver(...notes(2), { id: 'bad', key: 'a', seq: 0, broken: true });
    await stage.settle();
    expect(stage.source.acked.toSorted()).toEqual(['bad', 'n0', 'n1']);
    expect(stage.sinkStatus()).toMatchObject({ state: 'connected', lag: { pending: 0 } });
  });
});

describe('a clean stop', () => {
  it('lets what is being sent finish, sends nothing more, and leaves no timer', async () => {
    const stage = setStage();
    let finish = (): void => undefined;
    stage.sink.answer = (sent) =>
      new Promise((resolve) => (finish = () => resolve(sent.map(() => DELIVERED))));
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle();
    const stopped = stage.engine.stop({ deadlineMs: 5_000 });
    await stage.settle();
    stage.source.deliver({ id: 'late', key: 'late', seq: 0 });
    await stage.settle(1_000);
    expect(stage.sink.isOpen).toBe(true);
    finish();
    await stage.settle();
    await stopped;
    expect(stage.sinkStatus()).toMatchObject({ state: 'closed', claimed: 0, lag: { pending: 0 } });
    expect(stage.source.acked).toEqual(['n0']);
    expect(stage.source.isOpen || stage.sink.isOpen).toBe(false);
    expect(stage.engine.status().state).toBe('stopped');
    expect(stage.clock.pending).toBe(0);
  });

  it('acknowledges what becomes durable while it stops', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.journal.hold();
    stage.source.deliver(...notes(2));
    await stage.settle();
    const stopped = stage.engine.stop({ deadlineMs: 5_000 });
    await stage.settle(1_000);
    expect(stage.source.isOpen).toBe(true);
    stage.journal.resume();
    await stage.settle();
    await stopped;
    expect(stage.source.acked).toEqual(['n0', 'n1']);
  });

  it('ends at its deadline, and then what was unconfirmed is still owed', async () => {
    const stage = setStage();
    stage.sink.answer = (sent, signal) =>
      new Promise((resolve) => {
        const give = () =>
          resolve(sent.map(() => ({ kind: 'unavailable', code: 'VIA_TEST_GONE', message: '' })));
        signal.addEventListener('abort', give);
      });
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle();
    const stopped = stage.engine.stop({ deadlineMs: 1_000 });
    await stage.settle(1_100);
    await stopped;
    expect(stage.sinkStatus().lag).toMatchObject({ pending: 1, claimed: 0 });
  });

  it('is quick while no peer is up', async () => {
    const stage = setStage();
    stage.sink.connect = (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('no'))));
    await stage.engine.start();
    const stopped = stage.engine.stop({ deadlineMs: 60_000 });
    await stage.settle();
    await stopped;
    expect(stage.engine.status().state).toBe('stopped');
  });

  it('is legal before the start, and twice', async () => {
    const stage = setStage();
    await stage.engine.stop({ deadlineMs: 0 });
    await stage.engine.stop({ deadlineMs: 0 });
    await expect(stage.engine.start()).rejects.toMatchObject({ code: 'VIA_ENGINE_STATE_WRONG' });
    expect(stage.source.connects).toBe(0);
  });
});

describe('a journal that fails', () => {
  it('ends the engine: nothing is acknowledged, and it says so', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.journal.failAppend(new JournalError('VIA_JOURNAL_FAILED', 'the sync failed'));
    stage.source.deliver(...notes(1));
    await stage.settle();
    expect(await stage.engine.failed).toMatchObject({ code: 'VIA_JOURNAL_FAILED' });
    expect(stage.source.acked).toEqual([]);
    expect(stage.engine.status().state).toBe('failed');
    const stopped = stage.engine.stop({ deadlineMs: 1_000 });
    await stage.settle(2_000);
    await stopped;
    expect(stage.source.isOpen || stage.sink.isOpen).toBe(false);
    expect(stage.engine.status().state).toBe('failed');
  });

  it('before the start makes the start fail', async () => {
    const stage = setStage();
    await stage.journal.close();
    await expect(stage.engine.start()).rejects.toMatchObject({ code: 'VIA_JOURNAL_CLOSED' });
  });
});

describe('the memory of trackers', () => {
  /** Notes how many events of its key each event was preceded by. */
  const spy = () => {
    const counts: number[] = [];
    const tracker = {
      ...holdTracker,
      step: (...[memory, observed, now]: Parameters<typeof holdTracker.step>) => {
        counts.push(countIn(memory));
        return holdTracker.step(memory, observed, now);
      },
    };
    return { counts, source: { adapter: { codec: noteCodec('note'), trackers: [tracker] } } };
  };

  it('is what it was after a crash, from the journal alone', async () => {
    const { source, counts } = spy();
    const stage = setStage({ source });
    await stage.engine.start();
    stage.source.deliver(...notes(3, { key: 'vm' }));
    await stage.settle();
    const next = setStage({ source, journal: stage.journal.crash(), clock: stage.clock });
    await next.engine.start();
    next.source.deliver({ id: 'next', key: 'vm', seq: 3 });
    await next.settle();
    expect(counts.at(-1)).toBe(3);
  });

  it('is read from its checkpoint, and only what came later is folded', async () => {
    const { source, counts } = spy();
    const stage = setStage({ source, engine: { checkpointIntervalMs: 1_000 } });
    await stage.engine.start();
    stage.source.deliver(...notes(3, { key: 'vm' }));
    await stage.settle(1_500);
    stage.source.deliver({ id: 'after', key: 'vm', seq: 3 });
    await stage.settle();
    const seen = counts.length;
    const next = setStage({ source, journal: stage.journal.crash(), clock: stage.clock });
    await next.engine.start();
    expect(counts.slice(seen)).toEqual([3]);
    next.source.deliver({ id: 'next', key: 'vm', seq: 4 });
    await next.settle();
    expect(counts.at(-1)).toBe(4);
  });

  it('is checkpointed by a clean stop', async () => {
    const { source, counts } = spy();
    const stage = setStage({ source });
    await stage.engine.start();
    stage.source.deliver(...notes(3, { key: 'vm' }));
    await stage.settle();
    const stopped = stage.engine.stop({ deadlineMs: 1_000 });
    await stage.settle();
    await stopped;
    const seen = counts.length;
    const next = setStage({ source, journal: stage.journal.crash(), clock: stage.clock });
    await next.engine.start();
    expect(counts.slice(seen)).toEqual([]);
    next.source.deliver({ id: 'next', key: 'vm', seq: 3 });
    await next.settle();
    expect(counts.at(-1)).toBe(3);
  });

  it('of a held event sends nothing twice after a crash', async () => {
    const { source } = spy();
    const stage = setStage({ source });
    await stage.engine.start();
    stage.source.deliver({ id: 'held', key: 'vm', seq: 0, hold: true });
    await stage.settle(1_000);
    const next = setStage({ source, journal: stage.journal.crash(), clock: stage.clock });
    await next.engine.start();
    await next.settle(1_000);
    expect(await next.journal.read(undefined, 10)).toHaveLength(1);
  });

  it('is lost, and nothing else, when a tracker throws', async () => {
    const tracker = {
      ...holdTracker,
      keyOf: ({ event }: Observed) => {
        if (event.nativetype === 'bad') throw new Error('a bug');
        return event.partitionkey;
      },
    };
    const stage = setStage({
      source: { adapter: { codec: noteCodec('note'), trackers: [tracker] } },
    });
    await stage.engine.start();
    stage.source.deliver(...notes(1, { type: 'bad' }), { id: 'good', key: 'vm', seq: 1 });
    await stage.settle();
    expect(stage.source.acked).toEqual(['n0', 'good']);
  });

  it('forgets the longest unused keys at its bound, and lets go what they held', async () => {
    const tracker = { ...holdTracker, keysMax: 2 };
    const stage = setStage({
      source: { adapter: { codec: noteCodec('note'), trackers: [tracker] } },
    });
    await stage.engine.start();
    stage.source.deliver({ id: 'held', key: 'a', seq: 0, hold: true }, ...notes(2));
    await stage.settle();
    expect(stage.source.acked.toSorted()).toEqual(['held', 'n0', 'n1']);
  });
});
