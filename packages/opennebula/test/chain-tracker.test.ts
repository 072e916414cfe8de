import { composeEvent, type Observed } from '@viaduct/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CHAIN_WAIT_MS,
  chainTracker,
  HELD_MAX,
  LATE_WINDOW_MS,
  RESYNC_KNOWN,
} from '../src/trackers/chain-tracker.ts';
import { CONTEXT } from './corpus.ts';
import { TrackerRun } from './tracker-run.ts';

/** The event of one object that went from one state to the next. */
function change(previous: string, state: string, id = '42'): Observed {
  const event = composeEvent(
    {
      id: `00000000-0000-4000-8000-${`${previous}${state}`.padStart(12, '0').slice(-12)}`,
      dialect: 'opennebula',
      source: 'opennebula://one',
      nativetype: 'STATE VM/ACTIVE/RUNNING',
      data: { resource: { kind: 'compute', type: 'VM', id }, action: 'state' },
    },
    CONTEXT,
  );
  return { event, facts: { object: 'VM', id, previous, state } };
}

/** A chain 0 → 1 → 2 …, from its creation (0 → 0). */
function chain(length: number): readonly Observed[] {
  return Array.from({ length }, (_, index) =>
    change(String(Math.max(0, index - 1)), String(index)),
  );
}

function names(events: readonly Observed[]): readonly string[] {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '?');
  return events.map(({ facts }) => `${text(facts?.previous)}>${text(facts?.state)}`);
}

function run(events: readonly Observed[], gapMs = 1): TrackerRun {
  const tracking = new TrackerRun(chainTracker);
  events.forEach((event, index) => tracking.give(event, index * gapMs));
  tracking.advance(events.length * gapMs + 10 * CHAIN_WAIT_MS);
  return tracking;
}

/** Moves every event but the first by at most `displacement` places. */
function shuffled(
  events: readonly Observed[],
  displacement: number,
  keys: readonly number[],
): readonly Observed[] {
  const [first, ...rest] = events;
  const order = rest
    .map((event, index) => ({ event, at: index + (keys[index] ?? 0) * displacement }))
    .sort((a, b) => a.at - b.at)
    .map(({ event }) => event);
  return first === undefined ? [] : [first, ...order];
}

const LENGTH = 120;
const keysOf = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  minLength: LENGTH,
  maxLength: LENGTH,
});

describe('the tracker of the chain of states', () => {
  test('puts any permutation within the displacement of the real driver back in order', () => {
    fc.assert(
      fc.property(keysOf, fc.integer({ min: 1, max: 87 }), (keys, displacement) => {
        const events = chain(LENGTH);
        const tracking = run(shuffled(events, displacement, keys));
        expect(names(tracking.out)).toEqual(names(events));
        expect(tracking.notices).toEqual([]);
        expect(tracking.isWaiting).toBe(false);
      }),
    );
  });

  test('gives exactly one gap notice for one event that is missing', () => {
    fc.assert(
      fc.property(keysOf, fc.integer({ min: 1, max: LENGTH - 2 }), (keys, missing) => {
        const events = chain(LENGTH).filter((_, index) => index !== missing);
        const tracking = run(shuffled(events, 40, keys));
        expect(names(tracking.out)).toEqual(names(events));
        expect(tracking.notices.map(({ name }) => name)).toEqual(['gap']);
        expect(tracking.notices[0]?.subject).toBe('compute/42');
      }),
    );
  });

  test('passes everything on exactly once, whatever comes, through restarts too', () => {
    const state = fc.integer({ min: 0, max: 5 }).map(String);
    const id = fc.constantFrom('1', '2');
    const step = fc.oneof(
      fc.record({ previous: state, state, id, pauseMs: fc.integer({ min: 0, max: 400 }) }),
      fc.constantFrom('reconnect' as const, 'restart' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const tracking = new TrackerRun(chainTracker);
        const given: string[] = [];
        let now = 0;
        for (const one of steps) {
          if (one === 'reconnect') tracking.reconnect(now);
          else if (one === 'restart') tracking.restart();
          else {
            now += one.pauseMs;
            const observed = change(one.previous, one.state, one.id);
            const numbered = {
              ...observed,
              event: { ...observed.event, id: String(given.length) },
            };
            given.push(numbered.event.id);
            tracking.give(numbered, now);
          }
        }
        tracking.advance(now + 2 * CHAIN_WAIT_MS);
        expect(tracking.isWaiting).toBe(false);
        expect(tracking.out.map(({ event }) => event.id).sort()).toEqual([...given].sort());
      }),
    );
  });

  test('holds an event no longer than its wait', () => {
    const tracking = new TrackerRun(chainTracker);
    tracking.give(change('0', '0'), 0);
    tracking.give(change('1', '2'), 10);
    tracking.advance(10 + CHAIN_WAIT_MS - 1);
    expect(names(tracking.out)).toEqual(['0>0']);
    tracking.advance(10 + CHAIN_WAIT_MS);
    expect(names(tracking.out)).toEqual(['0>0', '1>2']);
    expect(tracking.notices).toHaveLength(1);
  });

  test('passes the first sight of an object without a word', () => {
    expect(run([change('3', '4'), change('4', '5')]).notices).toEqual([]);
  });

  test('keeps objects apart', () => {
    const tracking = run([change('0', '0', '1'), change('7', '8', '2'), change('0', '1', '1')]);
    expect(names(tracking.out)).toEqual(['0>0', '7>8', '0>1']);
    expect(tracking.notices).toEqual([]);
  });

  test('passes an update that changes no state', () => {
    const tracking = run([change('0', '0'), change('0', '1'), change('1', '1'), change('1', '2')]);
    expect(names(tracking.out)).toEqual(['0>0', '0>1', '1>1', '1>2']);
    expect(tracking.notices).toEqual([]);
  });

  test('passes what lies before the first sight late, in its order, and as reordered', () => {
    const tracking = run([
      change('3', '4'),
      change('0', '1'),
      change('1', '2'),
      change('2', '3'),
      change('4', '5'),
    ]);
    expect(names(tracking.out)).toEqual(['3>4', '0>1', '1>2', '2>3', '4>5']);
    expect(tracking.notices.map(({ name }) => name)).toEqual(['reordered']);
  });

  test('passes what comes after its gap was given up late, and as reordered', () => {
    const tracking = new TrackerRun(chainTracker);
    tracking.give(change('0', '0'), 0);
    tracking.give(change('1', '2'), 1);
    tracking.advance(CHAIN_WAIT_MS + 1);
    tracking.give(change('0', '1'), CHAIN_WAIT_MS + 2);
    tracking.give(change('2', '3'), CHAIN_WAIT_MS + 3);
    expect(names(tracking.out)).toEqual(['0>0', '1>2', '0>1', '2>3']);
    expect(tracking.notices.map(({ name }) => name)).toEqual(['gap', 'reordered']);
    expect(tracking.isWaiting).toBe(false);
  });

  test('takes nothing for late after the time for it', () => {
    const tracking = new TrackerRun(chainTracker);
    tracking.give(change('0', '0'), 0);
    tracking.give(change('1', '2'), 1);
    tracking.advance(CHAIN_WAIT_MS + 1);
    const later = CHAIN_WAIT_MS + LATE_WINDOW_MS + 100;
    tracking.give(change('0', '4'), later);
    tracking.give(change('2', '0'), later + 1);
    expect(names(tracking.out)).toEqual(['0>0', '1>2', '2>0', '0>4']);
  });

  test('reports no gap over a reconnect', () => {
    const tracking = new TrackerRun(chainTracker);
    tracking.give(change('0', '0'), 0);
    tracking.reconnect(1);
    tracking.give(change('5', '6'), 2);
    tracking.give(change('6', '7'), 3);
    expect(names(tracking.out)).toEqual(['0>0', '5>6', '6>7']);
    expect(tracking.notices).toEqual([]);
  });

  test('holds a bounded number of events', () => {
    const odd = Array.from({ length: HELD_MAX + 1 }, (_, index) =>
      change(`${index}a`, `${index}b`),
    );
    const tracking = new TrackerRun(chainTracker);
    tracking.give(change('0', '0'), 0);
    for (const event of odd) tracking.give(event, 1);
    expect(tracking.out).toHaveLength(2);
  });
});

