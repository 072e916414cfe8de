/** Volumes, images, networks and stacks as cinder, glance, neutron and heat announce them. */
import type { Action, CanonicalEvent, Loss, State } from '@viaduct/core';
import { approximated, ownEventType, type Encoding, type EventTypeChoice } from './encoding.ts';
import {
  EMPTY,
  tenantId,
  NO_ITEMS,
  NO_MEMBERS,
  NULL,
  payloadTemplate,
  wholeNumber,
  type PayloadField,
} from './payload-field.ts';
import { isoTimestamp, parseTimestamp } from './timestamp.ts';

type Words = Readonly<Partial<Record<Action, string>>>;

/** `<family>.<word>.<phase>`: a change of state, and what has no word, is an `update`. */
function phased(family: string, words: Words): (event: CanonicalEvent) => EventTypeChoice {
  return (event) => {
    const own = ownEventType(event, family, [...Object.values(words), 'exists']);
    if (own !== undefined) return { eventType: own, losses: [] };
    const { action, phase } = event.data;
    const word = words[stateAction(event) ?? action];
    const lost = word === undefined && action !== 'state' ? ['data.action'] : [];
    if (phase === 'progress') lost.push('data.phase');
    const ending = phase === 'progress' ? 'start' : (phase ?? 'end');
    return {
      eventType: `${family}.${word ?? 'update'}.${ending}`,
      losses: approximated(...lost),
      ...(phase === undefined ? { inventedPhase: 'no phase known: end' } : {}),
    };
  };
}

/** The operation that a change of state is the end of, where there is no doubt. */
function stateAction(event: CanonicalEvent): Action | undefined {
  const { action, state } = event.data;
  if (action !== 'state' || state === undefined) return undefined;
  if (state.value === 'deleted') return 'delete';
  const from = state.previous?.value;
  const made = from === 'pending' || from === 'creating' || from === 'building';
  const ready = state.value === 'available' || state.value === 'active';
  return made && ready ? 'create' : undefined;
}

/** A canonical state in a service's word, by the service's own table. */
function stateWord(
  event: CanonicalEvent,
  words: Readonly<Partial<Record<State, string>>>,
): string | undefined {
  const { state } = event.data;
  if (state === undefined) return undefined;
  return event.origin === 'oslo' ? state.native : (words[state.value] ?? state.value);
}

/** The native word of a foreign state is lost; so is what it was before. */
function stateLosses(event: CanonicalEvent): readonly Loss[] {
  const { state } = event.data;
  if (state === undefined || event.origin === 'oslo') return [];
  return approximated('data.state.native');
}

function zoned(time: string | undefined): string | undefined {
  const iso = time === undefined ? undefined : isoTimestamp(time);
  return iso === undefined ? undefined : `${iso}+00:00`;
}

const STATE_PATHS = ['data.state.value', 'data.state.native'];

const TENANT: PayloadField = {
  name: 'tenant_id',
  from: tenantId,
  carries: [],
  otherwise: EMPTY,
};

const CREATED: PayloadField = {
  name: 'created_at',
  from: ({ data }) => zoned(data.attributes?.createdAt),
  carries: ['data.attributes.createdAt'],
  otherwise: EMPTY,
};

const ZONE: PayloadField = {
  name: 'availability_zone',
  from: ({ data }) => data.resource.location?.zone,
  carries: ['data.resource.location.zone'],
  otherwise: NULL,
};

const MESSAGE: PayloadField = {
  name: 'message',
  from: ({ data }) => data.message,
  carries: ['data.message'],
};

const VOLUME_WORDS: Words = {
  create: 'create',
  delete: 'delete',
  update: 'update',
  resize: 'resize',
  attach: 'attach',
  detach: 'detach',
  revert: 'revert',
  transfer: 'transfer.accept',
  import: 'manage_existing',
  export: 'unmanage',
};

const VOLUME_STATES: Readonly<Partial<Record<State, string>>> = {
  pending: 'creating',
  resizing: 'extending',
  restoring: 'restoring-backup',
  migrating: 'retyping',
  failed: 'error',
};

