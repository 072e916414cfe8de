import { compileGlob, compileRoutes, isGlob, type Route, type Router } from '@viaduct/routing';
import type { Reading } from './reading.ts';
import { nearestName, suggest } from './nearest-name.ts';
import { isMapping, normalise } from './normalise.ts';
import type { Path } from './path.ts';
import type { Report } from './problem.ts';
import { ROUTE_FIELDS } from './sections.ts';
import { isWithin } from './secrecy.ts';
import { show, validate } from './validate.ts';

/** The names that routes can use. Those of entries with problems count: one mistake, one report. */
export interface Names {
  readonly sources: readonly string[];
  readonly sinks: readonly string[];
}

/** The routes, and their router where nothing is wrong with them. */
export interface RoutesRead {
  readonly routes: readonly Route[];
  readonly router: Router | undefined;
}

/** Reads the section `routes`. */
export function readRoutes(section: unknown, names: Names, reading: Reading): RoutesRead {
  const { report } = reading;
  if (!Array.isArray(section)) {
    const isMissing = section === undefined || section === null;
    const message = isMissing ? 'there is no route' : `${show(section)} is not a list of routes`;
    const code = isMissing ? 'VIA_BROKER_CONFIG_MISSING_KEY' : 'VIA_BROKER_CONFIG_VALUE';
    report.add(code, ['routes'], message, 'Write a list: "- { from: [source], to: [sink] }".');
    return { routes: [], router: undefined };
  }
  const routes = section.flatMap((written: unknown, at) => {
    const route = readRoute(written, at, reading);
    return route === undefined ? [] : [route];
  });
  if (routes.length < section.length) return { routes, router: undefined };
  routes.forEach((route, at) => {
    checkNames(route, at, names, report);
  });
  const compiled = compileRoutes(routes);
  if (compiled.ok) return { routes, router: compiled.value };
  for (const problem of compiled.error) {
    const path = ['routes', ...problem.path];
    const advice = sentence(problem.advice);
    report.add('VIA_BROKER_CONFIG_ROUTE', path, problem.message.replace(/\.$/, ''), advice);
  }
  return { routes, router: undefined };
}

function sentence(phrase: string): string {
  const end = /[.?!]$/.test(phrase) ? '' : '.';
  return `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}${end}`;
}

function readRoute(written: unknown, at: number, reading: Reading): Route | undefined {
  const path: Path = ['routes', at];
  if (!isMapping(written)) {
    const advice = 'Write "- { from: [source], to: [sink] }".';
    const message = `${show(written)} is not a route`;
    reading.report.add('VIA_BROKER_CONFIG_VALUE', path, message, advice);
    return undefined;
  }
  const isFilledIn = (place: string): boolean => reading.filledIn.has(place);
  const how = { isFilledIn, resolvePath: reading.resolvePath };
  const { match, set, ...rest } = normalise(written, ROUTE_FIELDS, path, how);
  // What `match` and `set` may hold is the routing package's to say.
  const before = reading.report.problems.length;
  const isHidden = (place: Path): boolean => isWithin(reading.filledIn, place);
  validate(rest, ROUTE_FIELDS, { path, isHidden }, reading.report);
  if (reading.report.problems.length > before) return undefined;
  const route = {
    name: `route ${at + 1}`,
    ...rest,
    ...(match === undefined ? {} : { match }),
    ...(set === undefined ? {} : { set }),
  };
  return route as unknown as Route;
}

function checkNames(route: Route, at: number, names: Names, report: Report): void {
  route.from?.forEach((name, index) => {
    if (names.sources.includes(name) || matchesOne(name, names.sources)) return;
    const path = ['routes', at, 'from', index];
    const advice = elsewhere(name, names.sinks, 'is a sink: routes lead from sources to sinks.');
    const message = `no source is named "${name}"`;
    report.add(
      'VIA_BROKER_CONFIG_REFERENCE',
      path,
      message,
      advice ?? suggest(name, names.sources),
    );
  });
  route.to.forEach((name, index) => {
    if (names.sinks.includes(name)) return;
    const path = ['routes', at, 'to', index];
    const advice = elsewhere(name, names.sources, 'is a source: routes lead to sinks.');
    const message = `no sink is named "${name}"`;
    report.add('VIA_BROKER_CONFIG_REFERENCE', path, message, advice ?? suggest(name, names.sinks));
  });
}

function elsewhere(name: string, others: readonly string[], what: string): string | undefined {
  return others.includes(name) && nearestName(name, others) === name
    ? `"${name}" ${what}`
    : undefined;
}

/** Globs may stand for sources; one that stands for none is a misspelt name. */
function matchesOne(pattern: string, names: readonly string[]): boolean {
  return isGlob(pattern) && names.some(compileGlob(pattern));
}
