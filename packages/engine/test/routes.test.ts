import { describe, expect, it } from 'vitest';
import type { CanonicalEvent } from '@viaduct/core';
import type { Route } from '@viaduct/routing';
import { noteCodec } from './dialect.ts';
import { notes, setStage } from './stage.ts';

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

  it('makes a dead letter for each of its sinks, and holds nobody else up', async () => {
    const stage = setStage({ other: {}, routes });
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle();
    expect(stage.sink.sent).toEqual([]);
    expect(stage.other.sent).toHaveLength(1);
    expect(stage.source.acked).toEqual(['n0']);
    const letters = await stage.journal.deadLetters.list({}, 10);
    expect(
      letters.map(({ stage: where, sink, code, reason }) => [where, sink, code, reason]),
    ).toEqual([
      [
        'route',
        'out',
        'VIA_ROUTING_EXPRESSION_FAILED',
        'route "large": when: no such key: vcpus, at character 12',
      ],
      [
        'route',
        'other',
        'VIA_ROUTING_EXPRESSION_FAILED',
        'route "large": when: no such key: vcpus, at character 12',
      ],
    ]);
  });
});
