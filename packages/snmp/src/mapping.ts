/**
 * What a trap is called and what it means: tables only. The objects of VIADUCT-MIB are in
 * `mapping-objects.ts`, its enumerations in `mapping-numbers.ts`.
 */
import type { Action, EventOutcome, Severity, State } from '@viaduct/core';

/**
 * The base of VIADUCT-MIB unless configured otherwise: the enterprise number that RFC 5612 sets
 * aside for documentation, because Viaduct has none of its own. It is never assigned, so nothing
 * else is found there; an organisation puts its own number in its place (`enterpriseBase`).
 */
export const DEFAULT_ENTERPRISE_BASE = '1.3.6.1.4.1.32473';

/** What a notification of VIADUCT-MIB says in one word; the last two digits of its number. */
export const NOTIFICATION_CLASSES = {
  Started: { id: 1, description: 'An operation on it has begun.' },
  Progress: { id: 2, description: 'An operation on it goes on.' },
  Completed: { id: 3, description: 'An operation on it is done.' },
  Failed: { id: 4, description: 'An operation on it failed, or it is in a failed state.' },
  Pending: { id: 5, description: 'It is on its way from one state to another.' },
  Active: { id: 6, description: 'It is in use or ready for it.' },
  Inactive: { id: 7, description: 'It is out of use, as somebody wished.' },
  Down: { id: 8, description: 'It does not work, or not fully.' },
  Deleted: { id: 9, description: 'It is gone.' },
  Event: { id: 10, description: 'Something else happened to it.' },
} as const;

/** The name of a class. */
export type NotificationClass = keyof typeof NOTIFICATION_CLASSES;

/** The number of the heartbeat below `viaductNotifications`. */
export const HEARTBEAT_NUMBER = 1;

/** The class of a notification about a change to that state. */
export const STATE_CLASSES: Readonly<Record<State, NotificationClass>> = {
  pending: 'Pending',
  building: 'Pending',
  running: 'Active',
  paused: 'Inactive',
  suspended: 'Inactive',
  stopped: 'Inactive',
  migrating: 'Pending',
  resizing: 'Pending',
  failed: 'Failed',
  deleted: 'Deleted',
  unknown: 'Event',
  up: 'Active',
  disabled: 'Inactive',
  maintenance: 'Inactive',
  down: 'Down',
  creating: 'Pending',
  available: 'Active',
  'in-use': 'Active',
  locked: 'Inactive',
  deleting: 'Pending',
  active: 'Active',
  attaching: 'Pending',
  detaching: 'Pending',
  'backing-up': 'Pending',
  restoring: 'Pending',
  ready: 'Active',
  deploying: 'Pending',
  stopping: 'Pending',
  updating: 'Pending',
  'rolling-back': 'Pending',
  queued: 'Pending',
  cancelling: 'Pending',
  cancelled: 'Inactive',
  succeeded: 'Completed',
  enabled: 'Active',
  degraded: 'Down',
};

/** The tree of CLOUDIFY-MIB. */
export const CLOUDIFY = {
  notifications: '1.3.6.1.4.1.52312.1.0',
  properties: '1.3.6.1.4.1.52312.1.1',
} as const;

/** The objects of CLOUDIFY-MIB by their number below `cloudify1Properties`. */
export const CLOUDIFY_OBJECTS = {
  timestamp: 1,
  deploymentId: 2,
  tenantName: 3,
  workflowName: 4,
  executionId: 5,
  parameters: 6,
  error: 7,
} as const;

/** The name of an object of CLOUDIFY-MIB. */
export type CloudifyObject = keyof typeof CLOUDIFY_OBJECTS;

/** The order of the MIB's OBJECTS clauses. */
export const CLOUDIFY_ORDER: readonly CloudifyObject[] = [
  'timestamp',
  'tenantName',
  'deploymentId',
  'workflowName',
  'executionId',
  'parameters',
  'error',
];

/** The order in which the product sends them (cloudify-common 5.1 to 7.0, captured). */
export const CLOUDIFY_SHIPPED_ORDER: readonly CloudifyObject[] = [
  'executionId',
  'workflowName',
  'tenantName',
  'deploymentId',
  'timestamp',
  'parameters',
  'error',
];

/** A workflow event by the number of its trap below `cloudify1MgrNotifications`. */
export interface WorkflowMeaning {
  readonly event: string;
  readonly action: Action;
  readonly state: State;
  readonly outcome?: EventOutcome;
  readonly severity: Severity;
}

/** The five workflow events. */
export const WORKFLOWS: Readonly<Record<number, WorkflowMeaning>> = {
  1: { event: 'workflow_queued', action: 'queue', state: 'queued', severity: 'info' },
  2: { event: 'workflow_started', action: 'start', state: 'running', severity: 'info' },
  3: {
    event: 'workflow_succeeded',
    action: 'state',
    state: 'succeeded',
    outcome: 'success',
    severity: 'info',
  },
  4: { event: 'workflow_cancelled', action: 'cancel', state: 'cancelled', severity: 'notice' },
  5: {
    event: 'workflow_failed',
    action: 'state',
    state: 'failed',
    outcome: 'failure',
    severity: 'error',
  },
};

/** The name under which a decoded event keeps the parameters of its workflow. */
export const PARAMETERS_NAME = 'execution_parameters';

/** What a standard trap says. */
export interface StandardTrap {
  readonly name: string;
  readonly action: Action;
  readonly state?: State;
  readonly outcome?: EventOutcome;
  readonly severity: Severity;
  readonly message: string;
  /** About an interface of the device, named by `ifIndex` (RFC 2863). */
  readonly isOfInterface?: true;
}

/** The traps of SNMPv2-MIB (RFC 3418) and IF-MIB (RFC 2863), and EGP's (RFC 1213), by their OID. */
export const STANDARD_TRAPS: Readonly<Record<string, StandardTrap>> = {
  '1.3.6.1.6.3.1.1.5.1': {
    name: 'coldStart',
    action: 'start',
    state: 'up',
    severity: 'notice',
    message: 'the device started; its configuration may have changed',
  },
  '1.3.6.1.6.3.1.1.5.2': {
    name: 'warmStart',
    action: 'start',
    state: 'up',
    severity: 'notice',
    message: 'the device restarted; its configuration is unchanged',
  },
  '1.3.6.1.6.3.1.1.5.3': {
    name: 'linkDown',
    action: 'state',
    state: 'down',
    severity: 'error',
    message: 'an interface is down',
    isOfInterface: true,
  },
  '1.3.6.1.6.3.1.1.5.4': {
    name: 'linkUp',
    action: 'state',
    state: 'up',
    severity: 'notice',
    message: 'an interface is up',
    isOfInterface: true,
  },
  '1.3.6.1.6.3.1.1.5.5': {
    name: 'authenticationFailure',
    action: 'authenticate',
    outcome: 'failure',
    severity: 'warning',
    message: 'the device received a request that was not authentic',
  },
  '1.3.6.1.6.3.1.1.5.6': {
    name: 'egpNeighborLoss',
    action: 'state',
    state: 'degraded',
    severity: 'error',
    message: 'a neighbour of the device was lost',
  },
};

/** Columns of IF-MIB's ifTable that link traps carry, without their index. */
export const INTERFACE_COLUMNS = {
  index: '1.3.6.1.2.1.2.2.1.1',
  description: '1.3.6.1.2.1.2.2.1.2',
  name: '1.3.6.1.2.1.31.1.1.1.1',
} as const;

/** `sysName.0`, which some devices add to every trap (RFC 3418). */
export const SYS_NAME = '1.3.6.1.2.1.1.5.0';
