import type { EventData } from './event.ts';
import type { State } from './states.ts';

/** The five things that orchestrators tell of a workflow. */
export type WorkflowStage = 'queued' | 'started' | 'succeeded' | 'failed' | 'cancelled';

/** By the state of an execution, where there is a stage for it. */
const BY_STATE: Readonly<Partial<Record<State, WorkflowStage>>> = {
  pending: 'queued',
  queued: 'queued',
  running: 'started',
  cancelling: 'started',
  succeeded: 'succeeded',
  cancelled: 'cancelled',
  failed: 'failed',
};

/**
 * Which stage of a workflow says most of an event, for dialects that have no other words: by its
 * state where it is about an execution; else an operation's start, end and error are started,
 * succeeded and failed, and what has no phases is judged by its outcome.
 */
export function workflowStageOf(data: EventData): WorkflowStage {
  const { resource, state, action, phase, outcome, severity } = data;
  const isExecution = resource.kind === 'execution';
  const byState = isExecution ? BY_STATE[state?.value ?? 'unknown'] : undefined;
  if (byState !== undefined) return byState;
  if (hasFailed(data)) return 'failed';
  if (phase === 'start' || phase === 'progress') return 'started';
  if (phase === 'end' || outcome === 'success') return 'succeeded';
  if (action === 'queue' || action === 'schedule') return 'queued';
  if (action === 'cancel') return 'cancelled';
  if (action === 'start' && isExecution) return 'started';
  return severity === 'error' || severity === 'critical' ? 'failed' : 'succeeded';
}

/**
 * Whether an event tells of a failure: by its phase or outcome, or by the state alone, which is
 * failed or down, where nobody calls what led there a success.
 */
export function hasFailed({ phase, outcome, state }: EventData): boolean {
  if (phase === 'error' || outcome === 'failure') return true;
  return outcome !== 'success' && (state?.value === 'failed' || state?.value === 'down');
}
