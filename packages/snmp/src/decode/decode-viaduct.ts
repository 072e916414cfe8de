import {
  isJsonObject,
  isStateOf,
  KINDS,
  type Action,
  type CanonicalEvent,
  type EventData,
  type JsonValue,
  type Kind,
} from '@viaduct/core';
import { parseDateAndTime } from '../wire/date-and-time.ts';
import type { DecodedTrap } from './decoded-trap.ts';
import { setAt, valueAt, type Draft } from '../encode/field-path.ts';
import { ENUMERATIONS, KIND_NUMBERS, type EnumerationName } from '../mib/mapping-numbers.ts';
import { MIB_OBJECTS, type MibObject } from '../mib/mapping-objects.ts';
import type { SnmpNotification, SnmpVarbind } from '../message.ts';
import { octetsOf, textOf } from '../wire/octets.ts';

/**
 * Reads a notification of VIADUCT-MIB back into the event that it was. Objects of a wrong type are
 * passed over, except for those without which there is no event: then `undefined`.
 */
export function decodeViaduct(
  { trapOid, varbinds }: SnmpNotification,
  base: string,
): DecodedTrap | undefined {
  const draft: Draft = {};
  const objects = new Map(MIB_OBJECTS.map((object) => [object.id, object]));
  const prefix = `${base}.1.`;
  for (const varbind of varbinds) {
    if (!varbind.oid.startsWith(prefix)) continue;
    const object = objects.get(Number.parseInt(varbind.oid.slice(prefix.length), 10));
    const value = object === undefined ? undefined : valueOf(object, varbind);
    if (object !== undefined && value !== undefined) setAt(draft, object.path, value);
  }
  const kind = kindOf(draft, trapOid, base);
  if (kind === undefined) return undefined;
  if (valueAt(draft, 'data.action') === undefined) setAt(draft, 'data.action', actionOf(draft));
  setAt(draft, 'data.resource.kind', kind);
  // An id that had no room is empty: it is not known then, and no reason to lose the event.
  if (valueAt(draft, 'data.resource.id') === undefined) {
    setAt(draft, 'data.resource.id', UNKNOWN_RESOURCE);
  }
  complete(draft, kind);
  const event = draft as unknown as Partial<CanonicalEvent> & { readonly data: EventData };
  const { time, nativetype, source, traceparent } = event;
  return {
    data: event.data,
    ...(time === undefined ? {} : { time }),
    ...(nativetype === undefined ? {} : { nativetype }),
    ...(source === undefined ? {} : { source }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** What had no room is told by the rest. */
function actionOf(draft: Draft): Action {
  return valueAt(draft, 'data.state.value') === undefined ? 'other' : 'state';
}

const UNKNOWN_RESOURCE = 'unknown';

/** What a varbind says; `undefined` for what says nothing: empty, `none`, a wrong type. */
function valueOf({ syntax, path }: MibObject, varbind: SnmpVarbind): JsonValue | undefined {
  const text = textOf(varbind);
  switch (syntax) {
    case 'text':
    case 'longText':
      if (text === undefined || text === '') return undefined;
      return path === 'time' ? timeText(text) : text;
    case 'textList':
      return text === undefined || text === ''
        ? undefined
        : text.split(' ').map((address) => ({ address }));
    case 'dateAndTime': {
      const ms = parseDateAndTime(octetsOf(varbind) ?? new Uint8Array());
      return ms === undefined ? undefined : new Date(ms).toISOString();
    }
    case 'Unsigned32':
    case 'Integer32':
      return 'value' in varbind && typeof varbind.value === 'number' ? varbind.value : undefined;
    default:
      return wordOf(syntax, varbind);
  }
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

function timeText(text: string): string | undefined {
  return RFC_3339.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

function wordOf(name: EnumerationName, varbind: SnmpVarbind): string | undefined {
  if (!('value' in varbind) || varbind.type !== 'Integer') return undefined;
  return Object.entries(ENUMERATIONS[name]).find(([, number]) => number === varbind.value)?.[0];
}

/** The kind from its own object, else from the hundreds of the notification's number. */
function kindOf(draft: Draft, trapOid: string, base: string): Kind | undefined {
  const told = valueAt(draft, 'data.resource.kind');
  const number = Number(trapOid.slice(`${base}.0.`.length));
  const byNumber = KINDS.find((kind) => KIND_NUMBERS[kind] === Math.floor(number / 100));
  return KINDS.find((kind) => kind === told) ?? byNumber;
}

/** Fills in what belongs together, and drops what is only half there. */
function complete(draft: Draft, kind: Kind): void {
  const data = draft['data'] as Draft;
  const { state, alarm } = data;
  if (isJsonObject(state)) completeState(data, state, kind);
  if (isJsonObject(alarm) && !['key', 'state', 'severity'].every((name) => name in alarm)) {
    delete data['alarm'];
  }
  const resource = data['resource'] as Draft;
  const { parent } = resource;
  if (isJsonObject(parent) && !('kind' in parent && 'id' in parent)) delete resource['parent'];
}

function completeState(data: Draft, state: Draft, kind: Kind): void {
  const { previous } = state;
  if (isJsonObject(previous) && !completeValue(previous, kind)) delete state['previous'];
  if (!completeValue(state, kind)) delete data['state'];
}

/** A state has its canonical and its native form; where one is missing, the other says it. */
function completeValue(state: Draft, kind: Kind): boolean {
  const { value, native } = state;
  if (typeof value !== 'string' && typeof native !== 'string') return false;
  if (typeof value !== 'string' || !isStateOf(kind, value)) state['value'] = 'unknown';
  if (typeof native !== 'string') state['native'] = value as string;
  return true;
}