/** The state of an object, asked for at a time. */
function found(state: string, askedAt: number, id = '42'): Observed {
  const { event } = change('', state, id);
  return { event, facts: { object: 'VM', id, state, asked: askedAt, family: 'resync' } };
}

describe('a state that was asked for', () => {
  test('passes at first sight, and is known then', () => {
    const tracking = new TrackerRun(chainTracker);
    tracking.give(found('3/3', 0), 1);
    tracking.give(change('3/3', '8/0'), 2);
    expect(names(tracking.out)).toEqual(['?>3/3', '3/3>8/0']);
    expect(tracking.notices).toEqual([]);
  });

  test('is dropped where it is known, also over a lost connection and a restart', () => {
    const tracking = new TrackerRun(chainTracker);
    tracking.give(change('3/2', '3/3'), 1);
    tracking.give(found('3/3', 2), 3);
    tracking.reconnect(4);
    tracking.restart();
    tracking.give(found('3/3', 5), 6);
    tracking.give(change('3/3', '8/0'), 7);
    expect(names(tracking.out)).toEqual(['3/2>3/3', '3/3>8/0']);
    expect(tracking.dropped.map(({ reason }) => reason)).toEqual([RESYNC_KNOWN, RESYNC_KNOWN]);
    expect(tracking.notices).toEqual([]);
  });

  test('passes where it differs, once', () => {
    const tracking = new TrackerRun(chainTracker);
    tracking.give(change('3/2', '3/3'), 1);
    tracking.reconnect(2);
    tracking.give(found('8/0', 3), 4);
    tracking.give(found('8/0', 5), 6);
    expect(names(tracking.out)).toEqual(['3/2>3/3', '?>8/0']);
  });

  test('makes no gap of the event that was still on its way', () => {
    const tracking = new TrackerRun(chainTracker);
    tracking.give(change('3/2', '3/3'), 1);
    tracking.give(found('8/0', 2), 3);
    tracking.give(change('3/3', '8/0'), 4);
    tracking.give(change('8/0', '3/20'), 5);
    expect(tracking.isWaiting).toBe(false);
    expect(names(tracking.out)).toEqual(['3/2>3/3', '?>8/0', '3/3>8/0', '8/0>3/20']);
    expect(tracking.notices).toEqual([]);
  });

  test('is dropped where an event came after the question', () => {
    const tracking = new TrackerRun(chainTracker);
    tracking.give(change('3/2', '3/3'), 1);
    tracking.give(change('3/3', '8/0'), 20);
    tracking.give(found('3/3', 10), 21);
    expect(names(tracking.out)).toEqual(['3/2>3/3', '3/3>8/0']);
  });
});
