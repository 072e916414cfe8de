/** Compute events as nova's legacy `compute.instance.*`, which ceilometer's definitions read. */
import type { Action, CanonicalEvent, JsonValue, State } from '@viaduct/core';
import type { Encoding } from './encoding.ts';
import { INSTANCE_FAMILY, instanceEventType } from './instance-event-type.ts';
import {
  EMPTY,
  tenantId,
  NO_MEMBERS,
  NULL,
  payloadTemplate,
  wholeNumber,
  type PayloadField,
} from './payload-field.ts';
import { isoTimestamp, zonedTimestamp } from '../timestamp.ts';

/** Canonical states to nova's `vm_state`; nova has no word for an unknown one, so that stays. */
const VM_STATES: Readonly<Partial<Record<State, string>>> = {
  pending: 'building',
  building: 'building',
  running: 'active',
  paused: 'paused',
  suspended: 'suspended',
  stopped: 'stopped',
  migrating: 'active',
  resizing: 'resized',
  failed: 'error',
  deleted: 'deleted',
  unknown: 'unknown',
};

/** What a finished operation leaves behind, where the event does not say the state. */
const STATE_AFTER: Readonly<Partial<Record<Action, string>>> = {
  create: 'active',
  delete: 'deleted',
  'power-off': 'stopped',
  stop: 'stopped',
  'power-on': 'active',
  start: 'active',
  reboot: 'active',
  suspend: 'suspended',
  resume: 'active',
  pause: 'paused',
  unpause: 'active',
};

function vmState(event: CanonicalEvent): string | undefined {
  const { state } = event.data;
  if (state === undefined) return undefined;
  return event.origin === 'oslo' ? state.native : (VM_STATES[state.value] ?? state.value);
}

function previousVmState(event: CanonicalEvent): string | undefined {
  const previous = event.data.state?.previous;
  if (previous === undefined || !instanceEventType(event).eventType.endsWith('.update'))
    return undefined;
  return event.origin === 'oslo' ? previous.native : (VM_STATES[previous.value] ?? previous.value);
}

function stateAfter(event: CanonicalEvent): string {
  const { eventType } = instanceEventType(event);
  if (eventType === `${INSTANCE_FAMILY}.create.start`) return 'building';
  return eventType.endsWith('.end') ? (STATE_AFTER[event.data.action] ?? '') : '';
}

function ended(event: CanonicalEvent): string {
  return instanceEventType(event).eventType === `${INSTANCE_FAMILY}.delete.end`
    ? (isoTimestamp(event.time) ?? '')
    : '';
}

function isoOf(time: string | undefined): string | undefined {
  return time === undefined ? undefined : isoTimestamp(time);
}

function rootGiB(event: CanonicalEvent): number | undefined {
  const { diskGiB, ephemeralGiB } = event.data.attributes ?? {};
  return wholeNumber(diskGiB === undefined ? undefined : diskGiB - (ephemeralGiB ?? 0));
}

function fixedIps(event: CanonicalEvent): JsonValue | undefined {
  const addresses = event.data.attributes?.addresses;
  if (addresses === undefined || addresses.length === 0) return undefined;
  return addresses.map((address) => ({
    version: address.version ?? (address.address.includes(':') ? 6 : 4),
    vif_mac: address.mac ?? '',
    floating_ips: [],
    label: address.network ?? '',
    meta: {},
    address: address.address,
    type: address.type ?? 'fixed',
  }));
}

function imageMeta(event: CanonicalEvent): JsonValue | undefined {
  const { imageId, architecture } = event.data.attributes ?? {};
  if (imageId === undefined && architecture === undefined) return undefined;
  return {
    ...(imageId === undefined ? {} : { base_image_ref: imageId }),
    ...(architecture === undefined ? {} : { 'org.openstack__1__architecture': architecture }),
  };
}

const ERROR_FIELDS: readonly PayloadField[] = [
  {
    name: 'exception',
    from: ({ data }) => data.attributes?.errorMessage,
    carries: ['data.attributes.errorMessage'],
  },
  {
    name: 'code',
    from: ({ data }) => data.attributes?.errorCode,
    carries: ['data.attributes.errorCode'],
  },
];

