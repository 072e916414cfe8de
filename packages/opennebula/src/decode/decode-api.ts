import {
  ACTIONS,
  fail,
  isStateOf,
  KINDS,
  ok,
  OUTCOMES,
  PHASES,
  SEVERITIES,
  type Action,
  type CallParameter,
  type CodecError,
  type EventAttributes,
  type EventData,
  type EventOutcome,
  type Kind,
  type Result,
} from '@viaduct/core';
import { parameterValue, readApiBody, type ApiBody } from './api-body.ts';
import { incomplete } from './body-problem.ts';
import { callTarget, type CallTarget } from './call-target.ts';
import type { DecodedBody } from './decoded-body.ts';
import { CALL_ERRORS, REPLICATION_CALLS } from '../mapping/mapping-calls.ts';
import { lookUp } from '../mapping.ts';
import { readObject, type ObjectFacts } from './object.ts';
import type { Outline } from '../xml/outline.ts';

/** Longest value of a parameter that goes into an event, characters; pool documents have MBs. */
export const PARAMETER_LENGTH_MAX = 4096;

/** What the values of `one.internal.…` calls begin with. */
const NAMED_VALUE = /^([A-Z_]{1,32})=([^]*)$/;

/**
 * The body of an API event, well-formed or not. A call on an object that is known by its id is
 * that object's `<action>.end` or `.error`; every other call is a `request`. `undefined` for
 * replication between servers, and for a follower's own event of a call that its leader answered:
 * RESULT 0 without a single OUT parameter, although the call may have succeeded. The leader
 * publishes it with its outcome.
 */
export function decodeApi(
  xml: string,
  outline: Outline | undefined,
): Result<DecodedBody | undefined, CodecError> {
  const body = readApiBody(xml, outline);
  if (body === undefined) return fail(incomplete(outline ? 'CALL' : 'CALL_INFO/PARAMETERS'));
  if (REPLICATION_CALLS.has(body.call)) return ok(undefined);
  const internal = body.call.startsWith('one.internal.');
  const answered = body.parameters.some((one) => one.direction === 'out');
  if (body.result === '0' && !answered && !internal) return ok(undefined);
  const data = internal ? internalData(body) : callData(body);
  return ok({ nativetype: `API ${body.call}`, data, facts: {} });
}

function callData(body: ApiBody): EventData {
  const succeeded = body.result === '1';
  const target = callTarget(body.call, body.parameters, succeeded);
  const extra: ObjectFacts | undefined = body.extra
    ? readObject(body.extra.outline, body.extra.element)
    : undefined;
  const known = extra !== undefined && (target.id === undefined || extra.id === target.id);
  const name = (known ? extra.name : undefined) ?? target.name;
  const message = succeeded ? undefined : parameterValue(body.parameters, 'out', 2);
  return {
    resource: {
      kind: target.id === undefined ? 'request' : target.kind,
      type: target.type,
      id: target.id ?? body.call,
      ...(name === undefined ? {} : { name }),
    },
    ...actionOf(target),
    ...result(body.result),
    ...(message === undefined ? {} : { message }),
    ...(known && extra.actor !== undefined ? { actor: extra.actor } : {}),
    attributes: {
      ...(known ? extra.attributes : {}),
      ...errorCode(body, succeeded),
      call: body.call,
      parameters: body.parameters.map(shorten),
    },
  };
}

function actionOf(target: CallTarget): Pick<EventData, 'action' | 'nativeAction'> {
  const { action, word } = target;
  return action === word ? { action } : { action, nativeAction: word };
}

function result(code: string | undefined): Pick<EventData, 'phase' | 'outcome' | 'severity'> {
  if (code === '1') return { phase: 'end', outcome: 'success', severity: 'info' };
  if (code === '0') return { phase: 'error', outcome: 'failure', severity: 'warning' };
  return { outcome: 'unknown', severity: 'info' };
}

function errorCode(body: ApiBody, succeeded: boolean): EventAttributes {
  const code = succeeded ? undefined : parameterValue(body.parameters, 'out', 3);
  return code === undefined ? {} : { errorCode: lookUp(CALL_ERRORS, code) ?? code };
}

