import type { Action, CallParameter, Kind } from '@viaduct/core';
import { parameterValue } from './api-body.ts';
import { VM_ACTIONS } from '../mapping/mapping-actions.ts';
import {
  ACTIONS_BY_VALUE,
  CALL_OBJECTS,
  ID_PLACES,
  METHOD_ACTIONS,
  OBJECT_OVERRIDES,
  REQUEST_ACTIONS,
} from '../mapping/mapping-calls.ts';
import { lookUp } from '../mapping.ts';

/** What a call was about. */
export interface CallTarget {
  readonly kind: Kind;
  readonly type: string;
  /** Missing where the call is about no object, or about one that did not come to be. */
  readonly id?: string;
  readonly name?: string;
  readonly action: Action;
  /** OpenNebula's word for the action: `poweroff-hard`, `chmod`. */
  readonly word: string;
}

const CALL = /^one\.([a-z]+)\.([a-z]+)$/;

/** The object, the action and the id of an API call, by the tables of `mapping-calls.ts`. */
export function callTarget(
  call: string,
  parameters: readonly CallParameter[],
  succeeded: boolean,
): CallTarget {
  const [, family = '', method = ''] = CALL.exec(call) ?? [];
  const path = `${family}.${method}`;
  const object = lookUp(CALL_OBJECTS, lookUp(OBJECT_OVERRIDES, path) ?? family);
  if (object === undefined) {
    const action = lookUp(REQUEST_ACTIONS, call) ?? 'request';
    return { kind: 'request', type: 'API', action, word: method === '' ? call : method };
  }
  const id = callId(path, method, parameters, succeeded);
  const name = id === undefined ? templateName(parameterValue(parameters, 'in', 2)) : undefined;
  return {
    ...object,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...callAction(path, method, parameters),
  };
}

/** Ids are numbers; `one.user.login` alone takes a name. */
const ID = /^[^\s/<>&]{1,128}$/;

function callId(
  path: string,
  method: string,
  parameters: readonly CallParameter[],
  succeeded: boolean,
): string | undefined {
  const place =
    lookUp(ID_PLACES, path) ??
    lookUp(ID_PLACES, method) ??
    ({ direction: 'in', position: 2 } as const);
  if (place.direction === 'out' && !succeeded) return undefined; // OUT 2 is an error text then
  const id = parameterValue(parameters, place.direction, place.position)?.trim() ?? '';
  return ID.test(id) && !id.startsWith('-') ? id : undefined;
}

function callAction(
  path: string,
  method: string,
  parameters: readonly CallParameter[],
): Pick<CallTarget, 'action' | 'word'> {
  if (path === 'vm.action') {
    const word = parameterValue(parameters, 'in', 2)?.trim() ?? method;
    return { action: lookUp(VM_ACTIONS, word) ?? 'other', word };
  }
  const choice = lookUp(ACTIONS_BY_VALUE, path) ?? lookUp(ACTIONS_BY_VALUE, method);
  if (choice !== undefined) {
    const { direction, position } = choice.place;
    const value = parameterValue(parameters, direction, position)?.trim() ?? '';
    return { action: lookUp(choice.actions, value) ?? 'other', word: method };
  }
  return { action: lookUp(METHOD_ACTIONS, method) ?? 'other', word: method };
}

const TEMPLATE_LENGTH_MAX = 4096; // a NAME stands near the beginning

/** The name in a template that no object came of. */
function templateName(template: string | undefined): string | undefined {
  const text = template?.slice(0, TEMPLATE_LENGTH_MAX) ?? '';
  const [, quoted, bare] =
    /^[ \t]*NAME[ \t]*=[ \t]*(?:"([^"\n]{1,256})"|([^"\s]{1,256}))/m.exec(text) ?? [];
  return quoted ?? bare;
}
