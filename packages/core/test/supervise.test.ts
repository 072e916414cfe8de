import {
  backoffMs,
  DEFAULT_BACKOFF,
  delay,
  supervise,
  TransportError,
  type ConnectionState,
} from '@viaduct/core';
import { fakeClock } from '@viaduct/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** A connection that fails as often as told; keeps what was done to it. */
class Flaky {
  readonly calls: string[] = [];
  readonly #failures: Error[];

  constructor(failures: readonly Error[] = []) {
    this.#failures = [...failures];
  }

  async connect(): Promise<void> {
    this.calls.push('connect');
    const failure = this.#failures.shift();
    if (failure) throw failure;
  }

  async close(): Promise<void> {
    this.calls.push('close');
  }
}

function run(
  connection: Flaky,
  work: (signal: AbortSignal) => Promise<void>,
  more: { giveUpAfterMs?: number } = {},
) {
  const clock = fakeClock();
  const abort = new AbortController();
  const states: ConnectionState[] = [];
  const random = (): number => 1 - Number.EPSILON;
  const onState = (state: ConnectionState): void => void states.push(state);
  const options = { clock, random, signal: abort.signal, onState, ...more };
  const ended = supervise(connection, work, options);
  ended.catch(() => undefined);
  const waits = (): number[] =>
    states.flatMap((state) => (state.state === 'waiting' ? [Math.round(state.retryInMs)] : []));
  return { clock, abort, states, ended, waits };
}

const lost = new TransportError('reconnect', 'VIA_TEST_LOST', 'gone');
const forever = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve());
  });

describe('supervise', () => {
  test('closes and returns when the work is done', async () => {
    const connection = new Flaky();
    const { ended, states, clock } = run(connection, async () => undefined);
    await ended;
    expect(connection.calls).toEqual(['connect', 'close']);
    expect(states.map(({ state }) => state)).toEqual(['connecting', 'connected', 'closed']);
    expect(clock.pending).toBe(0);
  });

  test('waits twice as long after each failure, up to the longest pause', async () => {
    const connection = new Flaky(Array.from({ length: 9 }, () => lost));
    const { clock, ended, waits } = run(connection, async () => undefined);
    await clock.advance(10 * DEFAULT_BACKOFF.maxMs);
    await ended;
    expect(waits()).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  test('begins with the short pause again after a connection came about', async () => {
    const connection = new Flaky([lost, lost]);
    let works = 0;
    const { clock, ended, waits } = run(connection, async () => {
      works += 1;
      if (works < 3) throw lost;
    });
    await clock.advance(60_000);
    await ended;
    expect(waits()).toEqual([500, 1000, 500, 500]);
  });

  test('closes after every failure, before it connects again', async () => {
    const connection = new Flaky([lost]);
    const { clock, ended } = run(connection, async () => undefined);
    await clock.advance(1_000);
    await ended;
    expect(connection.calls).toEqual(['connect', 'close', 'connect', 'close']);
  });

  test('waits as long as the peer asked', async () => {
    const asked = new TransportError('retry', 'VIA_TEST_BUSY', 'busy', { retryAfterMs: 7_777 });
    const { clock, ended, waits } = run(new Flaky([asked]), async () => undefined);
    await clock.advance(7_777);
    await ended;
    expect(waits()).toEqual([7_777]);
  });

  test('goes on at the slowest pace after a permanent error', async () => {
    const wrong = new TransportError('permanent', 'VIA_TEST_PASSWORD', 'wrong password');
    const { clock, ended, waits } = run(new Flaky([wrong, wrong]), async () => undefined);
    await clock.advance(70_000);
    await ended;
    expect(waits()).toEqual([30_000, 30_000]);
  });

  test('takes any thrown thing for a lost connection', async () => {
    const { clock, ended, states } = run(new Flaky(), async () => {
      if (states.length < 3) throw 'a text' as unknown as Error;
    });
    await clock.advance(1_000);
    await ended;
    expect(states.filter(({ state }) => state === 'waiting')).toHaveLength(1);
  });

  test('ends when aborted: while it works, while it waits', async () => {
    const working = run(new Flaky(), forever);
    await working.clock.advance(0);
    working.abort.abort();
    await working.ended;
    expect(working.states.at(-1)).toEqual({ state: 'closed' });

    const waiting = run(new Flaky([lost]), forever);
    await waiting.clock.advance(1);
    expect(waiting.states.at(-1)?.state).toBe('waiting');
    waiting.abort.abort();
    await waiting.ended;
    expect(waiting.clock.pending).toBe(0);
  });

  test('does not count an abort as a failure', async () => {
    const { abort, ended, states, clock } = run(new Flaky(), async (signal) => {
      await forever(signal);
      throw new Error('the connection was closed under it');
    });
    await clock.advance(0);
    abort.abort();
    await ended;
    expect(states.map(({ state }) => state)).not.toContain('waiting');
  });

  test('gives up only when told to, after the time without a connection', async () => {
    const always = new Flaky(Array.from({ length: 100 }, () => lost));
    const { clock, ended } = run(always, forever, { giveUpAfterMs: 60_000 });
    await clock.advance(59_000);
    expect(always.calls.at(-1)).toBe('close');
    await clock.advance(61_000);
    await expect(ended).rejects.toMatchObject({ code: 'VIA_CORE_GAVE_UP', kind: 'permanent' });
    expect(clock.pending).toBe(0);
  });
});

describe('backoffMs', () => {
  test('lies between half and all of the pause, and never beyond the longest', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, random) => {
          const pauseMs = backoffMs(DEFAULT_BACKOFF, failures, () => random);
          const full = Math.min(500 * 2 ** Math.min(failures - 1, 64), 30_000);
          expect(pauseMs).toBeGreaterThanOrEqual(full / 2);
          expect(pauseMs).toBeLessThanOrEqual(full);
        },
      ),
    );
  });
});

describe('delay', () => {
  test('resolves when its time has come and not before', async () => {
    const clock = fakeClock();
    let done = false;
    const waiting = delay(clock, 100, new AbortController().signal).then(() => {
      done = true;
    });
    await clock.advance(99);
    expect(done).toBe(false);
    await clock.advance(1);
    await waiting;
  });

  test('rejects with the reason when aborted, and leaves no timer', async () => {
    const clock = fakeClock();
    const abort = new AbortController();
    const waiting = delay(clock, 100, abort.signal);
    abort.abort(new Error('no longer wanted'));
    await expect(waiting).rejects.toThrow('no longer wanted');
    expect(clock.pending).toBe(0);
    await expect(delay(clock, 100, abort.signal)).rejects.toThrow('no longer wanted');
  });
});
