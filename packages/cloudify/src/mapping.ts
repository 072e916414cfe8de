/** What Cloudify's event types mean. Tables only. */
import type { Action, EventOutcome, Severity, State } from '@viaduct/core';

/** What one event type says. */
export interface EventMeaning {
  readonly action: Action;
  readonly state?: State;
  readonly outcome?: EventOutcome;
  readonly severity: Severity;
}

/** An event that hooks can be written for. */
export type WorkflowEvent =
  | 'workflow_queued'
  | 'workflow_started'
  | 'workflow_succeeded'
  | 'workflow_cancelled'
  | 'workflow_failed';

/** What a workflow event says: always a state of the execution. */
export interface WorkflowMeaning extends EventMeaning {
  readonly state: State;
}

/**
 * The five events that hooks can be written for, by the name of the event. They follow the status
 * of an execution: queued, started, terminated, failed, cancelled
 * (cloudify-manager `resource_manager._send_hook`).
 */
export const WORKFLOW_EVENTS: Readonly<Record<WorkflowEvent, WorkflowMeaning>> = {
  workflow_queued: { action: 'queue', state: 'queued', severity: 'info' },
  workflow_started: { action: 'start', state: 'running', severity: 'info' },
  workflow_succeeded: {
    action: 'state',
    state: 'succeeded',
    outcome: 'success',
    severity: 'info',
  },
  workflow_cancelled: { action: 'cancel', state: 'cancelled', severity: 'notice' },
  workflow_failed: { action: 'state', state: 'failed', outcome: 'failure', severity: 'error' },
};

/** Their names. */
export const WORKFLOW_EVENT_TYPES: readonly WorkflowEvent[] = Object.keys(
  WORKFLOW_EVENTS,
) as WorkflowEvent[];

/** What happens to the tasks of a workflow (cloudify-common `workflows/events.py`; up to 6.1). */
export const TASK_EVENTS: Readonly<Record<string, EventMeaning>> = {
  sending_task: { action: 'queue', state: 'queued', severity: 'debug' },
  task_started: { action: 'start', state: 'running', severity: 'debug' },
  task_succeeded: { action: 'state', state: 'succeeded', outcome: 'success', severity: 'debug' },
  task_rescheduled: { action: 'schedule', state: 'pending', severity: 'notice' },
  task_retried: { action: 'schedule', state: 'pending', severity: 'notice' },
  task_failed: { action: 'state', state: 'failed', outcome: 'failure', severity: 'error' },
};

/** What all other event types are: something a workflow says about itself. */
export const OTHER_MEANING: EventMeaning = { action: 'notify', severity: 'info' };

/** How much a log message matters, by its level (Python's `logging`). */
export const SEVERITY_OF_LEVEL: Readonly<Record<string, Severity>> = {
  debug: 'debug',
  info: 'info',
  warn: 'warning',
  warning: 'warning',
  error: 'error',
  critical: 'critical',
  fatal: 'critical',
};

/** The name under which an event keeps the parameters of its workflow. */
export const PARAMETERS_NAME = 'execution_parameters';

/**
 * Members of the context that have no fixed canonical name and are kept among the extra
 * attributes, under their own.
 */
export const EXTRA_CONTEXT: readonly string[] = [
  'blueprint_id',
  'is_system_workflow',
  PARAMETERS_NAME,
  'operation',
  'plugin',
  'node_id',
  'node_name',
  'node_instance_id',
  'source_id',
  'source_name',
  'target_id',
  'target_name',
  'task_queue',
  'task_target',
  'task_current_retries',
  'task_total_retries',
];

/** What a workflow is called that does to a deployment what this action says. */
export const WORKFLOW_OF_ACTION: Readonly<Partial<Record<Action, string>>> = {
  create: 'install',
  deploy: 'install',
  delete: 'uninstall',
  recover: 'heal',
};
