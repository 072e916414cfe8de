/**
 * Raises and clears alarms: sets `data.alarm` on the events that begin and end a problem of a
 * resource, under one key, and damps those that flap. It delays and drops no event: an alarm that
 * flaps is cleared by an event of its own, once it has been quiet. Pure; runs after an adapter's
 * own trackers. An alarm that an event came with is another broker's: followed, never changed.
 */
import {
  uuidFromName,
  type Alarm,
  type AlarmSeverity,
  type CanonicalEvent,
  type JsonObject,
  type JsonValue,
  type Observed,
  type Step,
  type Tracker,
} from '@viaduct/core';
import { alarmKeyOf, ownKeyOf, verdictOf, type Verdict } from './alarm-verdict.ts';

/** When an alarm counts as flapping, and for how long it must be quiet then. */
export interface AlarmOptions {
  /** So many raises and clears… */
  readonly flapChangesMax: number;
  /** …within so many milliseconds are too many. */
  readonly flapWindowMs: number;
  /** A flapping alarm is cleared only when its resource has been well for so long, milliseconds. */
  readonly flapQuietMs: number;
}

/** Three times up and down within ten minutes flaps; two quiet minutes end it. */
export const ALARM_DEFAULTS: AlarmOptions = {
  flapChangesMax: 6,
  flapWindowMs: 600_000,
  flapQuietMs: 120_000,
};

/** The name of the tracker, and of its part in a checkpoint. */
export const ALARM_TRACKER = 'alarms';

/** Alarms remembered, and for how long without an event: an alarm nobody clears ends some day. */
const KEYS_MAX = 100_000;
const AGE_MAX_MS = 30 * 24 * 3_600_000;

/** An alarm that is active. */
export interface RaisedAlarm {
  readonly severity: AlarmSeverity;
  readonly cause?: string;
  /** When the event that raised it was received, RFC 3339. */
  readonly since: string;
  /** `subject` of that event. */
  readonly subject: string;
  /** The name of the resource, where it has one. */
  readonly name?: string;
}

/** What is remembered of one key. */
export interface AlarmMemory {
  readonly raised?: RaisedAlarm;
  /** When it was raised or cleared lately, milliseconds since the epoch. */
  readonly changes: readonly number[];
  /** Flapping, and well for now: the event that said so, and when that clears the alarm. */
  readonly clearing?: { readonly event: CanonicalEvent; readonly at: number };
}

/** The tracker of alarms. */
export function alarmTracker(options: AlarmOptions = ALARM_DEFAULTS): Tracker {
  return {
    name: ALARM_TRACKER,
    keysMax: KEYS_MAX,
    ageMaxMs: AGE_MAX_MS,
    keyOf: ({ event }) => alarmKeyOf(event),
    step: (memory, observed, now) => asStep(step(readMemory(memory), observed, now, options)),
    wake: (memory, now) => asStep(wake(readMemory(memory), now, options)),
  };
}

/** What becomes of an active alarm with an event that carries one; `undefined`: it is over. */
export function follow(
  raised: RaisedAlarm | undefined,
  event: CanonicalEvent,
  { state, severity, cause }: Pick<Alarm, 'state' | 'severity' | 'cause'>,
): RaisedAlarm | undefined {
  if (state === 'cleared') return undefined;
  const { name } = event.data.resource;
  return {
    severity,
    ...(cause === undefined ? {} : { cause }),
    since: raised?.since ?? event.receivedtime,
    subject: event.subject,
    ...(name === undefined ? {} : { name }),
  };
}

function step(
  memory: AlarmMemory,
  observed: Observed,
  now: number,
  options: AlarmOptions,
): Step<AlarmMemory> {
  const { event } = observed;
  const { alarm } = event.data;
  // Come with one, or stored with it by this tracker: then it is what this one made of it.
  if (alarm !== undefined) return passing(changed(memory, event, alarm, now, options), observed);
  const verdict = verdictOf(event);
  if (verdict === undefined) return passing(memory, observed);
  return verdict.severity === 'cleared'
    ? well(memory, observed, now, options)
    : problem(memory, observed, verdict, now, options);
}

