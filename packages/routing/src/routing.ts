/** What routes say of one event. */
import type { CanonicalEvent } from '@viaduct/core';
import type { ROUTING_ERRORS } from './errors.ts';

/** Where an event goes and in which shape. */
export interface Routing {
  /**
   * Names of the sinks that it is owed to: each once, in the order in which the routes name them
   * first. Frozen; one array for one set of routes.
   */
  readonly targets: readonly string[];
  /** The shapes it has for some of the targets; the others get it as it came. */
  readonly variants: readonly Variant[];
  /** Routes that it might have taken, had their expressions a value. */
  readonly failures: readonly RouteFailure[];
}

/** An event as one route changed it. */
export interface Variant {
  readonly event: CanonicalEvent;
  /** The sinks that get it so, each in no other variant. */
  readonly targets: readonly string[];
}

/** An expression of a route failed for an event. */
export interface RouteFailure {
  readonly route: string;
  readonly code: keyof typeof ROUTING_ERRORS;
  /** One line: which expression, and why. */
  readonly reason: string;
  /**
   * The sinks that do not get the event because of this: those that it reaches by no other route,
   * each in the first failure that names it. Empty where all of them get it nevertheless.
   */
  readonly targets: readonly string[];
}

/** No variants: shared, so that nothing is built for an event that no route changes. */
export const NO_VARIANTS: readonly Variant[] = Object.freeze([]);

/** No failures. */
export const NO_FAILURES: readonly RouteFailure[] = Object.freeze([]);