function shorten(parameter: CallParameter): CallParameter {
  const { value } = parameter;
  if (value.length <= PARAMETER_LENGTH_MAX) return parameter;
  const cut = value.slice(0, PARAMETER_LENGTH_MAX).replace(/[\uD800-\uDBFF]$/, '');
  return { ...parameter, value: `${cut}…` };
}

/** `one.internal.…`: inputs are `NAME=value`; oned's own, and what the encoder here makes up. */
function internalData(body: ApiBody): EventData {
  const values = new Map<string, string>();
  for (const parameter of body.parameters) {
    const [, name, value] = NAMED_VALUE.exec(parameter.value) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, value);
  }
  const [, kindWord, actionWord] = /^one\.internal\.([a-z-]+)\.([a-z-]+)$/.exec(body.call) ?? [];
  const kind = KINDS.find((one) => one === kindWord);
  const action = ACTIONS.find((one) => one === actionWord);
  return kind !== undefined && action !== undefined
    ? foreignData(kind, action, values)
    : monitorData(body, values);
}

/** `one.internal.vmmonitor`: what a guest agent's command came to. */
function monitorData(body: ApiBody, values: ReadonlyMap<string, string>): EventData {
  const word = body.call.slice('one.internal.'.length);
  const vm = body.extra?.outline.hasName(body.extra.element, 'VM_ID')
    ? body.extra.outline.textOf(body.extra.element)?.trim()
    : undefined;
  const code = values.get('RETURN_CODE');
  const exitCode = code !== undefined && /^-?\d{1,9}$/.test(code) ? Number(code) : undefined;
  const outcome: EventOutcome =
    exitCode === undefined ? 'unknown' : exitCode === 0 ? 'success' : 'failure';
  const target =
    vm === undefined || vm === ''
      ? ({ kind: 'request', type: 'API', id: body.call } as const)
      : ({ kind: 'compute', type: 'VM', id: vm } as const);
  return {
    resource: target,
    action: word === 'vmmonitor' ? 'execute' : 'other',
    nativeAction: word,
    ...(outcome === 'unknown' ? {} : { phase: outcome === 'success' ? 'end' : 'error' }),
    outcome,
    severity: outcome === 'failure' ? 'warning' : 'info',
    attributes: {
      ...(exitCode === undefined ? {} : { exitCode }),
      call: body.call,
      parameters: body.parameters.map(shorten),
    },
  };
}

/** What `encode` wrote for a kind that OpenNebula has no object for. */
function foreignData(kind: Kind, action: Action, values: ReadonlyMap<string, string>): EventData {
  const text = <Key extends string>(key: Key, name: string): { readonly [K in Key]?: string } => {
    const value = values.get(name);
    return (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: string };
  };
  const phase = PHASES.find((one) => one === values.get('PHASE'));
  const outcome = OUTCOMES.find((one) => one === values.get('OUTCOME'));
  const severity = SEVERITIES.find((one) => one === values.get('SEVERITY'));
  const state = values.get('STATE') ?? '';
  const user = { ...text('id', 'USER_ID'), ...text('name', 'USER_NAME') };
  const project = { ...text('id', 'PROJECT_ID'), ...text('name', 'PROJECT_NAME') };
  const actor = {
    ...(Object.keys(user).length === 0 ? {} : { user }),
    ...(Object.keys(project).length === 0 ? {} : { project }),
  };
  const correlation = text('requestId', 'REQUEST_ID');
  return {
    resource: {
      kind,
      id: values.get('ID') ?? `${kind}.${action}`,
      ...text('name', 'NAME'),
      ...text('type', 'TYPE'),
      ...text('host', 'HOST'),
    },
    action,
    ...text('nativeAction', 'NATIVE_ACTION'),
    ...(phase === undefined ? {} : { phase }),
    ...(isStateOf(kind, state)
      ? { state: { value: state, native: values.get('NATIVE_STATE') ?? state } }
      : {}),
    ...(outcome === undefined ? {} : { outcome }),
    ...(severity === undefined ? {} : { severity }),
    ...text('message', 'MESSAGE'),
    ...(Object.keys(actor).length === 0 ? {} : { actor }),
    ...(correlation.requestId === undefined ? {} : { correlation }),
  };
}
