/**
 * What the words of a CloudEvents type mean. Tables only. CloudEvents gives no vocabulary for
 * types, so this is a reading of common practice: reverse domain name, noun, verb
 * (`com.example.vm.created`, `Microsoft.Storage.BlobCreated`, `dev.cdevents.service.deployed.0.1`).
 */
import type { Action, Kind, Phase, Severity, State } from '@viaduct/core';

/**
 * The kind of a resource where no word of the type names one: whoever announces itself with a
 * `source` is a service first of all.
 */
export const DEFAULT_KIND: Kind = 'service';

/** Nouns and the kinds they are. The last noun of a type counts. */
export const KIND_WORDS: Readonly<Record<string, Kind>> = {
  compute: 'compute',
  vm: 'compute',
  instance: 'compute',
  server: 'compute',
  container: 'compute',
  pod: 'compute',
  host: 'host',
  hypervisor: 'host',
  node: 'host',
  image: 'image',
  snapshot: 'storage',
  network: 'network',
  subnet: 'network',
  port: 'network',
  router: 'network',
  loadbalancer: 'network',
  storage: 'storage',
  volume: 'storage',
  disk: 'storage',
  bucket: 'storage',
  blob: 'storage',
  experiment: 'experiment',
  deployment: 'deployment',
  stack: 'deployment',
  release: 'deployment',
  execution: 'execution',
  workflow: 'execution',
  workflowrun: 'execution',
  job: 'execution',
  task: 'execution',
  taskrun: 'execution',
  pipeline: 'execution',
  pipelinerun: 'execution',
  build: 'execution',
  service: 'service',
  identity: 'identity',
  user: 'identity',
  role: 'identity',
  group: 'identity',
  project: 'identity',
  tenant: 'identity',
  device: 'device',
  sensor: 'device',
  switch: 'device',
};

/** What a verb says. */
export interface VerbMeaning {
  readonly action: Action;
  readonly phase?: Phase;
}

/** Verbs: in the past tense something is over, in the gerund it is under way. */
export const VERBS: Readonly<Record<string, VerbMeaning>> = {
  create: { action: 'create' },
  created: { action: 'create', phase: 'end' },
  creating: { action: 'create', phase: 'progress' },
  delete: { action: 'delete' },
  deleted: { action: 'delete', phase: 'end' },
  deleting: { action: 'delete', phase: 'progress' },
  removed: { action: 'remove', phase: 'end' },
  remove: { action: 'remove' },
  destroyed: { action: 'delete', phase: 'end' },
  terminated: { action: 'delete', phase: 'end' },
  update: { action: 'update' },
  updated: { action: 'update', phase: 'end' },
  updating: { action: 'update', phase: 'progress' },
  changed: { action: 'update', phase: 'end' },
  modified: { action: 'update', phase: 'end' },
  add: { action: 'add' },
  added: { action: 'add', phase: 'end' },
  state: { action: 'state' },
  start: { action: 'start' },
  started: { action: 'start', phase: 'end' },
  starting: { action: 'start', phase: 'progress' },
  stop: { action: 'stop' },
  stopped: { action: 'stop', phase: 'end' },
  stopping: { action: 'stop', phase: 'progress' },
  reboot: { action: 'reboot' },
  rebooted: { action: 'reboot', phase: 'end' },
  restarted: { action: 'reboot', phase: 'end' },
  suspend: { action: 'suspend' },
  suspended: { action: 'suspend', phase: 'end' },
  resume: { action: 'resume' },
  resumed: { action: 'resume', phase: 'end' },
  pause: { action: 'pause' },
  paused: { action: 'pause', phase: 'end' },
  unpause: { action: 'unpause' },
  unpaused: { action: 'unpause', phase: 'end' },
  deploy: { action: 'deploy' },
  deployed: { action: 'deploy', phase: 'end' },
  resize: { action: 'resize' },
  resized: { action: 'resize', phase: 'end' },
  rebuild: { action: 'rebuild' },
  rebuilt: { action: 'rebuild', phase: 'end' },
  migrate: { action: 'migrate' },
  migrated: { action: 'migrate', phase: 'end' },
  migrating: { action: 'migrate', phase: 'progress' },
  evacuate: { action: 'evacuate' },
  attach: { action: 'attach' },
  attached: { action: 'attach', phase: 'end' },
  detach: { action: 'detach' },
  detached: { action: 'detach', phase: 'end' },
  backup: { action: 'backup' },
  restore: { action: 'restore' },
  restored: { action: 'restore', phase: 'end' },
  uploaded: { action: 'upload', phase: 'end' },
  upload: { action: 'upload' },
  downloaded: { action: 'download', phase: 'end' },
  renamed: { action: 'rename', phase: 'end' },
  locked: { action: 'lock', phase: 'end' },
  unlocked: { action: 'unlock', phase: 'end' },
  enabled: { action: 'enable', phase: 'end' },
  disabled: { action: 'disable', phase: 'end' },
  granted: { action: 'grant', phase: 'end' },
  revoked: { action: 'revoke', phase: 'end' },
  login: { action: 'login' },
  authenticate: { action: 'authenticate' },
  authenticated: { action: 'authenticate', phase: 'end' },
  scheduled: { action: 'schedule', phase: 'end' },
  scaled: { action: 'scale', phase: 'end' },
  scale: { action: 'scale' },
  executed: { action: 'execute', phase: 'end' },
  execute: { action: 'execute' },
  cancel: { action: 'cancel' },
  cancelled: { action: 'cancel', phase: 'end' },
  canceled: { action: 'cancel', phase: 'end' },
  queued: { action: 'queue', phase: 'end' },
};

/** Words behind a verb that say where it stands. */
export const PHASE_WORDS: Readonly<Record<string, Phase>> = {
  start: 'start',
  started: 'start',
  begin: 'start',
  progress: 'progress',
  end: 'end',
  ended: 'end',
  done: 'end',
  completed: 'end',
  finished: 'end',
  succeeded: 'end',
  success: 'end',
  error: 'error',
  failed: 'error',
  failure: 'error',
};

/** What an execution's last word says of its state. */
export const EXECUTION_STATES: Readonly<Record<string, State>> = {
  queued: 'queued',
  started: 'running',
  running: 'running',
  succeeded: 'succeeded',
  completed: 'succeeded',
  finished: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
};

/** The documented extension `severitytext` (extensions/severity.md), as logs write it. */
export const SEVERITY_TEXTS: Readonly<Record<string, Severity>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  notice: 'notice',
  warn: 'warning',
  warning: 'warning',
  error: 'error',
  critical: 'critical',
  fatal: 'critical',
};

/** Upper ends of the ranges of `severitynumber`, lowest first. */
export const SEVERITY_NUMBERS: readonly (readonly [number, Severity])[] = [
  [8, 'debug'],
  [12, 'info'],
  [16, 'warning'],
  [20, 'error'],
  [24, 'critical'],
];
