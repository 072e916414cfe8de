import { describe, expect, it } from 'vitest';
import type { CanonicalEvent } from '@viaduct/core';
import { memoryJournal } from '@viaduct/journal/memory';
import { collectLogs, eventProblems, fakeClock } from '@viaduct/testkit';
import { alarmTracker, type SourceOptions } from '../src/index.ts';
import { noteCodec, type NoteNative } from './dialect.ts';
import { notes, setStage, type Stage } from './stage.ts';

const MINUTE_MS = 60_000;

const unconfirmed: Partial<SourceOptions<NoteNative>> = {
  capabilities: { redelivery: 'none', confirmation: 'none', ordering: 'per-connection' },
};

/** What the broker itself has said, oldest first. */
async function told(stage: Stage): Promise<readonly CanonicalEvent[]> {
  const stored = await stage.journal.read(undefined, 1_000);
  return stored.map(({ event }) => event).filter(({ origin }) => origin === 'viaduct');
}

function facts({ data }: CanonicalEvent): Readonly<Record<string, unknown>> {
  return Object.fromEntries((data.attributes?.extra ?? []).map(({ name, value }) => [name, value]));
}

describe('a silent source', () => {
  it('is told of once, and again when it is heard', async () => {
    const logger = collectLogs();
    const stage = setStage({ source: { silenceAfterMs: MINUTE_MS }, engine: { logger } });
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle(MINUTE_MS - 10);
    expect(stage.sourceStatus().silentSince).toBeUndefined();
    await stage.settle(10 * MINUTE_MS);
    expect(stage.sourceStatus()).toMatchObject({ counters: { silences: 1 } });
    expect(stage.sourceStatus().silentSince).toBeGreaterThan(0);
    stage.source.deliver(...notes(2).slice(1));
    await stage.settle();
    expect(stage.sourceStatus().silentSince).toBeUndefined();
    const events = await told(stage);
    expect(events.map(({ nativetype }) => nativetype)).toEqual([
      'viaduct.heard',
      'viaduct.silence',
      'viaduct.heard',
    ]);
    expect(events[1]).toMatchObject({
      type: 'io.viaduct.service.state',
      subject: 'service/in',
      data: { state: { value: 'down', native: 'silent' }, severity: 'warning' },
    });
    for (const event of events) expect(eventProblems(event)).toEqual([]);
    const fields = { source: 'in', code: 'VIA_ENGINE_SOURCE_SILENT' };
    const { message } = events[1]?.data ?? {};
    const warned = logger.lines.filter(({ level }) => level === 'warn');
    expect(warned).toMatchObject([{ fields, message }]);
    expect(logger.messages('info')).toContain('the source is heard again');
  });

  it('raises an alarm, which the first word after a restart clears', async () => {
    const adapter = { codec: noteCodec('note'), trackers: [alarmTracker()] };
    const source = { adapter, silenceAfterMs: MINUTE_MS };
    const stage = setStage({ source });
    await stage.engine.start();
    await stage.settle(2 * MINUTE_MS);
    const { clock } = stage;
    const next = setStage({ source, journal: stage.journal.crash(), clock });
    await next.engine.start();
    next.source.deliver(...notes(1));
    await next.settle();
    expect((await told(next)).map(({ data }) => data.alarm?.state)).toEqual(['raised', 'cleared']);
  });

  it('is not told of where it may be silent', async () => {
    const stage = setStage();
    await stage.engine.start();
    await stage.settle(100 * MINUTE_MS);
    stage.source.deliver(...notes(1));
    await stage.settle();
    expect(await told(stage)).toEqual([]);
  });

  it('is matched by routes as any event, by its source', async () => {
    const stage = setStage({
      source: { silenceAfterMs: MINUTE_MS },
      routes: [{ name: 'night', from: ['in'], match: { nativetype: 'viaduct.*' }, to: ['out'] }],
    });
    await stage.engine.start();
    await stage.settle(2 * MINUTE_MS);
    const [entry] = await stage.journal.read(undefined, 1);
    expect(entry).toMatchObject({ source: 'in', targets: ['out'] });
  });
});

