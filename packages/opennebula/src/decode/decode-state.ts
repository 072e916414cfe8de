import {
  fail,
  ok,
  type CodecError,
  type EventData,
  type JsonObject,
  type Result,
  type Severity,
  type StateChange,
  type StateValue,
} from '@viaduct/core';
import { incomplete } from './body-problem.ts';
import type { DecodedBody } from './decoded-body.ts';
import { lookUp, stateObject, type StateObject } from '../mapping.ts';
import { STATE_SEVERITY } from '../mapping/mapping-states.ts';
import { readObject, type ObjectFacts } from './object.ts';
import type { Outline } from '../xml/outline.ts';

/** Elements of the envelope; whatever else HOOK_MESSAGE holds besides the object is unknown. */
const ENVELOPE: ReadonlySet<string> = new Set([
  'HOOK_TYPE',
  'HOOK_OBJECT',
  'STATE',
  'LCM_STATE',
  'RESOURCE_ID',
  'SERVICE_ID',
  'REMOTE_HOST',
  'VIADUCT',
]);

/**
 * The body of a change of state. Envelope and base fields are read where they stand; of template
 * and history only what an event has a name for. The states' names come from the envelope; where
 * it has none for a number it does not know how to write, the number stands in its place.
 */
export function decodeState(outline: Outline): Result<DecodedBody, CodecError> {
  const name = outline.text(0, 'HOOK_OBJECT')?.trim() ?? '';
  if (name === '') return fail(incomplete('HOOK_OBJECT'));
  const state = outline.text(0, 'STATE');
  if (state === undefined) return fail(incomplete('STATE'));
  const object = stateObject(name);
  const element = objectElement(outline, object);
  const facts: ObjectFacts = element < 0 ? { attributes: {} } : readObject(outline, element);
  const id = filled(outline.text(0, 'RESOURCE_ID')) ?? facts.id;
  if (id === undefined) return fail(incomplete('RESOURCE_ID'));
  const change = readChange(outline, element, object);
  return ok({
    nativetype: `STATE ${name}/${change.state.native}`,
    data: stateData(name, id, object, facts, change.state, outline),
    facts: { ...change.facts, object: name, id },
  });
}

/** The object's element: by its known name, else the first that is no part of the envelope. */
function objectElement(outline: Outline, object: StateObject | undefined): number {
  if (object !== undefined) return outline.child(0, object.element);
  const unknown = outline.children(0).find((child) => !ENVELOPE.has(outline.name(child)));
  return unknown ?? -1;
}

function stateData(
  name: string,
  id: string,
  object: StateObject | undefined,
  facts: ObjectFacts,
  state: StateChange,
  outline: Outline,
): EventData {
  const kind = object?.kind ?? 'service'; // the nearest for a noun that is not known yet
  const serviceId = filled(outline.text(0, 'SERVICE_ID')) ?? facts.serviceId;
  const host =
    kind === 'compute' ? (facts.host ?? filled(outline.text(0, 'REMOTE_HOST'))) : undefined;
  const failed = state.value === 'failed' || state.value === 'unknown';
  return {
    resource: {
      kind,
      type: name,
      id,
      ...(facts.name === undefined ? {} : { name: facts.name }),
      ...(host === undefined ? {} : { host }),
      ...(serviceId === undefined
        ? {}
        : { parent: { kind: 'deployment', type: 'SERVICE', id: serviceId } }),
    },
    action: 'state',
    ...(facts.historyAction === undefined ? {} : { nativeAction: facts.historyAction }),
    state,
    severity: severityOf(state),
    ...(failed && facts.error !== undefined ? { message: facts.error } : {}),
    ...(facts.actor === undefined ? {} : { actor: facts.actor }),
    ...correlation(facts.requestId, serviceId),
    ...(Object.keys(facts.attributes).length === 0 ? {} : { attributes: facts.attributes }),
  };
}

/** A state that only this version does not know is no reason to worry; OpenNebula's UNKNOWN is. */
function severityOf({ value, native }: StateChange): Severity {
  const isNew = value === 'unknown' && !/(?:^|\/)UNKNOWN$/.test(native);
  return isNew ? 'info' : (lookUp(STATE_SEVERITY, value) ?? 'info');
}

function correlation(
  requestId: string | undefined,
  serviceId: string | undefined,
): Pick<EventData, 'correlation'> {
  if (requestId === undefined && serviceId === undefined) return {};
  return {
    correlation: {
      ...(requestId === undefined ? {} : { requestId }),
      ...(serviceId === undefined ? {} : { serviceId }),
    },
  };
}

interface Change {
  readonly state: StateChange;
  /** The chain's links as the object's numbers: `3/2` is BOOT of ACTIVE. */
  readonly facts: JsonObject;
}

function readChange(outline: Outline, element: number, object: StateObject | undefined): Change {
  const number = filled(outline.text(element, 'STATE')?.trim());
  const lcmNumber = filled(outline.text(element, 'LCM_STATE')?.trim());
  const name = filled(outline.text(0, 'STATE')?.trim()) ?? stateName(object?.states, number);
  const lcm = outline.text(0, 'LCM_STATE')?.trim();
  const lcmName =
    lcm === undefined || !object?.lcm
      ? undefined
      : lcm === ''
        ? stateName(object.lcm.states, lcmNumber)
        : lcm;
  const state = stateValue(object, name, lcmName);
  const previousNumber = filled(outline.text(element, 'PREV_STATE')?.trim());
  if (number === undefined) return { state, facts: {} };
  const link = joined(number, object?.lcm ? lcmNumber : undefined);
  // The documents of pools leave out what was before.
  if (previousNumber === undefined) return { state, facts: { state: link } };
  const previousLcm = filled(outline.text(element, 'PREV_LCM_STATE')?.trim());
  const previousLink = joined(previousNumber, object?.lcm ? previousLcm : undefined);
  const facts = { state: link, previous: previousLink };
  // Equal at creation only: there was no state before.
  if (link === previousLink) return { state, facts };
  const previous = stateValue(
    object,
    stateName(object?.states, previousNumber),
    object?.lcm && previousLcm !== undefined
      ? stateName(object.lcm.states, previousLcm)
      : undefined,
  );
  return { state: { ...state, previous }, facts };
}

function joined(state: string, lcm: string | undefined): string {
  return lcm === undefined ? state : `${state}/${lcm}`;
}

function stateName(names: readonly string[] | undefined, number: string | undefined): string {
  if (number === undefined) return '';
  return (/^\d{1,3}$/.test(number) ? names?.[Number(number)] : undefined) ?? number;
}

/** A state by its names; what the tables do not know is `unknown` under its own name. */
function stateValue(
  object: StateObject | undefined,
  name: string,
  lcmName: string | undefined,
): StateValue {
  const native = lcmName === undefined ? name : `${name}/${lcmName}`;
  if (object === undefined) return { value: 'unknown', native };
  const value =
    object.lcm && name === 'ACTIVE'
      ? lookUp(object.lcm.meaning, lcmName ?? '')
      : lookUp(object.meaning, name);
  return { value: value ?? 'unknown', native };
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
