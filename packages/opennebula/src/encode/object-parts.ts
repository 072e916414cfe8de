import type { CanonicalEvent } from '@viaduct/core';
import type { Inventions } from './inventions.ts';

/** A state by OpenNebula's names; the second is a VM's alone. */
export interface StateNames {
  readonly state: string;
  readonly lcmState?: string;
}

/** What the writers of objects are given. */
export interface ObjectParts {
  readonly event: CanonicalEvent;
  readonly id: string;
  readonly current: StateNames;
  readonly previous: StateNames;
  readonly serviceId?: string;
  readonly inventions: Inventions;
}