describe('a gap of a source', () => {
  it('is told of when a connection is lost that keeps nothing', async () => {
    const stage = setStage({ source: unconfirmed });
    await stage.engine.start();
    await stage.settle(1_000);
    const lostAt = stage.clock.now();
    stage.source.lose();
    await stage.settle(20_000);
    const events = await told(stage);
    expect(events.map(facts)).toEqual([
      { reason: 'reconnect', since: new Date(lostAt).toISOString() },
    ]);
    expect(events.flatMap(eventProblems)).toEqual([]);
    expect(stage.sourceStatus().counters).toMatchObject({ gaps: 1, missed: 0 });
    expect(stage.source.resyncs).toBe(1);
  });

  it('is none where the peer sends again', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.source.lose();
    await stage.settle(20_000);
    expect(stage.source.connects).toBe(2);
    expect(await told(stage)).toEqual([]);
  });

  it('is one event for what is missing within seconds, counted', async () => {
    const stage = setStage({ source: unconfirmed });
    await stage.engine.start();
    for (let index = 0; index < 1_000; index += 1) {
      stage.source.miss({ reason: 'overflow', messages: 1 });
    }
    stage.source.miss({ reason: 'kernel', messages: 7 });
    await stage.settle(20_000);
    expect((await told(stage)).map(facts)).toMatchObject([
      { reason: 'overflow', messages: 1_000 },
      { reason: 'kernel', messages: 7 },
    ]);
    expect(stage.sourceStatus().counters).toMatchObject({ gaps: 2, missed: 1_007 });
  });

  it('that goes on for long is told of once a minute, and nothing of it is forgotten', async () => {
    const stage = setStage({ source: unconfirmed });
    await stage.engine.start();
    for (let second = 0; second < 300; second += 1) {
      stage.source.miss({ reason: 'overflow', messages: 10 });
      await stage.settle(1_000);
    }
    await stage.settle(120_000);
    const counts = (await told(stage)).map((event) => Number(facts(event).messages));
    expect(counts.length).toBeLessThanOrEqual(7);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3_000);
  });

  it('is told of by a clean stop', async () => {
    const stage = setStage({ source: unconfirmed });
    await stage.engine.start();
    stage.source.miss({ reason: 'overflow', messages: 3 });
    const stopped = stage.engine.stop({ deadlineMs: 1_000 });
    await stage.settle();
    await stopped;
    expect((await told(stage)).map(facts)).toMatchObject([{ messages: 3 }]);
  });

  it('waits while the journal has no room, and is then one event', async () => {
    const stage = setStage({ source: unconfirmed });
    await stage.engine.start();
    stage.journal.hold();
    stage.source.miss({ reason: 'overflow', messages: 1 });
    await stage.settle(60_000);
    expect(stage.sourceStatus().inFlight).toBe(1);
    stage.journal.resume();
    await stage.settle();
    expect(await told(stage)).toHaveLength(1);
  });
});

describe('a gap of a sink', () => {
  const small = { retentionBytes: 4_000, whenFull: 'drop' } as const;

  it('is told of once, by the broker, with how many it was owed', async () => {
    const clock = fakeClock();
    const journal = memoryJournal({ clock, ...small });
    const logger = collectLogs();
    const routes = [
      { name: 'all', from: ['in'], to: ['out'] },
      { name: 'gaps', match: { nativetype: 'viaduct.gap' }, to: ['other'] },
    ];
    const stage = setStage({ clock, journal, routes, other: {}, engine: { logger } });
    stage.sink.answer = () => new Promise(() => undefined);
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle();
    for (const note of notes(40).slice(1)) {
      stage.source.deliver(note);
      await stage.settle();
    }
    await stage.settle(10_000);
    const [event, ...more] = await told(stage);
    expect(more).toEqual([]);
    expect(event).toMatchObject({ subject: 'service/out', data: { severity: 'error' } });
    expect(eventProblems(event as CanonicalEvent)).toEqual([]);
    const { gaps } = await journal.stats();
    const missing = gaps.reduce((sum, { entries = 0 }) => sum + entries, 0);
    expect(facts(event as CanonicalEvent)).toMatchObject({ reason: 'dropped' });
    expect(stage.sinkStatus().counters).toMatchObject({ gaps: 1 });
    expect(stage.sinkStatus().counters.missed).toBeGreaterThan(10);
    expect(stage.sinkStatus().counters.missed).toBeLessThanOrEqual(missing);
    const said = logger.lines.filter(({ level }) => level === 'error');
    expect(said).toMatchObject([{ fields: { sink: 'out', code: 'VIA_ENGINE_SINK_GAP' } }]);
    const next = setStage({ clock, journal: journal.crash(), routes, other: {} });
    await next.engine.start();
    await next.settle(1_000);
    const again = (await told(next)).map(({ id }) => id);
    expect(new Set(again).size).toBe(again.length);
  });

  it('goes by routes that change it or have no answer, as any event', async () => {
    const clock = fakeClock();
    const journal = memoryJournal({ clock, ...small });
    const match = { nativetype: 'viaduct.gap' };
    const routes = [
      { name: 'all', from: ['in'], to: ['out'] },
      { name: 'loud', match, to: ['other'], set: { severity: '"critical"' } },
      { name: 'lame', match, to: ['out'], when: 'attributes.vcpus > 4' },
    ];
    const stage = setStage({ clock, journal, routes, other: {} });
    stage.sink.answer = () => new Promise(() => undefined);
    await stage.engine.start();
    for (const note of notes(40)) {
      stage.source.deliver(note);
      await stage.settle();
    }
    await stage.settle(10_000);
    const stored = await journal.read(undefined, 1_000);
    expect(stored.find(({ event }) => event.origin === 'viaduct')).toMatchObject({
      targets: ['other'],
      variants: [{ targets: ['other'], event: { data: { severity: 'critical' } } }],
    });
    const letters = await journal.deadLetters.list({}, 10);
    expect(letters).toMatchObject([{ stage: 'route', source: 'viaduct', sink: 'out' }]);
  });
});
