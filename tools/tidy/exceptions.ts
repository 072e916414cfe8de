import type { AmbientPlaces } from './forbidden-text.ts';
import type { Exceptions } from './size-budget.ts';

/** Files that may be over the size budget, and why. */
export const SIZE_EXCEPTIONS: Exceptions = {};

/** Where sources may read the clock, set timers or take chances themselves, and why. */
export const AMBIENT_PLACES: AmbientPlaces = {
  'packages/journal/src/sqlite/state-file.ts': 'makes the id of a new broker, once for good',
  'packages/testkit/': 'tests adapters against real sockets, in real time',
};
