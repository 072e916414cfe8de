/**
 * The enumerations of VIADUCT-MIB: tables only. A number, once published, never changes its meaning
 * and is never used again; new words get new numbers. 0 is `none`: the event does not say.
 */
import type {
  Action,
  AlarmSeverity,
  EventOutcome,
  Kind,
  Phase,
  Severity,
  State,
} from '@viaduct/core';

/** The kinds of resources; also the hundreds of a notification's number. */
export const KIND_NUMBERS: Readonly<Record<Kind, number>> = {
  compute: 1,
  host: 2,
  image: 3,
  network: 4,
  storage: 5,
  'site-link': 6,
  experiment: 7,
  deployment: 8,
  execution: 9,
  service: 10,
  identity: 11,
  request: 12,
  device: 13,
};

/** What was done. */
const ACTION_NUMBERS: Readonly<Record<Action, number>> = {
  create: 1,
  delete: 2,
  update: 3,
  state: 4,
  exists: 5,
  start: 6,
  stop: 7,
  reboot: 8,
  'power-on': 9,
  'power-off': 10,
  suspend: 11,
  resume: 12,
  pause: 13,
  unpause: 14,
  shelve: 15,
  unshelve: 16,
  hold: 17,
  release: 18,
  deploy: 19,
  resize: 20,
  rebuild: 21,
  rescue: 22,
  unrescue: 23,
  migrate: 24,
  evacuate: 25,
  recover: 26,
  attach: 27,
  detach: 28,
  snapshot: 29,
  revert: 30,
  backup: 31,
  restore: 32,
  clone: 33,
  import: 34,
  export: 35,
  upload: 36,
  download: 37,
  rename: 38,
  lock: 39,
  unlock: 40,
  enable: 41,
  disable: 42,
  add: 43,
  remove: 44,
  grant: 45,
  revoke: 46,
  authenticate: 47,
  login: 48,
  transfer: 49,
  schedule: 50,
  scale: 51,
  execute: 52,
  cancel: 53,
  queue: 54,
  check: 55,
  measure: 56,
  request: 57,
  notify: 58,
  other: 59,
};

/** Where an operation stands. */
const PHASE_NUMBERS: Readonly<Record<Phase, number>> = {
  start: 1,
  progress: 2,
  end: 3,
  error: 4,
};

/** How it came out. */
const OUTCOME_NUMBERS: Readonly<Record<EventOutcome, number>> = {
  success: 1,
  failure: 2,
  unknown: 3,
};

/** How much it matters. */
const SEVERITY_NUMBERS: Readonly<Record<Severity, number>> = {
  debug: 1,
  info: 2,
  notice: 3,
  warning: 4,
  error: 5,
  critical: 6,
};

/** Whether an alarm begins or ends. */
const ALARM_STATE_NUMBERS: Readonly<Record<'raised' | 'cleared', number>> = {
  raised: 1,
  cleared: 2,
};

/** Perceived severity; the numbers of ITUPerceivedSeverity in ITU-ALARM-TC-MIB (RFC 3877). */
const ALARM_SEVERITY_NUMBERS: Readonly<Record<AlarmSeverity, number>> = {
  cleared: 1,
  indeterminate: 2,
  critical: 3,
  major: 4,
  minor: 5,
  warning: 6,
};

/** The states of all kinds in one list. */
const STATE_NUMBERS: Readonly<Record<State, number>> = {
  pending: 1,
  building: 2,
  running: 3,
  paused: 4,
  suspended: 5,
  stopped: 6,
  migrating: 7,
  resizing: 8,
  failed: 9,
  deleted: 10,
  unknown: 11,
  up: 12,
  disabled: 13,
  maintenance: 14,
  down: 15,
  creating: 16,
  available: 17,
  'in-use': 18,
  locked: 19,
  deleting: 20,
  active: 21,
  attaching: 22,
  detaching: 23,
  'backing-up': 24,
  restoring: 25,
  ready: 26,
  deploying: 27,
  stopping: 28,
  updating: 29,
  'rolling-back': 30,
  queued: 31,
  cancelling: 32,
  cancelled: 33,
  succeeded: 34,
  enabled: 35,
  degraded: 36,
};

/** The name of an enumeration: its textual convention. */
export type EnumerationName =
  | 'ViaductKindValue'
  | 'ViaductActionValue'
  | 'ViaductPhaseValue'
  | 'ViaductStateValue'
  | 'ViaductOutcomeValue'
  | 'ViaductSeverityValue'
  | 'ViaductAlarmStateValue'
  | 'ViaductAlarmSeverityValue';

/** The enumerations by name. */
export const ENUMERATIONS: Readonly<Record<EnumerationName, Readonly<Record<string, number>>>> = {
  ViaductKindValue: KIND_NUMBERS,
  ViaductActionValue: ACTION_NUMBERS,
  ViaductPhaseValue: PHASE_NUMBERS,
  ViaductStateValue: STATE_NUMBERS,
  ViaductOutcomeValue: OUTCOME_NUMBERS,
  ViaductSeverityValue: SEVERITY_NUMBERS,
  ViaductAlarmStateValue: ALARM_STATE_NUMBERS,
  ViaductAlarmSeverityValue: ALARM_SEVERITY_NUMBERS,
};
