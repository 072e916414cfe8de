import { workflowStageOf, type CanonicalEvent, type WorkflowStage } from '@viaduct/core';

/** Numbers of the workflow traps of CLOUDIFY-MIB. */
const NUMBERS: Readonly<Record<WorkflowStage, number>> = {
  queued: 1,
  started: 2,
  succeeded: 3,
  cancelled: 4,
  failed: 5,
};

/** Which of the five workflow traps says most of an event. */
export function workflowNumberOf({ data }: CanonicalEvent): number {
  return NUMBERS[workflowStageOf(data)];
}
