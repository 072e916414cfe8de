import { describe, expect, it } from 'vitest';
import { fakeClock, seededRandom } from '@viaduct/testkit';
import { SILENT } from '@viaduct/core';
import { memoryJournal, type MemoryJournal } from '@viaduct/journal/memory';
import { createEngine } from '../src/index.ts';
import { eventId, noteCodec } from './dialect.ts';
import { BROKER_ID, notes, routerOf, setStage, stagedSink, stagedSource } from './stage.ts';

const HOUR_MS = 3_600_000;

/** Two sources of one cloud, each with routes of its own; both hear the same. */
function twins(journal: MemoryJournal, clock = fakeClock()) {
  const [first, second] = [stagedSource(), stagedSource()];
  const [left, right] = [stagedSink(), stagedSink()];
  const sourceOf = (name: string, source: typeof first) => ({
    name,
    adapter: { codec: noteCodec('note') },
    source,
    system: 'cloud',
    capabilities: {
      redelivery: 'requeue',
      confirmation: 'peer',
      ordering: 'per-connection',
    } as const,
  });
  const sinkOf = (name: string, sink: typeof left) => ({
    name,
    adapter: { codec: noteCodec('sent') },
    sink,
    capabilities: {
      confirmation: 'peer',
      ordering: 'per-connection',
      batchMax: 10,
      concurrencyMax: 1,
    } as const,
  });
  const engine = createEngine({
    clock,
    random: seededRandom(1),
    brokerId: BROKER_ID,
    logger: SILENT,
    journal,
    router: routerOf([
      { name: 'first to the left', from: ['first'], to: ['left'] },
      { name: 'second to the right', from: ['second'], to: ['right'] },
    ]),
    sources: [sourceOf('first', first), sourceOf('second', second)],
    sinks: [sinkOf('left', left), sinkOf('right', right)],
  });
  return { engine, clock, first, second, left, right };
}

describe('one occurrence', () => {
  it('that comes by two sources goes where each of them leads, under one id', async () => {
    const clock = fakeClock();
    const { engine, first, second, left, right } = twins(memoryJournal({ clock }), clock);
    await engine.start();
    first.deliver(...notes(1), ...notes(1));
    second.deliver(...notes(1));
    await clock.advance(10);
    expect(left.sent.map(({ event }) => event)).toEqual([eventId('n0')]);
    expect(right.sent.map(({ event }) => event)).toEqual([eventId('n0')]);
    const counted = engine.status().sources.map(({ counters }) => counters.duplicates);
    expect(counted).toEqual([1, 0]);
  });

  it('keeps its id, and the brokers it has passed, when another broker sends it on', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.source.deliver({ id: 'far', key: 'vm', seq: 0, trail: 'one two' });
    await stage.settle();
    expect(stage.sink.sent).toMatchObject([
      { event: eventId('far'), trail: `one two ${BROKER_ID}` },
    ]);
  });

  it('is known again after a crash, for as long as the window says', async () => {
    const clock = fakeClock();
    const journal = memoryJournal({ clock, dedupeWindowMs: HOUR_MS });
    const stage = setStage({ clock, journal });
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle();
    const next = setStage({ clock, journal: journal.crash() });
    await next.engine.start();
    await next.settle(HOUR_MS / 2);
    next.source.deliver(...notes(1));
    await next.settle();
    expect(next.sourceStatus().counters).toMatchObject({ duplicates: 1, appended: 0 });
    await next.settle(HOUR_MS);
    next.source.deliver(...notes(1));
    await next.settle();
    expect(next.sourceStatus().counters).toMatchObject({ duplicates: 1, appended: 1 });
  });
});
