import type { ROUTING_ERRORS } from './errors.ts';

/** Something wrong with a route, for the operator who wrote it. */
export interface RouteProblem {
  readonly code: keyof typeof ROUTING_ERRORS;
  /** Where, from the list of routes on: `[2].match.knd`. */
  readonly path: readonly (string | number)[];
  /** What is wrong. */
  readonly message: string;
  /** What to write instead. */
  readonly advice: string;
}
