import { fail, ok, type CanonicalEvent, type Result } from '@viaduct/core';
import { compileRoute, type CompiledRoute } from './compile-route.ts';
import { ROUTES_MAX } from './limits.ts';
import type { RouteProblem } from './problem.ts';
import type { Route } from './route.ts';
import { emptyTargets } from './target-set.ts';

/** Says where events go. Immutable: other routes make another router. */
export interface Router {
  /**
   * Names of the sinks that an event of this source is owed to: each once, in the order in which
   * the routes name them first. One array for one set of routes, frozen.
   */
  targets(event: CanonicalEvent, source: string): readonly string[];
  /** Every sink that a route names, each once. */
  readonly sinks: readonly string[];
  /** Every source name or glob that a route names, each once. */
  readonly sources: readonly string[];
}

/**
 * Sources whose routes are remembered. Names come from the configuration, so this is only reached
 * by a caller who makes them up.
 */
const SOURCES_MAX = 4_096;

/** Compiles routes once; the answer holds all problems there are, not only the first. */
export function compileRoutes(routes: readonly Route[]): Result<Router, readonly RouteProblem[]> {
  const problems: RouteProblem[] = [];
  checkRoutes(routes, problems);
  const compiled = routes
    .slice(0, ROUTES_MAX)
    .map((route, index) => compileRoute(route, index, problems));
  if (problems.length > 0) return fail(problems);

  const bySource = new Map<string, readonly CompiledRoute[]>();
  const routesOf = (source: string): readonly CompiledRoute[] => {
    let known = bySource.get(source);
    if (known === undefined) {
      known = compiled.filter((route) => route.fromSource(source));
      if (bySource.size < SOURCES_MAX) bySource.set(source, known);
    }
    return known;
  };
  const nothing = emptyTargets();

  return ok({
    targets: (event, source) => {
      let set = nothing;
      for (const route of routesOf(source)) {
        if (matches(route, event)) set = set.with(route);
      }
      return set.names;
    },
    sinks: [...new Set(routes.flatMap((route) => route.to))],
    sources: [...new Set(routes.flatMap((route) => route.from ?? []))],
  });
}

function matches(route: CompiledRoute, event: CanonicalEvent): boolean {
  for (const test of route.tests) if (!test(event)) return false;
  return true;
}

function checkRoutes(routes: readonly Route[], problems: RouteProblem[]): void {
  if (routes.length > ROUTES_MAX) {
    problems.push({
      code: 'VIA_ROUTING_LIMIT',
      path: [],
      message: `there are ${String(routes.length)} routes`,
      advice: `write at most ${String(ROUTES_MAX)}; lists and globs join several in one`,
    });
  }
  const names = new Map<string, number>();
  for (const [index, { name }] of routes.entries()) {
    const first = names.get(name);
    if (first === undefined) names.set(name, index);
    else {
      problems.push({
        code: 'VIA_ROUTING_NAME_TAKEN',
        path: [index, 'name'],
        message: `route ${String(first + 1)} is named "${name}", too`,
        advice: 'give each route a name of its own',
      });
    }
  }
}
