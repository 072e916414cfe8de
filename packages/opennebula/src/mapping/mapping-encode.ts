/**
 * What stands for a canonical state in OpenNebula, and which state a foreign event without one is
 * taken to mean. One documented default each; what it does not say exactly is a loss.
 */
import type { Action, Kind, Phase, StateOf } from '@viaduct/core';
import type {
  HOST_STATES,
  IMAGE_STATES,
  LCM_STATES,
  NET_STATES,
  VM_STATES,
} from './mapping-states.ts';

/** HOOK_OBJECT for the kinds that have one. All others go out as `one.internal.<kind>.<action>`. */
export const OBJECT_OF_KIND: Readonly<Partial<Record<Kind, 'VM' | 'HOST' | 'IMAGE' | 'NET'>>> = {
  compute: 'VM',
  host: 'HOST',
  image: 'IMAGE',
  storage: 'IMAGE', // a data block, OpenNebula's only volume
  network: 'NET',
};

type VmState = (typeof VM_STATES)[number];
type LcmState = (typeof LCM_STATES)[number];

/** STATE and LCM_STATE for a compute state. */
export const VM_STATE_OF: Readonly<Record<StateOf<'compute'>, readonly [VmState, LcmState]>> = {
  pending: ['PENDING', 'LCM_INIT'],
  building: ['ACTIVE', 'PROLOG'],
  running: ['ACTIVE', 'RUNNING'],
  paused: ['SUSPENDED', 'LCM_INIT'], // OpenNebula cannot pause
  suspended: ['SUSPENDED', 'LCM_INIT'],
  stopped: ['POWEROFF', 'LCM_INIT'],
  migrating: ['ACTIVE', 'MIGRATE'],
  resizing: ['ACTIVE', 'HOTPLUG_RESIZE'],
  failed: ['ACTIVE', 'BOOT_FAILURE'],
  deleted: ['DONE', 'LCM_INIT'],
  unknown: ['ACTIVE', 'UNKNOWN'],
};

/** The failure that an operation's error means for a VM; BOOT_FAILURE for all others. */
export const FAILURE_OF_ACTION: Readonly<Partial<Record<Action, LcmState>>> = {
  delete: 'EPILOG_FAILURE',
  evacuate: 'BOOT_MIGRATE_FAILURE',
  migrate: 'BOOT_MIGRATE_FAILURE',
  'power-off': 'EPILOG_FAILURE',
  resume: 'PROLOG_RESUME_FAILURE',
  shelve: 'EPILOG_UNDEPLOY_FAILURE',
  stop: 'EPILOG_STOP_FAILURE',
  unshelve: 'PROLOG_UNDEPLOY_FAILURE',
};

/** HOST STATE for a host state. */
export const HOST_STATE_OF: Readonly<Record<StateOf<'host'>, (typeof HOST_STATES)[number]>> = {
  pending: 'INIT',
  up: 'MONITORED',
  disabled: 'DISABLED',
  maintenance: 'OFFLINE',
  down: 'ERROR',
  failed: 'ERROR',
  deleted: 'OFFLINE', // OpenNebula says nothing when a host is removed
  unknown: 'INIT',
};

/** IMAGE STATE for an image state. */
export const IMAGE_STATE_OF: Readonly<Record<StateOf<'image'>, (typeof IMAGE_STATES)[number]>> = {
  pending: 'INIT',
  creating: 'LOCKED',
  available: 'READY',
  'in-use': 'USED',
  disabled: 'DISABLED',
  locked: 'LOCKED',
  failed: 'ERROR',
  deleting: 'DELETE',
  deleted: 'DELETE',
  unknown: 'INIT',
};

/** IMAGE STATE for a volume's state. */
export const STORAGE_STATE_OF: Readonly<Record<StateOf<'storage'>, (typeof IMAGE_STATES)[number]>> =
  {
    pending: 'INIT',
    creating: 'LOCKED',
    available: 'READY',
    attaching: 'USED',
    'in-use': 'USED',
    detaching: 'USED',
    resizing: 'LOCKED',
    'backing-up': 'LOCKED',
    restoring: 'LOCKED',
    migrating: 'LOCKED',
    maintenance: 'DISABLED',
    failed: 'ERROR',
    deleting: 'DELETE',
    deleted: 'DELETE',
    unknown: 'INIT',
  };

/** NET STATE for a network's state. */
export const NET_STATE_OF: Readonly<Record<StateOf<'network'>, (typeof NET_STATES)[number]>> = {
  pending: 'INIT',
  building: 'LOCK_CREATE',
  active: 'READY',
  down: 'ERROR',
  failed: 'ERROR',
  deleting: 'LOCK_DELETE',
  deleted: 'DONE',
  unknown: 'INIT',
};

/** The state after each phase of an operation. */
export type StateByStep = Readonly<Partial<Record<Phase, string>>>;

/** The state that a foreign operation leaves a resource in, where the event does not say it. */
export const STATE_AFTER: Readonly<
  Partial<Record<Kind, Readonly<Partial<Record<Action, StateByStep>>>>>
> = {
  compute: {
    create: { start: 'building', progress: 'building', end: 'running' },
    delete: { end: 'deleted' },
    deploy: { start: 'building', end: 'running' },
    evacuate: { start: 'migrating', end: 'running' },
    migrate: { start: 'migrating', progress: 'migrating', end: 'running' },
    pause: { end: 'paused' },
    'power-off': { end: 'stopped' },
    'power-on': { end: 'running' },
    reboot: { end: 'running' },
    rebuild: { start: 'building', end: 'running' },
    resize: { start: 'resizing', end: 'running' },
    resume: { end: 'running' },
    shelve: { end: 'stopped' },
    start: { end: 'running' },
    stop: { end: 'stopped' },
    suspend: { end: 'suspended' },
    unpause: { end: 'running' },
    unshelve: { end: 'running' },
  },
  host: {
    create: { end: 'up' },
    delete: { end: 'deleted' },
    disable: { end: 'disabled' },
    enable: { end: 'up' },
  },
  image: {
    create: { start: 'creating', end: 'available' },
    delete: { start: 'deleting', end: 'deleted' },
    upload: { start: 'creating', end: 'available' },
  },
  storage: {
    attach: { start: 'attaching', end: 'in-use' },
    create: { start: 'creating', end: 'available' },
    delete: { start: 'deleting', end: 'deleted' },
    detach: { start: 'detaching', end: 'available' },
    resize: { start: 'resizing', end: 'available' },
  },
  network: {
    create: { start: 'building', end: 'active' },
    delete: { start: 'deleting', end: 'deleted' },
  },
};
