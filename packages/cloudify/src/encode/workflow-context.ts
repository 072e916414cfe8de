import type {
  CanonicalEvent,
  ExtraAttribute,
  Invention,
  JsonObject,
  JsonValue,
} from '@viaduct/core';
import type { CloudifyEncodeOptions } from './encode-options.ts';
import type { Carried } from './losses.ts';
import { EXTRA_CONTEXT, PARAMETERS_NAME, WORKFLOW_OF_ACTION } from '../mapping.ts';

/**
 * The `context` of a message for an event: which workflow ran where. The one documented default for
 * what is no execution: the resource is the deployment, the action is the workflow, the request is
 * the execution, and the facts of the resource are its parameters.
 */
export function workflowContext(
  event: CanonicalEvent,
  options: CloudifyEncodeOptions,
  carried: Carried,
  invented: Invention[],
): JsonObject {
  const invent = (name: string, rule: string): void => {
    invented.push({ path: `context.${name}`, rule });
  };
  const isExecution = event.data.resource.kind === 'execution';
  const extra = takeExtra(event, carried);
  const tenant = tenantOf(event, options, carried, invent);
  const creator = creatorOf(event, carried);
  const parameters = extra.get(PARAMETERS_NAME) ?? parametersOf(event, carried, invent);
  const others = [...extra].filter(([name]) => !NAMED.includes(name));
  return {
    message_type: 'hook',
    is_system_workflow: extra.get('is_system_workflow') ?? false,
    blueprint_id: extra.get('blueprint_id') ?? null,
    ...(isExecution
      ? ofExecution(event, extra, carried, invent)
      : ofResource(event, carried, invent)),
    tenant_name: tenant,
    tenant: { name: tenant },
    execution_parameters: parameters,
    ...(creator === undefined ? {} : { execution_creator_username: creator }),
    ...Object.fromEntries(others),
  };
}

type Invent = (name: string, rule: string) => void;

/** Extra attributes that have a place of their own in the context. */
const NAMED: readonly string[] = [
  'is_system_workflow',
  'blueprint_id',
  'deployment_id',
  PARAMETERS_NAME,
];

/** What an event that came from Cloudify kept under the names of the context. */
function takeExtra(
  { origin, data }: CanonicalEvent,
  carried: Carried,
): ReadonlyMap<string, JsonValue> {
  const taken = new Map<string, JsonValue>();
  const extra: readonly ExtraAttribute[] = data.attributes?.extra ?? [];
  const names = origin === 'cloudify' ? [...EXTRA_CONTEXT, 'deployment_id'] : [PARAMETERS_NAME];
  for (const [index, { name, value }] of extra.entries()) {
    if (!names.includes(name) || taken.has(name)) continue;
    taken.set(name, value);
    carried.exactly(`data.attributes.extra[${index}]`);
  }
  return taken;
}

function ofExecution(
  { origin, data }: CanonicalEvent,
  extra: ReadonlyMap<string, JsonValue>,
  carried: Carried,
  invent: Invent,
): JsonObject {
  const { resource, action, nativeAction } = data;
  const { id, name, type, parent } = resource;
  if (origin === 'cloudify' && type === 'task') return ofTask(data.resource, extra, carried);
  carried.exactly('data.resource.id', 'data.resource.name');
  if (data.correlation?.executionId === id) carried.exactly('data.correlation.executionId');
  if (name === undefined) {
    invent('workflow_id', 'no name known: the action');
    carried.exactly(nativeAction === undefined ? 'data.action' : 'data.nativeAction');
  }
  const deployment = parent?.kind === 'deployment' ? parent : undefined;
  if (deployment !== undefined) {
    carried.exactly('data.resource.parent.kind', 'data.resource.parent.id');
    if (deployment.type === 'deployment') carried.exactly('data.resource.parent.type');
  }
  if (type === 'execution') carried.exactly('data.resource.type');
  return {
    deployment_id: deployment?.id ?? null,
    execution_id: id,
    workflow_id: name ?? nativeAction ?? action,
  };
}

