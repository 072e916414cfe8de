/** Network events as neutron's: a resource under its noun. */
import type { CanonicalEvent, State } from '@viaduct/core';
import type { Encoding } from './encoding.ts';
import { EMPTY, payloadTemplate, type PayloadField } from './payload-field.ts';
import {
  MESSAGE,
  phased,
  rfc3339,
  STATE_PATHS,
  stateWord,
  TENANT,
  type Words,
} from './resource-fields.ts';

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
};
