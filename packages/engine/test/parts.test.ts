import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeClock, seededRandom } from '@viaduct/testkit';
import type { CanonicalEvent } from '@viaduct/core';
import type { Claimed, Position } from '@viaduct/journal';
import { Agenda } from '../src/sink/agenda.ts';
import { sourceCounters, tally, TALLY_WORDS_MAX } from '../src/counters.ts';
import { DurableQueue } from '../src/source/durable-queue.ts';
import { Lanes } from '../src/sink/lanes.ts';
import { nonces } from '../src/sink/nonce.ts';
import { TokenBucket } from '../src/token-bucket.ts';
import { trailFault, withTrail } from '../src/trail.ts';

function claimed(position: number, key: string): Claimed {
  const entry = { position: position as Position, event: { partitionkey: key } };
  return { entry, attempt: 1, attempts: [] } as unknown as Claimed;
}

describe('an agenda', () => {
  it('calls items in the order of their times, whatever the order they came in, by one timer', async () => {
    const times = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(times, async (delays) => {
        const clock = fakeClock(0);
        const called: number[] = [];
        const agenda = new Agenda<number>(clock, (at) => {
          expect(clock.now()).toBe(at);
          called.push(at);
        });
        for (const at of delays) {
          agenda.add(at, at);
          expect(clock.pending).toBe(1);
        }
        await clock.advance(1_000);
        expect(called).toEqual(delays.toSorted((a, b) => a - b));
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('leaves no timer when it is cleared', () => {
    const clock = fakeClock();
    const agenda = new Agenda<string>(clock, () => undefined);
    agenda.add(clock.now() + 10, 'never');
    agenda.clear();
    expect(clock.pending).toBe(0);
  });
});

describe('lanes', () => {
  it('hand out one event of a key at a time, in order, and keys beside one another', () => {
    const lanes = new Lanes();
    const [a1, a2, b3] = [claimed(1, 'a'), claimed(2, 'a'), claimed(3, 'b')];
    for (const one of [a1, a2, b3]) lanes.add(one, false);
    expect(lanes.take(10)).toEqual([a1, b3]);
    expect(lanes.take(10)).toEqual([]);
    lanes.done(a1);
    expect(lanes.take(10)).toEqual([a2]);
  });

  it('let nothing pass a parked event until it has come back and is done', () => {
    const lanes = new Lanes();
    const [first, second] = [claimed(1, 'a'), claimed(2, 'a')];
    lanes.add(first, false);
    lanes.add(second, false);
    lanes.take(1);
    lanes.park(first);
    expect([lanes.ready, lanes.parking]).toEqual([0, 1]);
    const again = claimed(1, 'a');
    lanes.add(again, true);
    expect([lanes.ready, lanes.parking, lanes.retrying]).toEqual([0, 0, 1]);
    lanes.resume(again);
    expect(lanes.take(1)).toEqual([again]);
    lanes.done(again);
    expect(lanes.take(1)).toEqual([second]);
  });

  it('give up all that is not being sent, parked or buried', () => {
    const lanes = new Lanes();
    const all = [claimed(1, 'a'), claimed(2, 'a'), claimed(3, 'b'), claimed(4, 'c')];
    for (const one of all) lanes.add(one, one.entry.position === 4);
    const [busy] = lanes.take(1);
    expect(busy?.entry.position).toBe(1);
    expect(lanes.clear().toSorted()).toEqual([2, 3, 4]);
    expect([lanes.queued, lanes.heldBack, lanes.retrying, lanes.ready]).toEqual([0, 0, 0, 0]);
  });
});

describe('a durable queue', () => {
  it('writes what has gathered while the last write was under way as one batch', async () => {
    const written: number[][] = [];
    let finish = (): void => undefined;
    const queue = new DurableQueue<number, undefined>({
      clock: fakeClock(),
      batchMax: 4,
      write: (items) =>
        new Promise((resolve) => {
          written.push([...items]);
          finish = () => resolve(undefined);
        }),
      done: () => undefined,
      fatal: () => undefined,
      full: () => undefined,
      room: () => undefined,
      left: () => undefined,
      changed: () => undefined,
    });
    queue.push(1);
    queue.flush();
    for (const item of [2, 3, 4, 5, 6, 7]) queue.push(item);
    queue.flush();
    expect([written, queue.size]).toEqual([[[1]], 7]);
    finish();
    await Promise.resolve();
    expect(written).toEqual([[1], [2, 3, 4, 5]]);
  });
});

describe('a token bucket', () => {
  it('lets through its rate on average and its burst at most at once', () => {
    const clock = fakeClock(0);
    let now = 0;
    const bucket = new TokenBucket({ perSecond: 50, burst: 5 }, { ...clock, now: () => now });
    let taken = 0;
    const random = seededRandom(3);
    while (now < 60_000) {
      const available = bucket.available();
      expect(available).toBeLessThanOrEqual(5);
      bucket.take(available);
      taken += available;
      now += Math.floor(random() * 90);
    }
    expect(taken).toBeGreaterThan(0.97 * 50 * 60);
    expect(taken).toBeLessThanOrEqual(50 * 60 + 5);
    now += 60_000;
    expect(bucket.available()).toBe(5);
  });

  it('says how long it takes until there are as many as are wanted', () => {
    let now = 0;
    const limit = { perSecond: 100, burst: 32 };
    const bucket = new TokenBucket(limit, { now: () => now, after: () => () => {} });
    expect(bucket.waitMs(32)).toBe(1);
    bucket.take(bucket.available());
    expect(bucket.waitMs()).toBe(10);
    now += bucket.waitMs(5);
    expect(bucket.available()).toBe(5);
  });

  it('goes on when the clock is set back', () => {
    let now = 1_000_000;
    const bucket = new TokenBucket({ perSecond: 1 }, { now: () => now, after: () => () => {} });
    bucket.take(bucket.available());
    now = 0;
    expect(bucket.available()).toBe(0);
    now += bucket.waitMs();
    expect(bucket.available()).toBe(1);
  });
});

describe('a trail', () => {
  const event = (trail?: string) => (trail === undefined ? {} : { trail }) as CanonicalEvent;

  it('stops what has passed here, and what has passed too many', () => {
    expect(trailFault(event(), 'me', 2)).toBeUndefined();
    expect(trailFault(event('you me'), 'me', 2)).toBe('loop');
    expect(trailFault(event('meme'), 'me', 2)).toBeUndefined();
    expect(trailFault(event('a b c'), 'me', 2)).toBe('trail-too-long');
  });

  it('has this broker at its end', () => {
    expect(withTrail(event(), 'me').trail).toBe('me');
    expect(withTrail(event('you'), 'me').trail).toBe('you me');
  });
});

describe('nonces', () => {
  it('are 32 hexadecimal digits and never repeat, not even for another start', () => {
    const [one, other] = [nonces(seededRandom(1)), nonces(seededRandom(2))];
    const made = Array.from({ length: 1_000 }, (_, index) => (index % 2 === 0 ? one() : other()));
    expect(new Set(made).size).toBe(1_000);
    for (const nonce of made) expect(nonce).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('a tally', () => {
  it('is bounded, and takes any word for a word', () => {
    const { dropped } = sourceCounters();
    for (const word of ['constructor', '__proto__', 'constructor']) tally(dropped, word);
    expect(Object.entries(dropped)).toEqual([
      ['constructor', 2],
      ['__proto__', 1],
    ]);
    for (let word = 0; word < 2 * TALLY_WORDS_MAX; word += 1) tally(dropped, `word ${word}`);
    expect(Object.keys(dropped)).toHaveLength(TALLY_WORDS_MAX + 1);
    expect(dropped.other).toBe(TALLY_WORDS_MAX + 2);
  });
});
