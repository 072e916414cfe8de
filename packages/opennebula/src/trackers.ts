import type { Tracker } from '@viaduct/core';
import { chainTracker } from './trackers/chain-tracker.ts';
import { copiesTracker } from './trackers/copies-tracker.ts';

/** In the order they must run: copies are merged before the chain of states is looked at. */
export const opennebulaTrackers: readonly Tracker[] = [copiesTracker, chainTracker];
