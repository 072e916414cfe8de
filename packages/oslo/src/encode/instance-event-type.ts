/** Which `compute.instance.*` a compute event becomes. */
import type { Action, CanonicalEvent, Phase } from '@viaduct/core';
import { ownEventType, type EventTypeChoice } from './encoding.ts';

/** What all event types of instances begin with. */
export const INSTANCE_FAMILY = 'compute.instance';

/** Canonical actions to nova's words (nova/rpc.py, LegacyValidatingNotifier). */
const ACTION_NAMES: Readonly<Partial<Record<Action, string>>> = {
  create: 'create',
  delete: 'delete',
  reboot: 'reboot',
  'power-on': 'power_on',
  start: 'power_on',
  'power-off': 'power_off',
  stop: 'power_off',
  suspend: 'suspend',
  resume: 'resume',
  pause: 'pause',
  unpause: 'unpause',
  shelve: 'shelve',
  unshelve: 'unshelve',
  resize: 'resize',
  rebuild: 'rebuild',
  rescue: 'rescue',
  unrescue: 'unrescue',
  snapshot: 'snapshot',
  backup: 'snapshot',
  restore: 'restore',
  evacuate: 'evacuate',
};

/** nova says how far a live migration is by where it runs. */
const MIGRATION_NAMES: Readonly<Record<Phase, string>> = {
  start: 'live_migration.pre.start',
  progress: 'live_migration.pre.end',
  end: 'live_migration.post.dest.end',
  error: 'live_migration._rollback.end',
};

/**
 * Dialects count every boot as building; one out of something (OpenNebula's `BOOT_POWEROFF`, a
 * `resuming`) is no creation.
 */
const LATER_BOOT = /power.?off|suspend|stop|undeploy|resum|restart|unknown|migrat|shelv/i;

/**
 * A change of state that is reported as such becomes the operation that ends (or begins) with it
 * where there is no doubt which: a first sight, the end of building, the end of the instance. Any
 * other is what nova itself says of a mere change: `update` with the old and the new state.
 */
function stateEventType(event: CanonicalEvent): string {
  const state = event.data.state;
  const from = state?.previous?.value;
  const made = from === 'pending' || from === 'building';
  const fresh = made && !LATER_BOOT.test(state?.previous?.native ?? '');
  if (state?.value === 'deleted') return `${INSTANCE_FAMILY}.delete.end`;
  if (state?.value === 'running' && fresh) return `${INSTANCE_FAMILY}.create.end`;
  if (state?.value === 'failed' && fresh) return `${INSTANCE_FAMILY}.create.error`;
  const first = from === undefined || state?.previous?.native === state?.native;
  const young = state?.value === 'pending' || state?.value === 'building';
  return young && first ? `${INSTANCE_FAMILY}.create.start` : `${INSTANCE_FAMILY}.update`;
}

/**
 * A call that was answered with success has begun what it asks for: a `create.end` would have
 * ceilometer count an instance that does not run yet. The end comes with the change of state.
 */
function isAcceptedCall({ data }: CanonicalEvent): boolean {
  const { phase, state, attributes } = data;
  return phase === 'end' && state === undefined && attributes?.call !== undefined;
}

/** The event type that nova would announce a compute event under. */
export function instanceEventType(event: CanonicalEvent): EventTypeChoice {
  const own = ownEventType(event, INSTANCE_FAMILY);
  if (own !== undefined) return { eventType: own };
  const { action, phase } = event.data;
  if (action === 'state') return { eventType: stateEventType(event) };
  if (action === 'exists' || action === 'update') {
    return { eventType: `${INSTANCE_FAMILY}.${action}` };
  }
  const inventedPhase = phase === undefined ? { inventedPhase: 'no phase known: end' } : {};
  if (action === 'migrate') {
    const name = MIGRATION_NAMES[phase ?? 'end'];
    return { eventType: `${INSTANCE_FAMILY}.${name}`, ...inventedPhase };
  }
  const name = ACTION_NAMES[action];
  if (name === undefined) return { eventType: `${INSTANCE_FAMILY}.update` };
  const begun = phase === 'progress' || isAcceptedCall(event);
  const word = begun ? 'start' : (phase ?? 'end');
  return { eventType: `${INSTANCE_FAMILY}.${name}.${word}`, ...inventedPhase };
}
