/**
 * The closed word lists of the canonical event (design: the canonical event). They use the words of
 * OCCI and OpenStack. `schema/event-data-1.json` repeats them; a test holds the two together.
 */

/** What a resource is. What fits none is the nearest kind, its native noun in `resource.type`. */
export const KINDS = [
  'compute',
  'host',
  'image',
  'network',
  'storage',
  'site-link',
  'experiment',
  'deployment',
  'execution',
  'service',
  'identity',
  'request',
  'device',
] as const;

/** One of {@link KINDS}. */
export type Kind = (typeof KINDS)[number];

/**
 * What was done to a resource. `state` is a change of state that the dialect reports as such,
 * `other` keeps the native word in `data.nativeAction`.
 */
export const ACTIONS = [
  'create',
  'delete',
  'update',
  'state',
  'exists',
  'start',
  'stop',
  'reboot',
  'power-on',
  'power-off',
  'suspend',
  'resume',
  'pause',
  'unpause',
  'shelve',
  'unshelve',
  'hold',
  'release',
  'deploy',
  'resize',
  'rebuild',
  'rescue',
  'unrescue',
  'migrate',
  'evacuate',
  'recover',
  'attach',
  'detach',
  'snapshot',
  'revert',
  'backup',
  'restore',
  'clone',
  'import',
  'export',
  'upload',
  'download',
  'rename',
  'lock',
  'unlock',
  'enable',
  'disable',
  'add',
  'remove',
  'grant',
  'revoke',
  'authenticate',
  'login',
  'transfer',
  'schedule',
  'scale',
  'execute',
  'cancel',
  'queue',
  'check',
  'measure',
  'request',
  'notify',
  'other',
] as const;

/** One of {@link ACTIONS}. */
export type Action = (typeof ACTIONS)[number];

/** Where an operation stands, where the dialect says so. */
export const PHASES = ['start', 'progress', 'end', 'error'] as const;

/** One of {@link PHASES}. */
export type Phase = (typeof PHASES)[number];

/** How it came out. */
export const OUTCOMES = ['success', 'failure', 'unknown'] as const;

/** One of {@link OUTCOMES}; named so that it is not confused with a delivery's outcome. */
export type EventOutcome = (typeof OUTCOMES)[number];

/** How much it matters to an operator, least first. */
export const SEVERITIES = ['debug', 'info', 'notice', 'warning', 'error', 'critical'] as const;

/** One of {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/** Perceived severity of an alarm, ITU-T X.733 clause 8.1.2.3. */
export const ALARM_SEVERITIES = [
  'cleared',
  'indeterminate',
  'warning',
  'minor',
  'major',
  'critical',
] as const;

/** One of {@link ALARM_SEVERITIES}. */
export type AlarmSeverity = (typeof ALARM_SEVERITIES)[number];
