import { describe, expect, it } from 'vitest';
import { fakeClock } from '@viaduct/testkit';
import { ECHO_AGE_MS, ECHOES_MAX, EchoMemory } from '../src/echoes/echo-memory.ts';
import { eventId, noteCodec, type Note } from './dialect.ts';
import { notes, setStage, type Stage } from './stage.ts';

/** A sink of the dialect of the source: what it sends may come back. */
const same = { adapter: { codec: noteCodec('note') } };

/** What the sink sent, as a peer without a place for trails would send it on. */
function reflected(stage: Stage): readonly Note[] {
  return stage.sink.sent.map(({ key, seq, echo = '' }, index) => ({
    id: `reflected-${index}`,
    key,
    seq,
    echo,
  }));
}

describe('an echo', () => {
  it('is dropped, acknowledged and counted', async () => {
    const stage = setStage({ sink: same });
    await stage.engine.start();
    stage.source.deliver(...notes(3));
    await stage.settle();
    stage.source.deliver(...reflected(stage));
    await stage.settle();
    expect(stage.sink.sent).toHaveLength(3);
    expect(stage.sourceStatus().counters).toMatchObject({ dropped: { echo: 3 }, appended: 3 });
    expect(stage.source.acked).toHaveLength(6);
  });

  it('is known before the peer has answered', async () => {
    const stage = setStage({ sink: same });
    stage.sink.answer = () => new Promise(() => undefined);
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle();
    stage.source.deliver(...reflected(stage));
    await stage.settle();
    expect(stage.sourceStatus().counters.dropped).toEqual({ echo: 1 });
  });

  it.each([
    ['a clean stop', true],
    ['a crash some seconds later', false],
  ])('is known after %s', async (_, isClean) => {
    const clock = fakeClock();
    const stage = setStage({ sink: same, clock });
    await stage.engine.start();
    stage.source.deliver(...notes(2));
    await stage.settle(isClean ? 1 : 10_000);
    if (isClean) {
      const stopped = stage.engine.stop({ deadlineMs: 1_000 });
      await stage.settle();
      await stopped;
    }
    const next = setStage({ sink: same, clock, journal: stage.journal.crash() });
    await next.engine.start();
    next.source.deliver(...reflected(stage));
    await next.settle();
    expect(next.sourceStatus().counters).toMatchObject({ dropped: { echo: 2 }, appended: 0 });
  });

  it('is only what was sent in the dialect that it comes in', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.source.deliver({ id: 'a', key: 'vm', seq: 0 });
    await stage.settle();
    stage.source.deliver({ id: 'b', key: 'vm', seq: 1, echo: eventId('a') });
    await stage.settle();
    expect(stage.sourceStatus().counters).toMatchObject({ dropped: {}, appended: 2 });
  });
});

describe('an echo memory', () => {
  it('holds no more than its bound, the youngest', () => {
    const memory = new EchoMemory();
    for (let index = 0; index < 3 * ECHOES_MAX; index += 1) memory.add(`f${index}`, 0);
    expect(memory.size).toBeLessThanOrEqual(ECHOES_MAX);
    expect(memory.has(`f${3 * ECHOES_MAX - 1}`, 0)).toBe(true);
    expect(memory.has(`f${3 * ECHOES_MAX - ECHOES_MAX / 2}`, 0)).toBe(true);
    expect(memory.has('f0', 0)).toBe(false);
  });

  it('forgets what is too old, and nothing before', () => {
    const memory = new EchoMemory();
    memory.add('f', 0);
    expect(memory.has('f', ECHO_AGE_MS)).toBe(true);
    memory.add('g', ECHO_AGE_MS);
    expect(memory.has('f', 2 * ECHO_AGE_MS - 1)).toBe(true);
    expect(memory.has('f', 2 * ECHO_AGE_MS)).toBe(false);
    expect(memory.has('g', 2 * ECHO_AGE_MS)).toBe(true);
    memory.add('h', 10 * ECHO_AGE_MS);
    expect(memory.has('h', 10 * ECHO_AGE_MS)).toBe(true);
    expect(memory.has('g', 10 * ECHO_AGE_MS)).toBe(false);
    expect(memory.has('h', 12 * ECHO_AGE_MS)).toBe(false);
  });
});
