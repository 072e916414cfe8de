/** What the map shows, as data: who is connected to whom, how fast it goes there, how it is. */
import type { RouteBody, SinkBody, StatusBody } from '@viaduct/broker/admin-api';
import { type Trouble, troubleOfEndpoint, troubleOfRoute } from '../../states/trouble.ts';

/** One source, route or sink. */
export interface MapNode {
  /** `source:one`, `route:0`, `sink:nms`. */
  readonly id: string;
  readonly role: 'source' | 'route' | 'sink';
  readonly name: string;
  /** The adapter, or what the route matches. */
  readonly detail: string;
  /** Events a second; missing for a route. */
  readonly perSecond?: number;
  /** Events that wait for a sink. */
  readonly waiting?: number;
  /** Missing for a route that never failed: it is a rule. */
  readonly trouble?: Trouble;
  /** What a route said last of an event that it failed on. */
  readonly lastError?: string;
}

/** From a source to a route, or from a route to a sink. */
export interface MapEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly pace: Pace;
  /** Of the source or sink at its end. */
  readonly trouble: Trouble;
}

/**
 * Events a second. The broker counts them from source to sink; where two routes lead from one to
 * the other, no more is known than that this edge has its part of them (`isUpperBound`).
 */
export interface Pace {
  readonly perSecond: number;
  readonly isUpperBound: boolean;
}

/** See the file's comment. */
export interface MapGraph {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

/** The map of a broker at one moment. */
export function mapGraphOf(status: StatusBody): MapGraph {
  const { sources, sinks, routes } = status;
  const nodes: readonly MapNode[] = [
    ...sources.map((source) => ({
      id: `source:${source.name}`,
      role: 'source' as const,
      name: source.name,
      detail: source.adapter,
      perSecond: source.perSecond.appended,
      trouble: troubleOfEndpoint(source),
    })),
    ...routes.map(nodeOfRoute),
    ...sinks.map((sink) => ({
      id: `sink:${sink.name}`,
      role: 'sink' as const,
      name: sink.name,
      detail: sink.adapter,
      perSecond: sink.perSecond.out,
      waiting: waitingOf(sink),
      trouble: troubleOfEndpoint(sink),
    })),
  ];
  return { nodes, edges: routes.flatMap((route) => edgesOf(route, status)) };
}

function nodeOfRoute(route: RouteBody): MapNode {
  const trouble = troubleOfRoute(route);
  const { index, name, lastError } = route;
  return {
    ...{ id: `route:${String(index)}`, role: 'route', name, detail: conditionOf(route) },
    ...(trouble === undefined ? {} : { trouble }),
    ...(lastError === undefined ? {} : { lastError: lastError.message }),
  };
}

/** Events that wait for a sink. */
export function waitingOf({ lag }: SinkBody): number {
  return lag?.pending ?? 0;
}

function edgesOf(route: RouteBody, status: StatusBody): readonly MapEdge[] {
  const id = `route:${String(route.index)}`;
  const incoming = status.sources
    .filter(({ name }) => route.sources.includes(name))
    .map((source) => ({
      id: `source:${source.name}>${id}`,
      from: `source:${source.name}`,
      to: id,
      pace: paceFrom(source.name, route, status),
      trouble: troubleOfEndpoint(source),
    }));
  const outgoing = status.sinks
    .filter(({ name }) => route.sinks.includes(name))
    .map((sink) => ({
      id: `${id}>sink:${sink.name}`,
      from: id,
      to: `sink:${sink.name}`,
      pace: paceTo(sink.name, route, status),
      trouble: troubleOfEndpoint(sink),
    }));
  return [...incoming, ...outgoing];
}

/** Every sink of a route gets all that it matches, so the sink that tells most precisely counts. */
function paceFrom(source: string, route: RouteBody, status: StatusBody): Pace {
  const paces = route.sinks.map((sink) => paceBetween(source, sink, status));
  const exact = paces.find(({ isUpperBound }) => !isUpperBound);
  const least = Math.min(...paces.map(({ perSecond }) => perSecond));
  return exact ?? { perSecond: paces.length === 0 ? 0 : least, isUpperBound: true };
}

function paceTo(sink: string, route: RouteBody, status: StatusBody): Pace {
  const paces = route.sources.map((source) => {
    const pace = paceBetween(source, sink, status);
    return pace.isUpperBound ? paceFrom(source, route, status) : pace;
  });
  const perSecond = paces.reduce((sum, pace) => sum + pace.perSecond, 0);
  return { perSecond, isUpperBound: paces.some(({ isUpperBound }) => isUpperBound) };
}

function paceBetween(source: string, sink: string, { flows, routes }: StatusBody): Pace {
  const flow = flows.find((one) => one.source === source && one.sink === sink);
  const perSecond = flow?.perSecond ?? 0;
  const leading = routes.filter(
    (route) => route.sources.includes(source) && route.sinks.includes(sink),
  );
  return { perSecond, isUpperBound: leading.length > 1 && perSecond > 0 };
}

/** What a route takes, in a few words. */
function conditionOf({ match, when, set }: RouteBody): string {
  const fields = Object.entries(match ?? {}).map(([field, pattern]) => {
    const text = typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
    return `${field}: ${text}`;
  });
  const parts = [...fields, ...(when === undefined ? [] : [when])];
  const taken = parts.length === 0 ? 'everything' : parts.join(', ');
  return set === undefined ? taken : `${taken}; reshaped`;
}
