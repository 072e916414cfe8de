/** The objects of state events; their states are in `mapping-states.ts`. */
import type { Kind, State } from '@viaduct/core';
import {
  HOST_STATES,
  HOST_STATE_MEANING,
  IMAGE_STATES,
  IMAGE_STATE_MEANING,
  LCM_STATES,
  LCM_STATE_MEANING,
  NET_STATES,
  NET_STATE_MEANING,
  VM_STATES,
  VM_STATE_MEANING,
} from './mapping/mapping-states.ts';

/** One kind of object that the hook manager reports states of. */
export interface StateObject {
  readonly kind: Kind;
  /** The element that holds the object: it differs from HOOK_OBJECT for NET alone. */
  readonly element: string;
  /** State names by number. */
  readonly states: readonly string[];
  readonly meaning: Readonly<Record<string, State>>;
  /** The second state, for VMs: it tells what ACTIVE means. */
  readonly lcm?: {
    readonly states: readonly string[];
    readonly meaning: Readonly<Record<string, State>>;
  };
}

/** By HOOK_OBJECT. IMAGE came with 6.0, NET with 6.4; the XSD calls NET `VNET`. */
export const STATE_OBJECTS: Readonly<Record<string, StateObject>> = {
  VM: {
    kind: 'compute',
    element: 'VM',
    states: VM_STATES,
    meaning: VM_STATE_MEANING,
    lcm: { states: LCM_STATES, meaning: LCM_STATE_MEANING },
  },
  HOST: { kind: 'host', element: 'HOST', states: HOST_STATES, meaning: HOST_STATE_MEANING },
  IMAGE: { kind: 'image', element: 'IMAGE', states: IMAGE_STATES, meaning: IMAGE_STATE_MEANING },
  NET: { kind: 'network', element: 'VNET', states: NET_STATES, meaning: NET_STATE_MEANING },
};

/** The object of a HOOK_OBJECT; `undefined` for one that is not known yet. */
export function stateObject(name: string): StateObject | undefined {
  const known = name === 'VNET' ? 'NET' : name;
  return Object.hasOwn(STATE_OBJECTS, known) ? STATE_OBJECTS[known] : undefined;
}

/** An own property of a table, so that `constructor` is no name that anything knows. */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
