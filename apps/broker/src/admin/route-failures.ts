/** What went wrong at each route: its condition or its reshaping had no value for an event. */
import type { Clock } from '@viaduct/core';
import type { NewDeadLetter } from '@viaduct/journal';

/** Routes told apart; a configuration has at most a thousand. */
const ROUTES_MAX = 4_096;

/** What went wrong at one route since the start. */
export interface RouteTrouble {
  /** Events that it failed on, once for each sink that missed them by it. */
  readonly failures: number;
  readonly lastError: { readonly at: number; readonly code: string; readonly message: string };
}

/** See the file's comment. */
export interface RouteFailures {
  add(letter: NewDeadLetter): void;
  of(route: string): RouteTrouble | undefined;
}

/** Nothing went wrong yet. */
export function createRouteFailures(clock: Clock): RouteFailures {
  const byName = new Map<string, RouteTrouble>();
  return {
    add: ({ stage, code, reason }) => {
      // The engine writes it so: `route "name": when: …`.
      const name = stage === 'route' ? /^route "(.*?)": /.exec(reason)?.[1] : undefined;
      if (name === undefined) return;
      const known = byName.get(name);
      if (known === undefined && byName.size >= ROUTES_MAX) return;
      const lastError = { at: clock.now(), code, message: reason };
      byName.set(name, { failures: (known?.failures ?? 0) + 1, lastError });
    },
    of: (route) => byName.get(route),
  };
}
