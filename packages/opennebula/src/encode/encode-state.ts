import type { CanonicalEvent, State } from '@viaduct/core';
import { isObjectId, textAt } from './event-field.ts';
import { writeHost, writeImage, writeVnet } from './encode-objects.ts';
import { writeVm } from './encode-vm.ts';
import type { Inventions } from './inventions.ts';
import type { ObjectParts, StateNames } from './object-parts.ts';
import { formatStateKeys } from '../key.ts';
import { lookUp, STATE_OBJECTS } from '../mapping.ts';
import {
  FAILURE_OF_ACTION,
  HOST_STATE_OF,
  IMAGE_STATE_OF,
  NET_STATE_OF,
  STATE_AFTER,
  type StateByStep,
  STORAGE_STATE_OF,
  VM_STATE_OF,
} from '../mapping/mapping-encode.ts';
import { numericId } from './numeric-id.ts';
import { element } from '../xml/xml-text.ts';
import { DIALECT } from '../message.ts';

/** HOOK_OBJECTs that are written. */
export type ObjectName = 'VM' | 'HOST' | 'IMAGE' | 'NET';

/** A written body and the keys it goes out under. */
export interface WrittenBody {
  /** What stands in HOOK_MESSAGE. */
  readonly inner: string;
  readonly keys: readonly string[];
}

/**
 * A change of state of a minimal object, with every element that a reader of real messages looks
 * for, in the order of the publisher.
 */
export function writeState(
  event: CanonicalEvent,
  object: ObjectName,
  inventions: Inventions,
): WrittenBody {
  const id = numericId(event);
  if (id !== event.data.resource.id) {
    inventions.fill('RESOURCE_ID', id, 'no number: derived from a hash of system, kind and id');
  }
  const current = stateNames(event, object, inventions);
  const previous = previousNames(event, object, current, inventions);
  const serviceId = serviceOf(event);
  const parts: ObjectParts = {
    event,
    id,
    current,
    previous,
    inventions,
    ...(serviceId === undefined ? {} : { serviceId }),
  };
  const lcmState = current.lcmState ?? '';
  const keyParts = { object, id, state: current.state, lcmState };
  return {
    inner: envelope(parts, object) + writeObject(parts, object),
    keys: formatStateKeys(serviceId === undefined ? keyParts : { ...keyParts, serviceId }),
  };
}

/** The envelope, whose order differs: a host's address stands before its id, a VM's after. */
function envelope(parts: ObjectParts, object: ObjectName): string {
  const { data } = parts.event;
  const id = element('RESOURCE_ID', parts.id);
  const head =
    element('HOOK_TYPE', 'STATE') +
    element('HOOK_OBJECT', object) +
    element('STATE', parts.current.state);
  if (object === 'HOST') return head + element('REMOTE_HOST', hostName(parts.event)) + id;
  if (object !== 'VM') return head + id;
  const host = textAt(data, 'resource', 'host');
  return (
    head +
    element('LCM_STATE', parts.current.lcmState ?? '') +
    id +
    (parts.serviceId === undefined ? '' : element('SERVICE_ID', parts.serviceId)) +
    (host === undefined ? '<REMOTE_HOST/>' : element('REMOTE_HOST', host))
  );
}

function hostName(event: CanonicalEvent): string {
  const { data } = event;
  return (
    textAt(data, 'attributes', 'hostname') ?? textAt(data, 'resource', 'name') ?? data.resource.id
  );
}

function writeObject(parts: ObjectParts, object: ObjectName): string {
  switch (object) {
    case 'VM':
      return writeVm(parts);
    case 'HOST':
      return writeHost(parts);
    case 'IMAGE':
      return writeImage(parts);
    case 'NET':
      return writeVnet(parts);
  }
}

/** A OneFlow service is a deployment with a number. */
function serviceOf(event: CanonicalEvent): string | undefined {
  const { data } = event;
  const parent = textAt(data, 'resource', 'parent', 'id');
  const isService = textAt(data, 'resource', 'parent', 'type') === 'SERVICE';
  const id = textAt(data, 'correlation', 'serviceId') ?? (isService ? parent : undefined);
  return id !== undefined && isObjectId(id) ? id : undefined;
}

function stateNames(event: CanonicalEvent, object: ObjectName, inventions: Inventions): StateNames {
  const { data } = event;
  const own = ownNames(event, object, textAt(data, 'state', 'native'));
  if (own !== undefined) return own;
  if (object === 'VM' && data.phase === 'error') {
    const failures: Readonly<Record<string, string>> = FAILURE_OF_ACTION;
    const failure = lookUp(failures, textAt(data, 'action') ?? '');
    return { state: 'ACTIVE', lcmState: failure ?? 'BOOT_FAILURE' };
  }
  const said = textAt(data, 'state', 'value');
  if (said !== undefined) return namesOf(event, object, said as State);
  const meant = data.phase === 'error' ? 'failed' : stateAfter(event);
  const names = namesOf(event, object, meant as State);
  inventions.fill('STATE', names.state, `no state known: ${meant} after ${event.type}`);
  return names;
}

function stateAfter(event: CanonicalEvent): string {
  const actions: Readonly<Record<string, StateByStep>> =
    STATE_AFTER[event.data.resource.kind] ?? {};
  const steps = lookUp(actions, textAt(event.data, 'action') ?? '') ?? {};
  return lookUp<string>(steps, textAt(event.data, 'phase') ?? 'end') ?? 'unknown';
}

/** An event of OpenNebula itself has the names already. */
function ownNames(
  event: CanonicalEvent,
  object: ObjectName,
  native: string | undefined,
): StateNames | undefined {
  if (event.origin !== DIALECT || native === undefined) return undefined;
  const match = /^([A-Z0-9_]{1,64})(?:\/([A-Z0-9_]{1,64}))?$/.exec(native);
  const [, state, lcmState] = match ?? [];
  if (state === undefined) return undefined;
  if (object !== 'VM') return lcmState === undefined ? { state } : undefined;
  return { state, lcmState: lcmState ?? 'LCM_INIT' };
}

function namesOf(event: CanonicalEvent, object: ObjectName, state: State): StateNames {
  if (object === 'VM') {
    const [name, lcmState] = lookUp(VM_STATE_OF, state) ?? VM_STATE_OF.unknown;
    return { state: name, lcmState };
  }
  const tables = {
    HOST: HOST_STATE_OF,
    IMAGE: event.data.resource.kind === 'storage' ? STORAGE_STATE_OF : IMAGE_STATE_OF,
    NET: NET_STATE_OF,
  };
  const table: Readonly<Record<string, string>> = tables[object];
  return { state: lookUp(table, state) ?? (table['unknown'] as string) };
}

/** The state before; where it is not known, the same: OpenNebula's own way to say "the first". */
function previousNames(
  event: CanonicalEvent,
  object: ObjectName,
  current: StateNames,
  inventions: Inventions,
): StateNames {
  const { data } = event;
  const own = ownNames(event, object, textAt(data, 'state', 'previous', 'native'));
  if (own !== undefined) return own;
  const said = textAt(data, 'state', 'previous', 'value');
  if (said !== undefined) return namesOf(event, object, said as State);
  const place = `${STATE_OBJECTS[object]?.element ?? object}/PREV_STATE`;
  inventions.fill(place, current.state, 'no state before is known: the same as now');
  return current;
}
