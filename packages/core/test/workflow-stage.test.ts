import { describe, expect, test } from 'vitest';
import type { EventData } from '../src/event/event.ts';
import { hasFailed, workflowStageOf } from '../src/event/workflow-stage.ts';

const DATA: EventData = { resource: { kind: 'host', type: 'host', id: '1' }, action: 'state' };
const DOWN = { value: 'down', native: 'ERROR' } as const;

describe('an event tells of a failure', () => {
  test.each<[string, Partial<EventData>, boolean]>([
    ['by its phase', { phase: 'error', outcome: 'success' }, true],
    ['by its outcome', { outcome: 'failure' }, true],
    ['by the state alone', { state: DOWN }, true],
    ['by the state alone', { state: { value: 'failed', native: 'x' } }, true],
    ['not by a state that a success led to', { state: DOWN, outcome: 'success' }, false],
    ['not by any other state', { state: { value: 'up', native: 'x' } }, false],
  ])('%s: %j', (_how, part, expected) => {
    expect(hasFailed({ ...DATA, ...part })).toBe(expected);
  });
});

test.each<[Partial<EventData>, string]>([
  [{ phase: 'start' }, 'started'],
  [{ phase: 'progress' }, 'started'],
  [{ phase: 'end' }, 'succeeded'],
  [{ phase: 'start', state: DOWN }, 'failed'],
  [{ action: 'cancel' }, 'cancelled'],
  [{ severity: 'critical' }, 'failed'],
  [{}, 'succeeded'],
])('of a resource %j is said as workflow %s', (part, stage) => {
  expect(workflowStageOf({ ...DATA, ...part })).toBe(stage);
});

test('an execution is said by its state before anything else', () => {
  const data: EventData = {
    ...DATA,
    resource: { kind: 'execution', type: 'execution', id: '1' },
    state: { value: 'cancelled', native: 'cancelled' },
    outcome: 'failure',
  };
  expect(workflowStageOf(data)).toBe('cancelled');
});
