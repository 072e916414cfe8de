import {
  composeEvent,
  type EventData,
  type JsonValue,
  type Observed,
  type Step,
} from '@viaduct/core';
import { eventProblems, FIXTURE_DECODE_CONTEXT } from '@viaduct/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { ALARM_DEFAULTS, alarmTracker } from '../src/alarms/alarm-tracker.ts';

const MINUTE_MS = 60_000;
const tracker = alarmTracker();
let count = 0;

function observed(data: Partial<EventData>): Observed {
  count += 1;
  const event = composeEvent(
    {
      id: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
      dialect: 'test',
      source: 'test://test',
      nativetype: 'test',
      data: { resource: { kind: 'compute', id: '42' }, action: 'state', ...data },
    },
    FIXTURE_DECODE_CONTEXT,
  );
  return { event };
}

const failed = (): Observed => observed({ state: { value: 'failed', native: 'FAILURE' } });
const running = (): Observed => observed({ state: { value: 'running', native: 'RUNNING' } });

describe('the tracker of alarms', () => {
  let memory: JsonValue | undefined;
  beforeEach(() => {
    memory = undefined;
  });
  function take(item: Observed, now = 0): Step<JsonValue> {
    expect(tracker.keyOf(item)).toBeDefined();
    const result = tracker.step(memory, item, now);
    memory = JSON.parse(JSON.stringify(result.memory ?? null)) ?? undefined; // as it is stored
    for (const { event } of result.events) expect(eventProblems(event)).toEqual([]);
    return result;
  }
  const alarms = ({ events }: Step<JsonValue>): unknown[] =>
    events.map(({ event }) => event.data.alarm);

  it('raises when something fails, and clears under the same key when it is well', () => {
    const key = 'test/compute/42/state';
    expect(alarms(take(failed()))).toEqual([
      { key, state: 'raised', severity: 'major', cause: 'FAILURE' },
    ]);
    expect(alarms(take(running()))).toEqual([{ key, state: 'cleared', severity: 'cleared' }]);
  });

  it('says nothing about what was never raised', () => {
    expect(alarms(take(running()))).toEqual([undefined]);
    expect(memory).toBeUndefined();
  });

  it('passes by what says nothing about the state of things', () => {
    const building = observed({ state: { value: 'building', native: 'BOOT' } });
    expect(tracker.keyOf(building)).toBeUndefined();
    expect(tracker.keyOf(observed({ action: 'exists' }))).toBeUndefined();
  });

  it('keeps an operation apart from the state, and clears it when it succeeds', () => {
    take(observed({ action: 'snapshot', phase: 'error' }));
    const [alarm] = alarms(take(observed({ action: 'snapshot', phase: 'end' })));
    expect(alarm).toMatchObject({ key: 'test/compute/42/snapshot', state: 'cleared' });
  });

  it('tells of a change of severity, and repeats what is raised', () => {
    take(failed());
    const critical = observed({ state: { value: 'failed', native: 'X' }, severity: 'critical' });
    expect(alarms(take(critical))).toMatchObject([{ state: 'raised', severity: 'critical' }]);
  });

  function flap(): number {
    let now = 0;
    for (let change = 0; change < ALARM_DEFAULTS.flapChangesMax; change += 1) {
      take(change % 2 === 0 ? failed() : running(), (now += 1_000));
    }
    take(failed(), (now += 1_000)); // raised once more
    return now;
  }

  it('clears an alarm that flaps by an event of its own, when it has been quiet', () => {
    const now = flap();
    const last = running();
    const well = take(last, now + 1_000);
    expect(well.events).toEqual([last]);
    expect(well.notices.map(({ name }) => name)).toEqual(['flapping']);
    expect(well.wakeAt).toBe(now + 1_000 + ALARM_DEFAULTS.flapQuietMs);
    const again = take(running(), now + 2_000);
    expect([again.wakeAt, again.notices]).toEqual([well.wakeAt, []]);
    const woken = tracker.wake?.(memory as JsonValue, well.wakeAt as number);
    expect(woken?.events).toHaveLength(1);
    const event = woken?.events[0]?.event;
    expect(event).toMatchObject({
      subject: 'compute/42',
      time: new Date(well.wakeAt as number).toISOString(),
      data: {
        state: { value: 'running' },
        alarm: { key: 'test/compute/42/state', state: 'cleared', severity: 'cleared' },
      },
    });
    expect(event && eventProblems(event)).toEqual([]);
    expect(event?.id).not.toBe(again.events[0]?.event.id);
    expect(tracker.wake?.(memory as JsonValue, well.wakeAt as number)).toEqual(woken);
  });

  it('goes on with every event of a flapping alarm at once, and without an alarm', () => {
    const now = flap();
    const [first, second] = [running(), failed()];
    expect(take(first, now + 1_000).events).toEqual([first]);
    const failing = take(second, now + 2_000);
    expect([failing.events, failing.wakeAt]).toEqual([[second], undefined]);
    expect(alarms(take(failed(), now + 3_000))).toMatchObject([{ state: 'raised' }]);
  });

  it('remembers the same when what it made is folded again', () => {
    const taken: (readonly [Observed, number])[] = [];
    let now = 0;
    const keep = ({ events }: Step<JsonValue>): void => {
      for (const item of events) taken.push([item, now]);
    };
    for (let round = 0; round < 4; round += 1) {
      now += 1_000;
      keep(take(failed(), now));
      now += 1_000;
      keep(take(running(), now));
    }
    const flapping = memory;
    now += ALARM_DEFAULTS.flapQuietMs;
    const woken = tracker.wake?.(memory as JsonValue, now);
    if (woken !== undefined) keep(woken);
    const quiet = woken?.memory;
    memory = undefined;
    for (const [item, at] of taken.slice(0, -1)) take(item, at);
    expect(memory).toEqual(flapping);
    take(taken.at(-1)?.[0] as Observed, now);
    expect(memory).toEqual(quiet);
  });

  it('follows the alarm that an event came with, and leaves it as it is', () => {
    const alarm = { key: 'their/key', state: 'raised', severity: 'critical' } as const;
    const raise = observed({ alarm });
    expect(take(raise).events).toEqual([raise]);
    expect(memory).toMatchObject({ raised: { severity: 'critical', subject: 'compute/42' } });
    const clear = observed({ alarm: { ...alarm, state: 'cleared', severity: 'cleared' } });
    expect(tracker.keyOf(clear)).toBe('their/key');
    expect(take(clear).events).toEqual([clear]);
    expect(memory).not.toHaveProperty('raised');
    expect(tracker.keyOf(observed({ alarm: { ...alarm, key: 'x'.repeat(2_000) } }))).toBe(
      undefined,
    );
  });

  it('forgets changes that are long past', () => {
    const now = flap();
    const later = now + ALARM_DEFAULTS.flapWindowMs + MINUTE_MS;
    expect(alarms(take(running(), later))).toMatchObject([{ state: 'cleared' }]);
  });
});
