import { describe, expect, it } from 'vitest';
import { JournalError, type Entry, type Position, type Subscription } from '@viaduct/journal';
import { memoryJournal, type MemoryJournal } from '@viaduct/journal/memory';
import { fakeClock, type FakeClock } from '@viaduct/testkit';
import {
  ReplayPlanner,
  runReplay,
  type ChosenEvents,
  type Progress,
  type ReplayOptions,
  type ReplayRecord,
} from '../../src/index.ts';
import { BROKER_ID } from '../stage.ts';
import { storedEntry } from './stored-entries.ts';

/** What may stand in front of live events at one sink, and one batch. */
const AHEAD_MAX = 128 + 32;

const vm = (index: number): Entry => {
  const sketch = { at: index + 1, vm: `vm-${index}`, state: 'running' as const };
  const { position: _position, appendedAt: _at, ...entry } = storedEntry(sketch);
  return entry;
};

/** A reader of a journal in memory. */
const recordOf = (journal: MemoryJournal): ReplayRecord => ({
  read: journal.read.bind(journal),
  beforeTime: () => Promise.resolve(undefined),
  entry: async (position) => (await journal.read((position - 1) as Position, 1))[0],
});

interface Bench {
  readonly clock: FakeClock;
  readonly journal: MemoryJournal;
  readonly nms: Subscription;
  readonly steps: Progress<ChosenEvents>[];
  readonly ended: Promise<void>;
  readonly stop: AbortController;
}

/** A journal with events for nobody, and a replay of them to these sinks that has just begun. */
async function begin(
  count: number,
  options: Partial<ReplayOptions> = {},
  sinks: readonly string[] = ['nms'],
  seen: (step: Progress<ChosenEvents>, stop: AbortController) => void = () => undefined,
): Promise<Bench> {
  const clock = fakeClock();
  const journal = memoryJournal({ clock });
  const nms = await journal.subscribe('nms', 'now');
  for (const name of sinks) if (name !== 'nms') await journal.subscribe(name, 'now');
  await journal.append(Array.from({ length: count }, (_, index) => vm(index)));
  const stop = new AbortController();
  const chooser = new ReplayPlanner({
    id: 'r-1',
    from: 0,
    to: clock.now() + 1,
    isWanted: () => true,
    targets: () => sinks,
    brokerId: BROKER_ID,
    allStates: false,
  });
  const all: ReplayOptions = {
    ...{ id: 'r-1', from: 0, chooser, variants: () => [], journal, record: recordOf(journal) },
    ...{ clock, isLive: true, ratePerSecond: 100, dryRun: false },
    ...options,
  };
  const steps: Progress<ChosenEvents>[] = [];
  const ended = (async () => {
    for await (const step of runReplay(all, stop.signal)) {
      steps.push(step);
      seen(step, stop);
    }
  })();
  return { clock, journal, nms, steps, ended, stop };
}

/** Takes all there is, as a sink that works does. */
async function takeAll({ nms }: Bench): Promise<number> {
  const claimed = await nms.claim(1_000, AbortSignal.timeout(5));
  await nms.settle(claimed.map(({ entry }) => entry.position));
  return claimed.length;
}

/** How many events were written after each step of the writing. */
function writtenAfterSteps({ steps }: Bench): readonly number[] {
  return steps.flatMap((step) => (step.kind === 'writing' ? [step.written] : []));
}

