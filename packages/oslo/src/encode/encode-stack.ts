/** Deployments as heat's `orchestration.stack.*`. */
import type { CanonicalEvent, State } from '@viaduct/core';
import type { Encoding } from './encoding.ts';
import { EMPTY, payloadTemplate, type PayloadField } from './payload-field.ts';
import { phased, rfc3339, STATE_PATHS, stateWord, TENANT, type Words } from './resource-fields.ts';

const STACK_WORDS: Words = {
  create: 'create',
  deploy: 'create',
  delete: 'delete',
  update: 'update',
  suspend: 'suspend',
  resume: 'resume',
  check: 'check',
  snapshot: 'snapshot',
  restore: 'restore',
  revert: 'rollback',
};

/** How far heat is, by the phase; the word before it is the action. */
const STACK_ENDINGS: ReadonlyMap<string, string> = new Map([
  ['start', 'IN_PROGRESS'],
  ['end', 'COMPLETE'],
  ['error', 'FAILED'],
]);

const STACK_STATES: Readonly<Partial<Record<State, string>>> = {
  pending: 'INIT_COMPLETE',
  creating: 'CREATE_IN_PROGRESS',
  updating: 'UPDATE_IN_PROGRESS',
  active: 'UPDATE_COMPLETE',
  suspended: 'SUSPEND_COMPLETE',
  'rolling-back': 'ROLLBACK_IN_PROGRESS',
  deleting: 'DELETE_IN_PROGRESS',
  failed: 'UPDATE_FAILED',
  deleted: 'DELETE_COMPLETE',
  unknown: 'UNKNOWN',
};

const stackEventType = phased('orchestration.stack', STACK_WORDS);

/** heat's state is its action and how far it is: what the event type says already. */
function stackState(event: CanonicalEvent): string {
  const [, , word = 'update', phase = 'end'] = stackEventType(event).eventType.split('.');
  return `${word.toUpperCase()}_${STACK_ENDINGS.get(phase) ?? 'COMPLETE'}`;
}

const STACK_FIELDS: readonly PayloadField[] = [
  TENANT,
  {
    name: 'user_id',
    from: ({ data }) => data.actor?.user?.name ?? data.actor?.user?.id,
    carries: [],
    otherwise: EMPTY,
  },
  {
    name: 'user_identity',
    from: ({ data }) => data.actor?.user?.id,
    carries: [],
    otherwise: EMPTY,
  },
  { name: 'stack_identity', from: ({ data }) => data.resource.id, carries: ['data.resource.id'] },
  {
    name: 'stack_name',
    from: ({ data }) => data.resource.name,
    carries: ['data.resource.name'],
    otherwise: EMPTY,
  },
  {
    name: 'name',
    from: ({ data }) => data.resource.name,
    carries: [],
  },
  {
    name: 'state',
    from: (event) => stateWord(event, STACK_STATES),
    carries: STATE_PATHS,
    otherwise: { value: stackState, rule: 'not known: what the operation leads to' },
  },
  {
    name: 'state_reason',
    from: ({ data }) => data.message,
    carries: ['data.message'],
    otherwise: EMPTY,
  },
  {
    name: 'create_at',
    from: ({ data }) => rfc3339(data.attributes?.createdAt),
    carries: ['data.attributes.createdAt'],
    otherwise: EMPTY,
  },
];

/** Deployments: heat's stacks. */
export const STACK_ENCODING: Encoding = {
  service: 'orchestration',
  eventType: stackEventType,
  template: payloadTemplate('payload', STACK_FIELDS),
};
