/** Which routes lead an event to its sinks. */
import { compileRoutes } from '@viaduct/routing';
import type { Configuration } from '../config/configuration.ts';
import type { EventDetails } from '../operations/operations.ts';

/** A route that an event takes. */
export interface RouteTaken {
  readonly name: string;
  readonly sinks: readonly string[];
}

/**
 * Today's routes: the journal keeps where an event was owed, not why. Each is asked alone, so that
 * two which lead to one sink are both told.
 */
export function routesTaken(
  { event, source }: Pick<EventDetails, 'event' | 'source'>,
  { routes }: Configuration,
): readonly RouteTaken[] {
  return routes.flatMap((route) => {
    const compiled = compileRoutes([route]);
    const sinks = compiled.ok ? compiled.value.route(event, source).targets : [];
    return sinks.length === 0 ? [] : [{ name: route.name, sinks }];
  });
}