describe('a replay beside live traffic', () => {
  it('writes no faster than it is told to', async () => {
    const bench = await begin(1_000);
    await bench.clock.advance(5_000);
    let taken = await takeAll(bench);
    const before = taken;
    for (let second = 0; second < 4; second += 1) {
      await bench.clock.advance(1_000);
      taken += await takeAll(bench);
    }
    expect(taken - before).toBeGreaterThan(300);
    expect(taken - before).toBeLessThanOrEqual(432);
    bench.stop.abort();
    await expect(bench.ended).rejects.toThrow();
  });

  it('writes a few times a second, and little each time', async () => {
    const bench = await begin(1_000);
    await bench.clock.advance(1_000);
    await takeAll(bench);
    const before = writtenAfterSteps(bench).length;
    await bench.clock.advance(1_000);
    const [start = 0, ...after] = writtenAfterSteps(bench).slice(before - 1);
    const sizes = after.map((written, index) => written - (after[index - 1] ?? start));
    expect(sizes.length).toBeGreaterThan(10);
    expect(sizes.length).toBeLessThanOrEqual(25);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
    bench.stop.abort();
    await expect(bench.ended).rejects.toThrow();
  });

  it('counts an event once for each sink that it goes to', async () => {
    const bench = await begin(200, {}, ['nms', 'archive']);
    await bench.clock.advance(1_000);
    const taken = await takeAll(bench);
    expect(taken).toBeGreaterThan(30);
    // Half of what a second allows, and half of what may be written at once.
    expect(taken).toBeLessThanOrEqual(50 + 16);
    bench.stop.abort();
    await expect(bench.ended).rejects.toThrow();
  });

  it('never puts more before a sink than a moment’s work, and goes on when that is done', async () => {
    const bench = await begin(400, { ratePerSecond: 10_000 });
    await bench.clock.advance(20_000);
    expect(bench.nms.lag().pending).toBeGreaterThan(100);
    expect(bench.nms.lag().pending).toBeLessThanOrEqual(AHEAD_MAX);
    expect(bench.steps.at(-1)).toMatchObject({ kind: 'writing', waitingFor: ['nms'] });
    let taken = 0;
    for (let round = 0; round < 20 && taken < 400; round += 1) {
      taken += await takeAll(bench);
      await bench.clock.advance(5_000);
    }
    await bench.ended;
    expect(taken).toBe(400);
    expect(bench.steps.at(-1)).toMatchObject({ kind: 'done', result: { events: 400 } });
  });

  it('leaves out a state that became old news while it was waiting', async () => {
    const bench = await begin(200, { ratePerSecond: 10_000 });
    await bench.clock.advance(20_000);
    const news = { ...vm(199), event: { ...vm(199).event, id: 'news' } };
    await bench.journal.append([news]);
    await takeAll(bench);
    await bench.clock.advance(20_000);
    await bench.ended;
    expect(bench.steps.at(-1)).toMatchObject({ result: { events: 199, leftOut: 1 } });
  });

  it('ends when its sink is taken out of the configuration, waiting or writing', async () => {
    for (const ratePerSecond of [10_000, 3]) {
      const bench = await begin(400, { ratePerSecond });
      const refused = expect(bench.ended).rejects.toMatchObject({
        code: 'VIA_ENGINE_REPLAY_SINK_GONE',
        message: expect.stringContaining('"nms" was taken out'),
      });
      await bench.clock.advance(20_000);
      const { waitingFor } = bench.steps.at(-1) as { waitingFor: readonly string[] };
      expect(waitingFor).toEqual(ratePerSecond === 3 ? [] : ['nms']);
      const { pending } = bench.nms.lag();
      await bench.journal.retire('nms');
      await bench.clock.advance(20_000);
      await refused;
      expect(bench.nms.lag().pending).toBe(pending);
    }
  });

  it('waits for room in a full journal', async () => {
    const bench = await begin(10);
    bench.journal.failAppend(new JournalError('VIA_JOURNAL_FULL', 'full'));
    await bench.clock.advance(10_000);
    await bench.ended;
    expect(bench.steps.at(-1)).toMatchObject({ result: { events: 10 } });
  });
});

describe('a replay on a stopped broker', () => {
  it('writes everything at once, and says when there is no room', async () => {
    const { ended, nms } = await begin(1_000, { isLive: false, ratePerSecond: 1 });
    await ended;
    expect(nms.lag().pending).toBe(1_000);
    const other = await begin(10, { isLive: false });
    other.journal.failAppend(new JournalError('VIA_JOURNAL_FULL', 'full'));
    await expect(other.ended).rejects.toMatchObject({ code: 'VIA_JOURNAL_FULL' });
  });

  it('ends between two steps when it is called off', async () => {
    const bench = await begin(1_000, { isLive: false }, ['nms'], (step, stop) => {
      if (step.kind === 'writing') stop.abort(new Error('called off'));
    });
    await expect(bench.ended).rejects.toThrow('called off');
    expect(bench.steps.filter(({ kind }) => kind === 'writing')).toHaveLength(1);
    expect(bench.nms.lag().pending).toBeLessThan(1_000);
  });
});