function problem(
  memory: AlarmMemory,
  observed: Observed,
  { severity, cause }: Verdict,
  now: number,
  options: AlarmOptions,
): Step<AlarmMemory> {
  const { clearing, raised } = memory;
  if (clearing !== undefined && raised !== undefined) {
    // It was not over, and nobody was told that it was: there is nothing to raise again.
    return passing({ raised, changes: withChange(memory, now, options) }, observed);
  }
  const { event } = observed;
  const named = cause === undefined || cause === '' ? {} : { cause };
  const alarm: Alarm = { key: ownKeyOf(event), state: 'raised', severity, ...named };
  const next = changed(memory, event, alarm, now, options);
  return passing(next, { ...observed, event: withAlarm(event, alarm) });
}

function well(
  memory: AlarmMemory,
  observed: Observed,
  now: number,
  options: AlarmOptions,
): Step<AlarmMemory> {
  const { event } = observed;
  const { raised, clearing } = memory;
  const changes = recent(memory, now, options);
  if (raised === undefined) return passing({ changes }, observed);
  if (clearing === undefined && changes.length < options.flapChangesMax) {
    const alarm = clearedAlarm(event);
    const next = changed(memory, event, alarm, now, options);
    return passing(next, { ...observed, event: withAlarm(event, alarm) });
  }
  const at = clearing?.at ?? now + options.flapQuietMs;
  const message = `it went up and down within minutes; it is cleared when it has been quiet`;
  const notice = { name: 'flapping', subject: event.subject, message };
  return {
    ...passing({ raised, changes, clearing: { event, at } }, observed),
    notices: clearing === undefined ? [notice] : [],
    wakeAt: at,
  };
}

/** Quiet for long enough: an event of our own clears the alarm. */
function wake(memory: AlarmMemory, now: number, options: AlarmOptions): Step<AlarmMemory> {
  const { clearing } = memory;
  if (clearing === undefined) return passing(memory);
  if (now < clearing.at) return { ...passing(memory), wakeAt: clearing.at };
  const event = quietEvent(clearing.event, now);
  return passing(changed(memory, event, clearedAlarm(event), now, options), { event });
}

/** The state of things told once more; the id is the same whenever it is made again. */
function quietEvent(event: CanonicalEvent, now: number): CanonicalEvent {
  const at = new Date(now).toISOString();
  const times = { time: at, receivedtime: at, timesource: 'received' } as const;
  const id = uuidFromName(`${event.id}\nquiet`);
  return withAlarm({ ...event, ...times, id }, clearedAlarm(event));
}

function clearedAlarm(event: CanonicalEvent): Alarm {
  return { key: ownKeyOf(event), state: 'cleared', severity: 'cleared' };
}

function withAlarm(event: CanonicalEvent, alarm: Alarm): CanonicalEvent {
  return { ...event, data: { ...event.data, alarm } };
}

/** The memory after an event with an alarm. Clearing after a quiet time is no change to count. */
function changed(
  memory: AlarmMemory,
  event: CanonicalEvent,
  alarm: Alarm,
  now: number,
  options: AlarmOptions,
): AlarmMemory {
  const raised = follow(memory.raised, event, alarm);
  const isChange = (raised === undefined) !== (memory.raised === undefined);
  const changes =
    isChange && memory.clearing === undefined
      ? withChange(memory, now, options)
      : recent(memory, now, options);
  return raised === undefined ? { changes } : { raised, changes };
}

function passing(memory: AlarmMemory, ...events: readonly Observed[]): Step<AlarmMemory> {
  const isEmpty = memory.raised === undefined && memory.changes.length === 0;
  return { memory: isEmpty ? undefined : memory, events, dropped: [], notices: [] };
}

/** No more changes are kept than tell that there were too many. */
function withChange(memory: AlarmMemory, now: number, options: AlarmOptions): readonly number[] {
  return [...recent(memory, now, options), now].slice(-options.flapChangesMax);
}

function recent({ changes }: AlarmMemory, now: number, options: AlarmOptions): readonly number[] {
  if (changes.length === 0) return changes;
  return changes.filter((at) => now - at < options.flapWindowMs);
}

const NOTHING: AlarmMemory = { changes: [] };

/** Memories are JSON that this tracker wrote itself. */
function readMemory(memory: JsonValue | undefined): AlarmMemory {
  return memory === undefined ? NOTHING : (memory as unknown as AlarmMemory);
}

function asStep(result: Step<AlarmMemory>): Step<JsonValue> {
  return { ...result, memory: result.memory as unknown as JsonObject | undefined };
}
