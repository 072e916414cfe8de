import { workflowStageOf, type CanonicalEvent } from '@viaduct/core';
import { LOG_TYPE } from '../decode/event-view.ts';
import { WORKFLOW_EVENTS, type WorkflowEvent } from '../mapping.ts';

/** An event type, and which parts of the event it does not say exactly. */
export interface EventTypeChoice {
  readonly eventType: string;
  /** Canonical paths that the event type says. */
  readonly carries: readonly string[];
  /** Canonical paths that it says in a coarser word. */
  readonly approximates: readonly string[];
}

/** The event type of an event: its own where it was Cloudify's, else one of the five. */
export function chooseEventType(event: CanonicalEvent): EventTypeChoice {
  if (event.origin === 'cloudify') {
    const carries = [
      'nativetype',
      'origin',
      'data.resource.kind',
      'data.action',
      'data.nativeAction',
      'data.outcome',
      'data.severity',
      'data.state.value',
      'data.state.native',
      'data.resource.type',
    ];
    // An adopted trap of the same product has a number for a native type; its action has the name.
    const named = event.data.nativeAction ?? event.nativetype;
    const isOwn = event.nativetype === LOG_TYPE || !/^[\d.]+$/.test(event.nativetype);
    return { eventType: isOwn ? event.nativetype : named, carries, approximates: [] };
  }
  const eventType = workflowEventOf(event);
  return { eventType, ...said(event, eventType) };
}

/** Which of the five events says most of a foreign one. */
export function workflowEventOf({ data }: CanonicalEvent): WorkflowEvent {
  return `workflow_${workflowStageOf(data)}`;
}

/**
 * What a reader of the event type takes an event for. A phase is said by a state: that it started,
 * succeeded or failed.
 */
function said(
  { data }: CanonicalEvent,
  eventType: WorkflowEvent,
): Pick<EventTypeChoice, 'carries' | 'approximates'> {
  const { resource, action, phase, state, outcome } = data;
  const carries: string[] = [];
  const approximates: string[] = [];
  const meaning = WORKFLOW_EVENTS[eventType];
  const judge = (path: string, isExact: boolean): void => {
    (isExact ? carries : approximates).push(path);
  };
  if (phase !== undefined) approximates.push('data.phase');
  if (outcome !== undefined) judge('data.outcome', outcome === meaning.outcome);
  if (resource.kind === 'execution') {
    carries.push('data.resource.kind');
    if (state !== undefined) judge('data.state.value', state.value === meaning.state);
    judge('data.action', action === meaning.action);
  }
  return { carries, approximates };
}
