import { ACTIONS, KINDS, PHASES, TYPE_PREFIX, type JsonObject } from '@viaduct/core';
import { TASK_EVENTS, WORKFLOW_EVENT_TYPES } from '../mapping.ts';

/** Events of tasks, nodes and policies besides {@link TASK_EVENTS} (cloudify-common; up to 6.1). */
const OTHER_EVENT_TYPES: readonly string[] = [
  'workflow_event',
  'workflow_initializing_policies',
  'workflow_initializing_node',
  'workflow_node_event',
  'workflow_stage',
  'plugin_event',
  'policy_success',
  'policy_failed',
  'processing_trigger',
  'trigger_succeeded',
  'trigger_failed',
];

/** Every event type of Cloudify; the original runs hooks for the first five alone. */
export function knownEventTypes(): readonly string[] {
  return [...WORKFLOW_EVENT_TYPES, ...Object.keys(TASK_EVENTS), ...OTHER_EVENT_TYPES];
}

/** Whether an `event_type` speaks of canonical types: `io.viaduct.compute.state`, with globs. */
export function isCanonicalPattern(eventType: string): boolean {
  return eventType.startsWith(TYPE_PREFIX) || eventType === '*';
}

/** Why no canonical type can ever fit; `undefined` where one can. */
export function canonicalTypeProblem(eventType: string): string | undefined {
  if (eventType === '*') return undefined;
  const [kind = '', action, phase, ...more] = eventType.slice(TYPE_PREFIX.length).split('.');
  const fits = (word: string | undefined, known: readonly string[]): boolean =>
    word === undefined || /[*?\\]/.test(word) || known.includes(word);
  const never = (what: string): string => `no event is of the type "${eventType}": ${what}`;
  if (!fits(kind, KINDS)) return never(`"${kind}" is no kind (${KINDS.join(', ')})`);
  if (!fits(action, ACTIONS)) return never(`"${action ?? ''}" is no action`);
  if (!fits(phase, PHASES)) return never(`"${phase ?? ''}" is none of ${PHASES.join(', ')}`);
  return more.length > 0 ? never('it has more than kind, action and phase') : undefined;
}

/** Fields under the names that Cloudify gives them. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  tenant: 'project',
  deployment: 'parent',
  workflow: 'name',
};

/** The conditions of a hook in the words of a route: its event type, and its own `match`. */
export function matchOf(eventType: string, own: JsonObject): JsonObject {
  const named = Object.entries(own).map(([name, value]) => [FIELD_NAMES[name] ?? name, value]);
  const conditions = Object.fromEntries(named) as JsonObject;
  if (eventType === '*') return conditions;
  return isCanonicalPattern(eventType)
    ? { ...conditions, type: eventType }
    : { ...conditions, origin: 'cloudify', nativetype: eventType.replace(/[*?\\]/g, '\\$&') };
}