/** cinder/volume/volume_utils.py _usage_from_volume. */
const VOLUME_FIELDS: readonly PayloadField[] = [
  TENANT,
  {
    name: 'host',
    from: ({ data }) => data.resource.host,
    carries: ['data.resource.host'],
    otherwise: NULL,
  },
  { name: 'user_id', from: ({ data }) => data.actor?.user?.id, carries: [], otherwise: EMPTY },
  ZONE,
  { name: 'volume_id', from: ({ data }) => data.resource.id, carries: ['data.resource.id'] },
  {
    name: 'volume_type',
    from: ({ data }) => data.attributes?.driver,
    carries: ['data.attributes.driver'],
    otherwise: NULL,
  },
  {
    name: 'display_name',
    from: ({ data }) => data.resource.name,
    carries: ['data.resource.name'],
    otherwise: NULL,
  },
  {
    name: 'launched_at',
    from: ({ data }) => zoned(data.attributes?.launchedAt),
    carries: ['data.attributes.launchedAt'],
    otherwise: EMPTY,
  },
  CREATED,
  {
    name: 'status',
    from: (event) => stateWord(event, VOLUME_STATES),
    carries: STATE_PATHS,
    otherwise: EMPTY,
  },
  { name: 'snapshot_id', from: () => undefined, carries: [], otherwise: NULL },
  {
    name: 'size',
    from: ({ data }) => wholeNumber(data.attributes?.diskGiB),
    carries: ['data.attributes.diskGiB'],
    otherwise: NULL,
  },
  { name: 'replication_status', from: () => undefined, carries: [], otherwise: NULL },
  { name: 'metadata', from: () => undefined, carries: [], otherwise: NO_ITEMS },
  {
    name: 'volume_attachment',
    from: ({ data }) => data.attributes?.attachments?.map((id) => ({ server_id: id })),
    carries: ['data.attributes.attachments'],
    otherwise: NO_ITEMS,
  },
  MESSAGE,
];

/** Volumes and whatever else stores blocks. */
export const VOLUME_ENCODING: Encoding = {
  service: 'volume',
  eventType: phased('volume', VOLUME_WORDS),
  template: payloadTemplate('payload', VOLUME_FIELDS),
  losses: stateLosses,
};

const IMAGE_WORDS: Words = {
  create: 'create',
  delete: 'delete',
  update: 'update',
  upload: 'upload',
  enable: 'activate',
  disable: 'deactivate',
};

/** glance announces what is done, without phases; an error is an event of priority ERROR. */
function imageEventType(event: CanonicalEvent): EventTypeChoice {
  const own = ownEventType(event, 'image', Object.values(IMAGE_WORDS));
  if (own !== undefined) return { eventType: own, losses: [] };
  const { action, phase } = event.data;
  const word = IMAGE_WORDS[stateAction(event) ?? action];
  const lost = word === undefined && action !== 'state' ? ['data.action'] : [];
  if (phase !== undefined && phase !== 'end') lost.push('data.phase');
  return { eventType: `image.${word ?? 'update'}`, losses: approximated(...lost) };
}

const IMAGE_STATES: Readonly<Partial<Record<State, string>>> = {
  pending: 'queued',
  creating: 'saving',
  available: 'active',
  'in-use': 'active',
  locked: 'saving',
  disabled: 'deactivated',
  failed: 'killed',
  deleting: 'pending_delete',
};

const IMAGE_FIELDS: readonly PayloadField[] = [
  { name: 'id', from: ({ data }) => data.resource.id, carries: ['data.resource.id'] },
  {
    name: 'name',
    from: ({ data }) => data.resource.name,
    carries: ['data.resource.name'],
    otherwise: NULL,
  },
  {
    name: 'status',
    from: (event) => stateWord(event, IMAGE_STATES),
    carries: STATE_PATHS,
    otherwise: EMPTY,
  },
  { ...CREATED, otherwise: NULL },
  {
    name: 'updated_at',
    from: ({ data }) => zoned(data.attributes?.updatedAt),
    carries: ['data.attributes.updatedAt'],
    otherwise: NULL,
  },
  {
    name: 'deleted_at',
    from: ({ data }) => zoned(data.attributes?.deletedAt),
    carries: ['data.attributes.deletedAt'],
    otherwise: NULL,
  },
  {
    name: 'deleted',
    from: ({ data }) => (data.state === undefined ? undefined : data.state.value === 'deleted'),
    carries: [],
    otherwise: { value: false, rule: 'not known: it is there' },
  },
  { name: 'container_format', from: () => undefined, carries: [], otherwise: NULL },
  {
    name: 'disk_format',
    from: ({ data }) => data.attributes?.format,
    carries: ['data.attributes.format'],
    otherwise: NULL,
  },
  {
    name: 'size',
    from: ({ data }) => wholeNumber(data.attributes?.sizeBytes),
    carries: ['data.attributes.sizeBytes'],
    otherwise: NULL,
  },
  { name: 'checksum', from: () => undefined, carries: [], otherwise: NULL },
  {
    name: 'visibility',
    from: ({ data }) => data.attributes?.visibility,
    carries: ['data.attributes.visibility'],
  },
  {
    name: 'owner',
    from: tenantId,
    carries: [],
    otherwise: NULL,
  },
  { name: 'properties', from: () => undefined, carries: [], otherwise: NO_MEMBERS },
  MESSAGE,
];

