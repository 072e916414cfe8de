/** The routes as they were configured, whom each of them means, and how it is with it. */
import type { RunnerState, SinkStatus } from '@viaduct/engine';
import { compileGlobs, type Route } from '@viaduct/routing';
import type { Configuration } from '../config/configuration.ts';
import { flowKey, type Rates } from './pace.ts';
import type { RouteFailures, RouteTrouble } from './route-failures.ts';

/** One route. */
export interface RouteBody extends Route {
  /** Its place among the routes. */
  readonly index: number;
  /** The names that `from` stands for. */
  readonly sources: readonly string[];
  /** The sinks of `to`, and the parts of them. */
  readonly sinks: readonly string[];
  /** Of that of its sinks which is worst off. */
  readonly state: RunnerState;
  /**
   * Events a second, over the last ten, from its sources to its sinks; those that another route
   * between the same ends led there count for both.
   */
  readonly perSecond: number;
  /** Of that of its sinks which is furthest behind. */
  readonly lag: { readonly pending: number; readonly oldestAt?: number };
  /** What its condition or its reshaping had no value for, since the start. */
  readonly failures: number;
  readonly lastError?: RouteTrouble['lastError'];
}

/** Best first. */
const STATES: readonly RunnerState[] = [
  'connected',
  'connecting',
  'new',
  'closed',
  'paused',
  'blocked',
  'waiting',
  'gave-up',
];

/** How routes are told of. */
export interface RouteSurroundings {
  readonly configuration: Configuration;
  readonly sinks: readonly SinkStatus[];
  readonly rates: Rates;
  readonly failures: RouteFailures;
}

/** One route as the API shows it. */
export function routeBody(route: Route, index: number, around: RouteSurroundings): RouteBody {
  const { configuration, rates, failures } = around;
  const isFrom = route.from === undefined ? () => true : compileGlobs(route.from);
  const sources = configuration.sources.map(({ name }) => name).filter(isFrom);
  const sinks = configuration.sinks
    .filter(({ name, partOf }) => route.to.includes(name) || route.to.includes(partOf ?? name))
    .map(({ name }) => name);
  const trouble = failures.of(route.name);
  const ways = sources.flatMap((source) => sinks.map((sink) => flowKey(source, sink)));
  const own = around.sinks.filter(({ name }) => sinks.includes(name));
  return {
    ...route,
    index,
    sources,
    sinks,
    state: worstOf(own),
    perSecond: ways.reduce((sum, way) => sum + (rates.flows.get(way) ?? 0), 0),
    lag: lagOf(own),
    failures: trouble?.failures ?? 0,
    ...(trouble === undefined ? {} : { lastError: trouble.lastError }),
  };
}

function worstOf(sinks: readonly SinkStatus[]): RunnerState {
  const ranks = sinks.map(({ state }) => STATES.indexOf(state));
  return STATES[Math.max(0, ...ranks)] ?? 'connected';
}

function lagOf(sinks: readonly SinkStatus[]): RouteBody['lag'] {
  const lags = sinks.flatMap(({ lag }) => lag ?? []);
  const oldest = lags.flatMap(({ oldestAt }) => oldestAt ?? []);
  return {
    pending: Math.max(0, ...lags.map(({ pending }) => pending)),
    ...(oldest.length === 0 ? {} : { oldestAt: Math.min(...oldest) }),
  };
}