/** nova/notifications/base.py info_from_instance, in the order of the wire. */
const FIELDS: readonly PayloadField[] = [
  {
    name: 'state_description',
    from: ({ data }) => data.attributes?.task,
    carries: ['data.attributes.task'],
    otherwise: EMPTY,
  },
  {
    name: 'availability_zone',
    from: ({ data }) => data.resource.location?.zone,
    carries: ['data.resource.location.zone'],
    otherwise: NULL,
  },
  {
    name: 'terminated_at',
    from: ({ data }) => isoOf(data.attributes?.terminatedAt),
    carries: ['data.attributes.terminatedAt'],
    otherwise: { value: ended, rule: 'not known: the time of a delete.end, else an empty text' },
  },
  {
    name: 'ephemeral_gb',
    from: ({ data }) => wholeNumber(data.attributes?.ephemeralGiB),
    carries: ['data.attributes.ephemeralGiB'],
    otherwise: { value: 0, rule: 'not known: none' },
  },
  { name: 'instance_type_id', from: () => undefined, carries: [], otherwise: NULL },
  { name: 'message', from: ({ data }) => data.message, carries: ['data.message'] },
  ...ERROR_FIELDS,
  {
    name: 'deleted_at',
    from: ({ data }) => isoOf(data.attributes?.deletedAt),
    carries: ['data.attributes.deletedAt'],
    otherwise: { value: ended, rule: 'not known: the time of a delete.end, else an empty text' },
  },
  { name: 'reservation_id', from: () => undefined, carries: [], otherwise: EMPTY },
  {
    name: 'memory_mb',
    from: ({ data }) => wholeNumber(data.attributes?.memoryMiB),
    carries: ['data.attributes.memoryMiB'],
    otherwise: NULL,
  },
  {
    name: 'display_name',
    from: ({ data }) => data.resource.name,
    carries: ['data.resource.name'],
    otherwise: EMPTY,
  },
  { name: 'fixed_ips', from: fixedIps, carries: ['data.attributes.addresses'] },
  {
    name: 'hostname',
    from: ({ data }) => data.attributes?.hostname,
    carries: ['data.attributes.hostname'],
    otherwise: {
      value: ({ data }) => data.resource.name ?? '',
      rule: 'not known: the name of the instance',
    },
  },
  {
    name: 'state',
    from: vmState,
    carries: ['data.state.value', 'data.state.native'],
    otherwise: { value: stateAfter, rule: 'not known: what the operation leads to, else empty' },
  },
  {
    name: 'old_state',
    from: previousVmState,
    carries: ['data.state.previous.value', 'data.state.previous.native'],
  },
  {
    name: 'progress',
    from: ({ data }) => data.attributes?.progressPercent,
    carries: ['data.attributes.progressPercent'],
    otherwise: EMPTY,
  },
  {
    name: 'launched_at',
    from: ({ data }) => isoOf(data.attributes?.launchedAt),
    carries: ['data.attributes.launchedAt'],
    otherwise: EMPTY,
  },
  { name: 'metadata', from: () => undefined, carries: [], otherwise: NO_MEMBERS },
  {
    name: 'node',
    from: ({ data }) => data.resource.host,
    carries: [],
    otherwise: NULL,
  },
  { name: 'ramdisk_id', from: () => undefined, carries: [], otherwise: EMPTY },
  { name: 'access_ip_v6', from: () => undefined, carries: [], otherwise: NULL },
  {
    name: 'disk_gb',
    from: ({ data }) => wholeNumber(data.attributes?.diskGiB),
    carries: ['data.attributes.diskGiB'],
    otherwise: NULL,
  },
  { name: 'access_ip_v4', from: () => undefined, carries: [], otherwise: NULL },
  { name: 'kernel_id', from: () => undefined, carries: [], otherwise: EMPTY },
  {
    name: 'host',
    from: ({ data }) => data.resource.host,
    carries: ['data.resource.host'],
    otherwise: NULL,
  },
  {
    name: 'user_id',
    from: ({ data }) => data.actor?.user?.id,
    carries: [],
    otherwise: EMPTY,
  },
  {
    name: 'image_name',
    from: ({ data }) => data.attributes?.image,
    carries: ['data.attributes.image'],
  },
  { name: 'image_ref_url', from: () => undefined, carries: [], otherwise: EMPTY },
  { name: 'cell_name', from: () => undefined, carries: [], otherwise: EMPTY },
  { name: 'root_gb', from: rootGiB, carries: [], otherwise: NULL },
  {
    name: 'tenant_id',
    from: tenantId,
    carries: [],
    otherwise: EMPTY,
  },
  {
    name: 'created_at',
    from: ({ data }) => data.attributes?.createdAt && zonedTimestamp(data.attributes.createdAt),
    carries: ['data.attributes.createdAt'],
    otherwise: EMPTY,
  },
  {
    name: 'instance_id',
    from: ({ data }) => data.resource.id,
    carries: ['data.resource.id'],
  },
  {
    name: 'instance_type',
    from: ({ data }) => data.attributes?.flavor,
    carries: ['data.attributes.flavor'],
    otherwise: EMPTY,
  },
  {
    name: 'vcpus',
    from: ({ data }) => wholeNumber(data.attributes?.vcpus),
    carries: ['data.attributes.vcpus'],
    otherwise: NULL,
  },
  {
    name: 'image_meta',
    from: imageMeta,
    carries: ['data.attributes.imageId', 'data.attributes.architecture'],
    otherwise: NO_MEMBERS,
  },
  {
    name: 'architecture',
    from: ({ data }) => data.attributes?.architecture,
    carries: [],
    otherwise: NULL,
  },
  {
    name: 'os_type',
    from: ({ data }) => data.attributes?.osType,
    carries: ['data.attributes.osType'],
    otherwise: NULL,
  },
  {
    name: 'instance_flavor_id',
    from: ({ data }) => data.attributes?.flavorId,
    carries: ['data.attributes.flavorId'],
    otherwise: EMPTY,
  },
];

/** Instances. */
export const COMPUTE_ENCODING: Encoding = {
  service: 'compute',
  eventType: instanceEventType,
  template: payloadTemplate('payload', FIELDS),
};