/** A task of an execution, as 4.5 to 6.1 told it. */
function ofTask(
  { id, name, parent }: CanonicalEvent['data']['resource'],
  extra: ReadonlyMap<string, JsonValue>,
  carried: Carried,
): JsonObject {
  carried.exactly('data.resource.kind', 'data.resource.id', 'data.resource.name');
  carried.exactly('data.resource.parent', 'data.correlation.executionId');
  return {
    deployment_id: extra.get('deployment_id') ?? null,
    execution_id: parent?.id ?? null,
    workflow_id: parent?.name ?? null,
    task_id: id,
    task_name: name ?? null,
  };
}

function ofResource(event: CanonicalEvent, carried: Carried, invent: Invent): JsonObject {
  const { resource, correlation, action, nativeAction } = event.data;
  carried.exactly('data.resource.id', 'data.action');
  if (resource.kind !== 'deployment') invent('deployment_id', 'no deployment: the resource');
  if (resource.kind === 'deployment') carried.exactly('data.resource.kind');
  const { executionId, requestId } = correlation ?? {};
  if (executionId !== undefined) carried.exactly('data.correlation.executionId');
  else if (requestId !== undefined) {
    carried.exactly('data.correlation.requestId');
    invent('execution_id', 'no execution: the request');
  } else invent('execution_id', 'no execution: the id of the event');
  invent('workflow_id', 'no workflow: the action');
  if (action === 'other') carried.exactly('data.nativeAction');
  return {
    deployment_id: resource.id,
    execution_id: executionId ?? requestId ?? event.id,
    workflow_id: action === 'other' ? (nativeAction ?? action) : workflowOf(event),
  };
}

function workflowOf({ data }: CanonicalEvent): string {
  const { action, resource } = data;
  return (resource.kind === 'deployment' ? WORKFLOW_OF_ACTION[action] : undefined) ?? action;
}

function tenantOf(
  { data }: CanonicalEvent,
  { tenant }: CloudifyEncodeOptions,
  carried: Carried,
  invent: Invent,
): string {
  const { project, group } = data.actor ?? {};
  for (const [party, of] of [
    ['project', project],
    ['group', group],
  ] as const) {
    const path = `data.actor.${party}`;
    const said = of?.name ?? of?.id;
    if (said === undefined) continue;
    carried.exactly(`${path}.${of?.name === undefined ? 'id' : 'name'}`);
    if (party === 'group') invent('tenant_name', 'no project known: the group');
    return said;
  }
  invent('tenant_name', `no project known: ${tenant}`);
  return tenant;
}

function creatorOf({ data }: CanonicalEvent, carried: Carried): string | undefined {
  const user = data.actor?.user;
  if (user === undefined) return undefined;
  carried.exactly(`data.actor.user.${user.name === undefined ? 'id' : 'name'}`);
  return user.name ?? user.id;
}

/** Facts of a foreign resource, as far as a hook or a person would ask for them. */
function parametersOf(event: CanonicalEvent, carried: Carried, invent: Invent): JsonObject {
  if (event.origin === 'cloudify') return {};
  const { resource, state, severity } = event.data;
  const facts: readonly (readonly [name: string, path: string, value: string | undefined])[] = [
    ['origin', 'origin', event.origin],
    ['event', 'nativetype', event.nativetype],
    ['kind', 'data.resource.kind', resource.kind],
    ['type', 'data.resource.type', resource.type],
    ['name', 'data.resource.name', resource.kind === 'execution' ? undefined : resource.name],
    ['host', 'data.resource.host', resource.host],
    ['state', 'data.state.value', state?.value],
    ['native_state', 'data.state.native', state?.native],
    ['previous_state', 'data.state.previous.value', state?.previous?.value],
    ['severity', 'data.severity', severity],
  ];
  const known: Record<string, string> = {};
  for (const [name, path, value] of facts) {
    if (value === undefined) continue;
    known[name] = value;
    carried.exactly(path);
  }
  invent(PARAMETERS_NAME, 'no parameters known: what the event says of the resource');
  return known;
}
