/**
 * Raises and clears alarms: sets `data.alarm` on the events that begin and end a problem of a
 * resource, under one key, and damps those that flap. Pure; runs after an adapter's own trackers.
 */
import type {
  AlarmSeverity,
  CanonicalEvent,
  JsonObject,
  JsonValue,
  Observed,
  State,
  Step,
  Tracker,
} from '@viaduct/core';

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

/** How bad a state is. A state that is in neither table says nothing: it is on its way. */
const PROBLEMS: Readonly<Partial<Record<State, AlarmSeverity>>> = {
  failed: 'major',
  down: 'major',
  degraded: 'minor',
};

const WELL: ReadonlySet<State> = new Set<State>([
  ...(['running', 'paused', 'suspended', 'stopped', 'deleted', 'up', 'disabled'] as const),
  ...(['maintenance', 'available', 'in-use', 'locked', 'active', 'ready', 'enabled'] as const),
  ...(['succeeded', 'cancelled'] as const),
]);

/** Alarms remembered, and for how long without an event: an alarm nobody clears ends some day. */
const KEYS_MAX = 100_000;
const AGE_MAX_MS = 30 * 24 * 3_600_000;

/** What is remembered of one key. */
interface AlarmMemory {
  readonly raised?: { readonly severity: AlarmSeverity; readonly cause?: string };
  /** When it was raised or cleared lately, milliseconds since the epoch. */
  readonly changes: readonly number[];
  /** Flapping: the event that will clear it, and when. */
  readonly clearing?: { readonly observed: Observed; readonly at: number };
}

/** What an event says of its alarm. */
interface Verdict {
  readonly severity: AlarmSeverity | 'none';
  readonly cause: string;
}

/** The tracker of alarms. */
export function alarmTracker(options: AlarmOptions = ALARM_DEFAULTS): Tracker {
  return {
    name: 'alarms',
    keysMax: KEYS_MAX,
    ageMaxMs: AGE_MAX_MS,
    keyOf: ({ event }) => (verdictOf(event) === undefined ? undefined : keyOf(event)),
    step: (memory, observed, now) => asStep(step(readMemory(memory), observed, now, options)),
    wake: (memory, now) => asStep(wake(readMemory(memory), now, options)),
  };
}

/** A state and an operation of one resource are two alarms. */
function keyOf({ partitionkey, data }: CanonicalEvent): string {
  return data.state === undefined ? `${partitionkey}/${data.action}` : `${partitionkey}/state`;
}

function verdictOf({ data }: CanonicalEvent): Verdict | undefined {
  const { state, phase, outcome, severity, action, nativeAction } = data;
  const isCritical = severity === 'critical';
  if (state !== undefined) {
    const problem = PROBLEMS[state.value];
    if (problem !== undefined) {
      return { severity: isCritical ? 'critical' : problem, cause: state.native };
    }
    return WELL.has(state.value) ? { severity: 'none', cause: '' } : undefined;
  }
  if (phase === 'error' || outcome === 'failure') {
    return { severity: isCritical ? 'critical' : 'minor', cause: nativeAction ?? action };
  }
  return phase === 'end' || outcome === 'success' ? { severity: 'none', cause: '' } : undefined;
}

function step(
  memory: AlarmMemory,
  observed: Observed,
  now: number,
  options: AlarmOptions,
): Step<AlarmMemory> {
  const verdict = verdictOf(observed.event);
  if (verdict === undefined) return passing(memory, [observed]);
  return verdict.severity === 'none'
    ? well(memory, observed, now, options)
    : problem(memory, observed, { ...verdict, severity: verdict.severity }, now, options);
}

function problem(
  memory: AlarmMemory,
  observed: Observed,
  { severity, cause }: { readonly severity: AlarmSeverity; readonly cause: string },
  now: number,
  options: AlarmOptions,
): Step<AlarmMemory> {
  const { clearing, raised } = memory;
  const changes = recent(memory, now, options);
  if (clearing !== undefined) {
    // It was not over: what would have cleared it goes on as any other event.
    const open: AlarmMemory = { ...(raised ? { raised } : {}), changes: [...changes, now] };
    return passing(bounded(open, options), [clearing.observed, observed]);
  }
  const event = withAlarm(observed, { state: 'raised', severity, cause });
  const isNew = raised === undefined;
  const next = { raised: { severity, cause }, changes: isNew ? [...changes, now] : changes };
  return passing(bounded(next, options), [event]);
}

function well(
  memory: AlarmMemory,
  observed: Observed,
  now: number,
  options: AlarmOptions,
): Step<AlarmMemory> {
  const { raised, clearing } = memory;
  const changes = recent(memory, now, options);
  if (raised === undefined) return passing({ changes }, [observed]);
  if (changes.length < options.flapChangesMax) {
    return passing(bounded({ changes: [...changes, now] }, options), [cleared(observed)]);
  }
  const at = clearing?.at ?? now + options.flapQuietMs;
  const name = 'flapping';
  const message = `it went up and down ${options.flapChangesMax} times; it is cleared when quiet`;
  return {
    memory: { raised, changes, clearing: { observed, at } },
    events: clearing === undefined ? [] : [clearing.observed],
    dropped: [],
    notices: clearing === undefined ? [{ name, subject: observed.event.subject, message }] : [],
    wakeAt: at,
  };
}

/** Quiet for long enough: the event that was held clears the alarm. */
function wake(memory: AlarmMemory, now: number, options: AlarmOptions): Step<AlarmMemory> {
  const { clearing } = memory;
  if (clearing === undefined) return passing(memory, []);
  if (now < clearing.at) return { ...passing(memory, []), wakeAt: clearing.at };
  return passing({ changes: recent(memory, now, options) }, [cleared(clearing.observed)]);
}

function cleared(observed: Observed): Observed {
  return withAlarm(observed, { state: 'cleared', severity: 'cleared' });
}

function withAlarm(
  observed: Observed,
  alarm: {
    readonly state: 'raised' | 'cleared';
    readonly severity: AlarmSeverity;
    readonly cause?: string;
  },
): Observed {
  const { event } = observed;
  const { state, severity, cause } = alarm;
  const named = cause === undefined || cause === '' ? {} : { cause };
  const data = { ...event.data, alarm: { key: keyOf(event), state, severity, ...named } };
  return { ...observed, event: { ...event, data } };
}

function passing(memory: AlarmMemory, events: readonly Observed[]): Step<AlarmMemory> {
  const isEmpty = memory.raised === undefined && memory.changes.length === 0;
  return { memory: isEmpty ? undefined : memory, events, dropped: [], notices: [] };
}

function recent({ changes }: AlarmMemory, now: number, options: AlarmOptions): readonly number[] {
  return changes.filter((at) => now - at < options.flapWindowMs);
}

/** No more changes are kept than tell that there were too many. */
function bounded(memory: AlarmMemory, { flapChangesMax }: AlarmOptions): AlarmMemory {
  return { ...memory, changes: memory.changes.slice(-flapChangesMax) };
}

/** Memories are JSON that this tracker wrote itself. */
function readMemory(memory: JsonValue | undefined): AlarmMemory {
  return memory === undefined ? { changes: [] } : (memory as unknown as AlarmMemory);
}

function asStep(result: Step<AlarmMemory>): Step<JsonValue> {
  return { ...result, memory: result.memory as unknown as JsonObject | undefined };
}
