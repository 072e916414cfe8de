import type { CanonicalEvent, State } from '@viaduct/core';

/** Workflow traps by the state of an execution. */
const BY_STATE: Readonly<Partial<Record<State, number>>> = {
  pending: 1,
  queued: 1,
  running: 2,
  cancelling: 2,
  succeeded: 3,
  cancelled: 4,
  failed: 5,
};

/**
 * Which of the five workflow traps says most of an event: by its state where it is about an
 * execution; else an operation's start, end and error are started, succeeded and failed, and what
 * has no phases is judged by its outcome.
 */
export function workflowNumberOf({ data }: CanonicalEvent): number {
  const { resource, state, action, phase, outcome, severity } = data;
  const byState = resource.kind === 'execution' ? BY_STATE[state?.value ?? 'unknown'] : undefined;
  if (byState !== undefined) return byState;
  const isBad = state?.value === 'failed' || state?.value === 'down';
  if (phase === 'error' || outcome === 'failure' || isBad) return 5;
  if (phase === 'start' || phase === 'progress') return 2;
  if (phase === 'end' || outcome === 'success') return 3;
  if (action === 'queue' || action === 'schedule') return 1;
  if (action === 'cancel') return 4;
  if (action === 'start' && resource.kind === 'execution') return 2;
  return severity === 'error' || severity === 'critical' ? 5 : 3;
}
