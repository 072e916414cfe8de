import { describe, expect, it } from 'vitest';
import { ok, type CanonicalEvent } from '@viaduct/core';
import { memoryJournal } from '@viaduct/journal/memory';
import type { Route } from '@viaduct/routing';
import { collectLogs, fakeClock } from '@viaduct/testkit';
import { noteCodec } from './dialect.ts';
import { notes, routerOf, setStage, stagedSink, stagedSinkOptions } from './stage.ts';

const LOUD: Route = {
  name: 'loud',
  to: ['out'],
  set: { severity: '"critical"' },
};

describe('a route that changes an event', () => {
  it('changes it for its sinks, and for nobody else', async () => {
    const sent = new Map<string, CanonicalEvent>();
    const stage = setStage({
      other: {},
      routes: [LOUD, { name: 'all', to: ['other', 'out'] }],
      engine: { observer: { encoded: (sink, event) => void sent.set(sink, event) } },
    });
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle();
    expect(sent.get('out')?.data).toMatchObject({ severity: 'critical' });
    expect(sent.get('other')?.data.severity).not.toBe('critical');
    expect(sent.get('out')?.id).toBe(sent.get('other')?.id);
  });

  it('keeps the message as it came from a sink of its own dialect', async () => {
    const sink = { adapter: { codec: noteCodec('note') } };
    const stage = setStage({ sink, routes: [LOUD] });
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle();
    expect(stage.sink.sent).toHaveLength(1);
    expect(stage.sink.sent[0]?.original).toBeUndefined();
  });

  it('says once, when the event is accepted, what it will be: a restart changes nothing', async () => {
    const stage = setStage({ routes: [LOUD] });
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle();
    const [stored] = await stage.journal.read(undefined, 10);
    expect(stored?.variants).toMatchObject([{ targets: ['out'] }]);
    expect(stored?.event.data.severity).not.toBe('critical');
  });
});

describe('a route without an answer', () => {
  const routes: readonly Route[] = [
    { name: 'large', when: 'attributes.vcpus > 4', to: ['out', 'other'] },
    { name: 'all', to: ['other'] },
  ];

  it('makes a dead letter for each sink that no other route leads to, and holds up nobody', async () => {
    const stage = setStage({ other: {}, routes });
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle();
    expect(stage.sink.sent).toEqual([]);
    expect(stage.other.sent).toHaveLength(1);
    expect(stage.source.acked).toEqual(['n0']);
    const letters = await stage.journal.deadLetters.list({}, 10);
    expect(letters).toMatchObject([
      {
        stage: 'route',
        sink: 'out',
        code: 'VIA_ROUTING_EXPRESSION_FAILED',
        reason: 'route "large": when: no such key: vcpus, at character 12',
      },
    ]);
  });

  it('is said once, though all of its sinks get the event by other routes', async () => {
    const logger = collectLogs();
    const own = { other: {}, engine: { logger } };
    const stage = setStage({ ...own, routes: [...routes, { name: 'rest', to: ['out'] }] });
    await stage.engine.start();
    stage.source.deliver(...notes(3));
    await stage.settle();
    expect(await stage.journal.deadLetters.count()).toBe(0);
    const said = logger.lines.filter(({ fields }) => fields.route === 'large');
    expect(said).toHaveLength(1);
    expect(said[0]?.message).toMatch(/no such key: vcpus.*; its sinks get the event by other/);
  });

  it('makes the same letter once, wherever the process dies and the event comes again', async () => {
    const clock = fakeClock();
    let journal = memoryJournal({ clock });
    // A life that has neither letter nor entry, then one that dies before it could acknowledge.
    for (const [life, isHeld] of [true, false, false].entries()) {
      const stage = setStage({ other: {}, routes, journal, clock });
      await stage.engine.start();
      await stage.settle();
      if (isHeld) journal.hold();
      stage.source.deliver(...notes(2));
      await stage.settle();
      const counted = life === 0 ? 0 : 2;
      expect([await journal.deadLetters.count(), stage.source.acked.length]).toEqual([
        counted,
        counted,
      ]);
      journal = journal.crash();
    }
    expect(await journal.deadLetters.count()).toBe(2);
    expect(await journal.read(undefined, 10)).toHaveLength(2);
  });

  it('makes a letter for each of its sinks', async () => {
    const stage = setStage({ other: {}, routes: routes.slice(0, 1) });
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle();
    const letters = await stage.journal.deadLetters.list({}, 10);
    expect(letters.map(({ sink }) => sink)).toEqual(['out', 'other']);
  });

  it('makes a letter for each event that the source says is new, though they are equal', async () => {
    const codec = noteCodec('note');
    const decode: typeof codec.decode = (native, context) => {
      const decoded = codec.decode(native, context);
      return decoded.ok ? ok(decoded.value.map((one) => ({ ...one, unseen: true }))) : decoded;
    };
    const source = { adapter: { codec: { ...codec, decode } } };
    const stage = setStage({ other: {}, routes, source });
    await stage.engine.start();
    stage.source.deliver(...notes(1), ...notes(1));
    await stage.settle();
    expect(await stage.journal.deadLetters.count()).toBe(2);
  });

  it('makes a letter for each event where the source has nothing to recognise one by', async () => {
    const stage = setStage({
      other: {},
      routes,
      source: { adapter: { codec: noteCodec('note', false) } },
    });
    await stage.engine.start();
    stage.source.deliver(...notes(1), ...notes(1));
    await stage.settle();
    expect(await stage.journal.deadLetters.count()).toBe(2);
  });

  it('of today makes a letter of what is from before the time of a new sink', async () => {
    const stage = setStage({ routes: [{ name: 'all', to: ['out'] }] });
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle();
    const late = stagedSink();
    const { settings } = stage;
    const applied = stage.engine.apply(
      {
        ...settings,
        router: routerOf([{ name: 'large', when: 'attributes.vcpus > 4', to: ['late'] }]),
        sinks: [...settings.sinks, stagedSinkOptions('late', late, { from: 'start' })],
      },
      { deadlineMs: 1_000 },
    );
    await stage.settle();
    await applied;
    await stage.settle();
    expect([late.sent, stage.sinkStatus('late').lag?.pending]).toEqual([[], 0]);
    expect(await stage.journal.deadLetters.list({}, 10)).toMatchObject([
      { stage: 'route', sink: 'late', event: { subject: 'compute/vm-0' } },
    ]);
  });
});
