import {
  isJsonObject,
  type Actor,
  type EventAttributes,
  type EventData,
  type ExtraAttribute,
  type JsonObject,
  type Parent,
  type Resource,
  type Severity,
} from '@viaduct/core';
import { isWorkflowEvent, own, textAt, type EventView } from './event-view.ts';
import {
  EXTRA_CONTEXT,
  OTHER_MEANING,
  PARAMETERS_NAME,
  SEVERITY_OF_LEVEL,
  TASK_EVENTS,
  WORKFLOW_EVENTS,
  type EventMeaning,
} from '../mapping.ts';

/** The canonical `data` of an event. Missing facts are left out. */
export function readData(view: EventView): EventData {
  const { context, eventType, text } = view;
  const { action, state, outcome, severity } = meaningOf(view);
  const execution = textAt(context, 'execution_id');
  const actor = readActor(view);
  const attributes = readAttributes(view);
  return {
    resource: readResource(view),
    action,
    nativeAction: eventType,
    ...(state === undefined ? {} : { state: { value: state, native: eventType } }),
    ...(outcome === undefined ? {} : { outcome }),
    severity: view.isLog ? logSeverity(view) : severity,
    ...(text === undefined ? {} : { message: text }),
    ...(actor === undefined ? {} : { actor }),
    ...(execution === undefined ? {} : { correlation: { executionId: execution } }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

/**
 * What an event type says; any that is not known is a notice about the workflow. So is what became
 * of a task that is not named: it is no state of the execution.
 */
function meaningOf({ eventType, context }: EventView): EventMeaning {
  if (isWorkflowEvent(eventType)) return WORKFLOW_EVENTS[eventType];
  const task = isTask(eventType) ? TASK_EVENTS[eventType] : undefined;
  if (task === undefined) return OTHER_MEANING;
  if (textAt(context, 'task_id') !== undefined) return task;
  const { outcome, severity } = task;
  return { action: 'notify', severity, ...(outcome === undefined ? {} : { outcome }) };
}

function isTask(eventType: string): boolean {
  return Object.hasOwn(TASK_EVENTS, eventType);
}

function logSeverity({ level = '' }: EventView): Severity {
  const word = level.toLowerCase();
  return (Object.hasOwn(SEVERITY_OF_LEVEL, word) ? SEVERITY_OF_LEVEL[word] : undefined) ?? 'info';
}

/** What stands for an id where nothing in the message is one. */
const NO_ID = 'unknown';

/** The task, else the execution, else the deployment that the message speaks of. */
function readResource({ context, eventType }: EventView): Resource {
  const execution = textAt(context, 'execution_id');
  const workflow = textAt(context, 'workflow_id');
  const deployment = textAt(context, 'deployment_id');
  const name = workflow === undefined ? {} : { name: workflow };
  const task = isTask(eventType) ? textAt(context, 'task_id') : undefined;
  if (task !== undefined) {
    const taskName = textAt(context, 'task_name');
    const parent: Parent = {
      kind: 'execution',
      type: 'execution',
      id: execution ?? NO_ID,
      ...name,
    };
    return {
      kind: 'execution',
      type: 'task',
      id: task,
      ...(taskName === undefined ? {} : { name: taskName }),
      ...(execution === undefined ? {} : { parent }),
    };
  }
  if (execution === undefined && deployment !== undefined && !isWorkflowEvent(eventType)) {
    return { kind: 'deployment', type: 'deployment', id: deployment };
  }
  return {
    kind: 'execution',
    type: 'execution',
    id: execution ?? NO_ID,
    ...name,
    ...(deployment === undefined
      ? {}
      : { parent: { kind: 'deployment', type: 'deployment', id: deployment } }),
  };
}

function readActor({ context, tenant }: EventView): Actor | undefined {
  const user = textAt(context, 'execution_creator_username');
  if (user === undefined && tenant === undefined) return undefined;
  return {
    ...(user === undefined ? {} : { user: { name: user } }),
    ...(tenant === undefined ? {} : { project: { name: tenant } }),
  };
}

function readAttributes(view: EventView): EventAttributes | undefined {
  const { context, error, logger } = view;
  const extra: ExtraAttribute[] = EXTRA_CONTEXT.flatMap((name) => extraOf(context, name));
  const isTaskEvent = isTask(view.eventType) && textAt(context, 'task_id') !== undefined;
  if (isTaskEvent) extra.push(...extraOf(context, 'deployment_id'));
  if (logger !== undefined) extra.push({ name: 'logger', value: logger });
  if (error === undefined && extra.length === 0) return undefined;
  return {
    ...(error === undefined ? {} : { errorMessage: error }),
    ...(extra.length === 0 ? {} : { extra }),
  };
}

/** Left out where it says nothing: null, false, no parameters. */
function extraOf(context: JsonObject, name: string): readonly ExtraAttribute[] {
  const value = own(context, name);
  if (value === undefined || value === null || value === false || value === '') return [];
  const isNothing = name === PARAMETERS_NAME && isJsonObject(value) && isEmpty(value);
  return isNothing ? [] : [{ name, value }];
}

function isEmpty(object: JsonObject): boolean {
  return Object.keys(object).length === 0;
}
