/** What an event says of the health of its resource: tables, and how they are read. */
import type { AlarmSeverity, CanonicalEvent, State } from '@viaduct/core';

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

/** A key from elsewhere that is longer names no alarm that is remembered, in characters. */
const KEY_LENGTH_MAX = 1_024;

/** How bad it is, `cleared` for well, and why. */
export interface Verdict {
  readonly severity: AlarmSeverity;
  readonly cause?: string;
}

/** What an event says; `undefined` where it says neither that something is wrong nor well. */
export function verdictOf({ data }: CanonicalEvent): Verdict | undefined {
  const { state, phase, outcome, severity, action, nativeAction } = data;
  const isCritical = severity === 'critical';
  if (state !== undefined) {
    const problem = PROBLEMS[state.value];
    if (problem !== undefined) {
      return { severity: isCritical ? 'critical' : problem, cause: state.native };
    }
    return WELL.has(state.value) ? { severity: 'cleared' } : undefined;
  }
  if (phase === 'error' || outcome === 'failure') {
    return { severity: isCritical ? 'critical' : 'minor', cause: nativeAction ?? action };
  }
  return phase === 'end' || outcome === 'success' ? { severity: 'cleared' } : undefined;
}

/**
 * The key of an event's alarm: the one it came with, else one made of its resource. A state and an
 * operation of one resource are two alarms. `undefined` where it says nothing.
 */
export function alarmKeyOf(event: CanonicalEvent): string | undefined {
  const { alarm } = event.data;
  if (alarm !== undefined) return alarm.key.length > KEY_LENGTH_MAX ? undefined : alarm.key;
  return verdictOf(event) === undefined ? undefined : ownKeyOf(event);
}

/** The key of the alarm that an event of ours raises or clears. */
export function ownKeyOf({ partitionkey, data }: CanonicalEvent): string {
  return `${partitionkey}/${data.state === undefined ? data.action : 'state'}`;
}
