import {
  composeEvent,
  type EventData,
  type JsonValue,
  type Observed,
  type Step,
} from '@viaduct/core';
import { eventProblems, FIXTURE_DECODE_CONTEXT } from '@viaduct/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { ALARM_DEFAULTS, alarmTracker } from '../src/alarm-tracker.ts';

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

  it('holds back the clearing of an alarm that flaps, until it has been quiet', () => {
    const now = flap();
    const last = running();
    const held = take(last, now + 1_000);
    expect(held.events).toEqual([]);
    expect(held.notices.map(({ name }) => name)).toEqual(['flapping']);
    expect(held.wakeAt).toBe(now + 1_000 + ALARM_DEFAULTS.flapQuietMs);
    const woken = tracker.wake?.(memory as JsonValue, held.wakeAt as number);
    expect(woken?.events.map(({ event }) => event.id)).toEqual([last.event.id]);
    expect(woken?.events[0]?.event.data.alarm?.state).toBe('cleared');
  });

  it('goes on with every event of a flapping alarm, once, in order, and without an alarm', () => {
    const now = flap();
    const [first, second] = [running(), failed()];
    take(first, now + 1_000);
    const both = take(second, now + 2_000);
    expect(both.events.map(({ event }) => event.id)).toEqual([first.event.id, second.event.id]);
    expect(alarms(both)).toEqual([undefined, undefined]);
    expect(alarms(take(failed(), now + 3_000))).toMatchObject([{ state: 'raised' }]);
  });

  it('forgets changes that are long past', () => {
    const now = flap();
    const later = now + ALARM_DEFAULTS.flapWindowMs + MINUTE_MS;
    expect(alarms(take(running(), later))).toMatchObject([{ state: 'cleared' }]);
  });
});
