import type { Tracker } from '@viaduct/core';
import { keyTracker, objectTracker } from './experiment-tracker.ts';

/** By routing key first: what that finds is then remembered of the object too. */
export const bonfireTrackers: readonly Tracker[] = [keyTracker, objectTracker];
