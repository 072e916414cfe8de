import { fail, ok, type CanonicalEvent, type Result } from '@viaduct/core';
import { compileRoute, type CompiledRoute } from './compile-route.ts';
import { ROUTES_MAX } from './limits.ts';
import type { RouteProblem } from './problem.ts';
import type { Route } from './route.ts';
import type { RouteFailure, Routing, Variant } from './routing.ts';
import { emptyTargets, type TargetSet } from './target-set.ts';

/** Says where events go. Immutable: other routes make another router. */
export interface Router {
  /**
   * Where an event of this source goes. Routes do not exclude one another, but a sink gets an event
   * once: in the shape that the first of them gives it.
   */
  route(event: CanonicalEvent, source: string): Routing;
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
    route: (event, source) => {
      let set = nothing;
      let tally: Tally | undefined;
      for (const route of routesOf(source)) {
        if (!matches(route, event)) continue;
        if (route.when === undefined && route.reshape === undefined) set = set.with(route);
        else set = evaluate(route, event, set, (tally ??= { variants: [], failures: [] }));
      }
      if (tally === undefined) return set.routing;
      const { variants, failures } = tally;
      return { targets: set.names, variants, failures: unreached(failures, set.names) };
    },
    sinks: [...new Set(routes.flatMap((route) => route.to))],
    sources: [...new Set(routes.flatMap((route) => route.from ?? []))],
  });
}

function matches(route: CompiledRoute, event: CanonicalEvent): boolean {
  for (const test of route.tests) if (!test(event)) return false;
  return true;
}

/** What expressions made of an event. */
interface Tally {
  readonly variants: Variant[];
  readonly failures: RouteFailure[];
}

/** What the failures have cost: a sink that gets the event by another route misses nothing. */
function unreached(
  failures: readonly RouteFailure[],
  reached: readonly string[],
): readonly RouteFailure[] {
  const seen = new Set(reached);
  return failures.map((failure) => {
    const targets = failure.targets.filter((name) => !seen.has(name));
    for (const name of targets) seen.add(name);
    return { ...failure, targets };
  });
}

/** Adds a route with expressions, where they have a value. */
function evaluate(
  route: CompiledRoute,
  event: CanonicalEvent,
  set: TargetSet,
  { variants, failures }: Tally,
): TargetSet {
  const { name, to, when, reshape } = route;
  const holds = when?.evaluate(event);
  if (holds?.ok === false || (holds?.ok && typeof holds.value !== 'boolean')) {
    const reason = holds.ok ? 'the condition is neither true nor false' : holds.error;
    const code = 'VIA_ROUTING_EXPRESSION_FAILED';
    failures.push({ route: name, code, reason: `when: ${reason}`, targets: to });
    return set;
  }
  if (holds?.value === false) return set;
  const next = set.with(route);
  const targets = next.names.slice(set.names.length);
  if (reshape === undefined || targets.length === 0) return next;
  const shape = reshape(event);
  if (!shape.ok) {
    failures.push({ route: name, ...shape.error, targets: to });
    return set;
  }
  variants.push({ event: shape.value, targets });
  return next;
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
