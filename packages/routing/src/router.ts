import type { CanonicalEvent, Result } from '@viaduct/core';
import type { RouteProblem } from './problem.ts';
import type { Route } from './route.ts';

/** Says where events go. Immutable: other routes make another router. */
export interface Router {
  /**
   * Names of the sinks that an event of this source is owed to: each once, in the order in which
   * the routes name them first. The same array for the same set of routes: not to be changed.
   */
  targets(event: CanonicalEvent, source: string): readonly string[];
  /** Every sink that a route names, each once. */
  readonly sinks: readonly string[];
  /** Every source name or glob that a route names, each once. */
  readonly sources: readonly string[];
}

/** Compiles routes once; the answer holds all problems there are, not only the first. */
export function compileRoutes(routes: readonly Route[]): Result<Router, readonly RouteProblem[]> {
  throw new Error(`not built yet: ${String(routes.length)}`);
}
