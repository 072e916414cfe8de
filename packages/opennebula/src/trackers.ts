import type { Tracker } from '@viaduct/core';
import { chainTracker } from './chain-tracker.ts';
import { copiesTracker } from './copies-tracker.ts';

/** In the order they must run: copies are merged before the chain of states is looked at. */
export const opennebulaTrackers: readonly Tracker[] = [copiesTracker, chainTracker];