/** Images. */
export const IMAGE_ENCODING: Encoding = {
  service: 'image',
  eventType: imageEventType,
  template: payloadTemplate('payload', IMAGE_FIELDS),
  losses: stateLosses,
};

const NETWORK_WORDS: Words = { create: 'create', delete: 'delete', update: 'update' };

const NETWORK_STATES: Readonly<Partial<Record<State, string>>> = {
  pending: 'BUILD',
  building: 'BUILD',
  active: 'ACTIVE',
  down: 'DOWN',
  failed: 'ERROR',
  deleting: 'PENDING_DELETE',
  deleted: 'DELETED',
  unknown: 'UNKNOWN',
};

const NETWORK_FIELDS: readonly PayloadField[] = [
  {
    name: 'id',
    from: ({ data }) => data.resource.id,
    carries: ['data.resource.id', 'data.resource.type'],
  },
  {
    name: 'name',
    from: ({ data }) => data.resource.name,
    carries: ['data.resource.name'],
    otherwise: EMPTY,
  },
  TENANT,
  { ...TENANT, name: 'project_id' },
  {
    name: 'status',
    from: (event) => stateWord(event, NETWORK_STATES),
    carries: STATE_PATHS,
    otherwise: EMPTY,
  },
  {
    name: 'provider:segmentation_id',
    from: ({ data }) => data.attributes?.vlanId,
    carries: ['data.attributes.vlanId'],
  },
  {
    name: 'provider:network_type',
    from: ({ data }) => data.attributes?.driver,
    carries: ['data.attributes.driver'],
  },
  {
    name: 'provider:physical_network',
    from: ({ data }) => data.attributes?.bridge,
    carries: ['data.attributes.bridge'],
  },
  {
    name: 'created_at',
    from: ({ data }) => rfc3339(data.attributes?.createdAt),
    carries: ['data.attributes.createdAt'],
  },
  {
    name: 'updated_at',
    from: ({ data }) => rfc3339(data.attributes?.updatedAt),
    carries: ['data.attributes.updatedAt'],
  },
  { ...MESSAGE, name: 'description' },
];

function rfc3339(time: string | undefined): string | undefined {
  return time === undefined ? undefined : parseTimestamp(time);
}

/** Nouns of other dialects for what neutron has a word for. */
const NETWORK_NOUNS: Readonly<Record<string, string>> = {
  network: 'network',
  vnet: 'network',
  net: 'network',
  subnet: 'subnet',
  port: 'port',
  nic: 'port',
  router: 'router',
  vrouter: 'router',
  floatingip: 'floatingip',
  floating_ip: 'floatingip',
  secgroup: 'security_group',
  security_group: 'security_group',
  loadbalancer: 'loadbalancer',
};

function networkNoun(event: CanonicalEvent): string {
  const type = event.data.resource.type?.toLowerCase() ?? '';
  return Object.hasOwn(NETWORK_NOUNS, type) ? (NETWORK_NOUNS[type] ?? 'network') : 'network';
}

/** Networks and what belongs to them: neutron wraps a resource in its noun. */
export const NETWORK_ENCODING: Encoding = {
  service: 'network',
  eventType: (event) => phased(networkNoun(event), NETWORK_WORDS)(event),
  template: payloadTemplate('payload.<noun>', NETWORK_FIELDS),
  noun: networkNoun,
  wrap: (fields, event, eventType) => {
    const noun = networkNoun(event);
    const gone = eventType.includes('.delete.') ? { [`${noun}_id`]: event.data.resource.id } : {};
    return { ...gone, [noun]: fields };
  },
  losses: stateLosses,
};

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
  losses: stateLosses,
};
