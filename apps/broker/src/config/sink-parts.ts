/** Configured sinks that stand for several: a file of hooks, each a sink of its own. */
import type { AnySinkKind, CanonicalEvent, SinkParts } from '@viaduct/core';
import { compileRoutes, type Match, type Route, type Router } from '@viaduct/routing';
import type { ConfiguredSink, Notice, PartsWatch } from './configuration.ts';
import { formatPath, type Path } from './path.ts';
import type { Report } from './problem.ts';

/** The sinks with every part in its place, and what says which events a part gets. */
export interface PartedSinks {
  readonly sinks: readonly ConfiguredSink[];
  /** By the name of the configured sink: the router of its parts. */
  readonly routers: ReadonlyMap<string, Router>;
  readonly notices: readonly Notice[];
  readonly watches: readonly PartsWatch[];
}

/** Puts the parts of each sink in its place; what is wrong with them is reported there. */
export async function partSinks(
  sinks: readonly ConfiguredSink[],
  report: Report,
): Promise<PartedSinks> {
  const all: ConfiguredSink[] = [];
  const routers = new Map<string, Router>();
  const notices: Notice[] = [];
  const watches: PartsWatch[] = [];
  for (const sink of sinks) {
    const path: Path = ['sinks', sink.name];
    const parts = isWrong(path, report) ? undefined : await sink.kind.parts?.(sink.options);
    if (parts === undefined) {
      all.push(sink);
      continue;
    }
    for (const message of parts.warnings) notices.push({ path, message });
    for (const message of parts.errors) {
      report.add('VIA_BROKER_CONFIG_VALUE', path, message, 'Mend the file.');
    }
    all.push(...parts.parts.map((part, index) => sinkOf(sink, part, index === 0)));
    if (parts.watch !== undefined) watches.push(parts.watch);
    const router = routerOf(sink.name, parts, path, report);
    if (router !== undefined) routers.set(sink.name, router);
  }
  return { sinks: all, routers, notices, watches };
}

function isWrong(path: Path, { problems }: Report): boolean {
  const own = formatPath(path);
  return problems.some((problem) => problem.path === own || problem.path.startsWith(`${own}.`));
}

/** A sink for a part. What is worth saying of the options is said once, with the first part. */
function sinkOf(
  sink: ConfiguredSink,
  part: SinkParts<unknown>['parts'][number],
  isFirst: boolean,
): ConfiguredSink {
  const own: AnySinkKind<unknown> = {
    ...sink.kind,
    ...(isFirst ? {} : { advise: () => [] }),
    create: (_, context) => part.create(context),
  };
  return {
    ...sink,
    name: `${sink.name}.${part.name}`,
    partOf: sink.name,
    fingerprint: part.fingerprint,
    kind: own,
  };
}

function routerOf(
  name: string,
  { parts }: SinkParts<unknown>,
  path: Path,
  report: Report,
): Router | undefined {
  const routes = parts.map((part): Route => {
    const target = `${name}.${part.name}`;
    return { name: target, match: part.match as Match, to: [target] };
  });
  const compiled = compileRoutes(routes);
  if (compiled.ok) return compiled.value;
  for (const { path: place, message, advice } of compiled.error) {
    const [index] = place;
    const part = typeof index === 'number' ? (parts[index]?.name ?? '') : '';
    report.add('VIA_BROKER_CONFIG_ROUTE', path, `${part}: ${message}`, `To mend it, ${advice}.`);
  }
  return undefined;
}

/** A router that sends what is routed to a configured sink to those of its parts that match. */
export function withParts(router: Router, routers: PartedSinks['routers']): Router {
  if (routers.size === 0) return router;
  const partsOf = (name: string): readonly string[] => routers.get(name)?.sinks ?? [name];
  const partsFor = (targets: readonly string[], event: CanonicalEvent, source: string) =>
    targets.flatMap((name) => routers.get(name)?.route(event, source).targets ?? [name]);
  return {
    route: (event, source) => {
      const routing = router.route(event, source);
      const named = [routing, ...routing.failures].flatMap(({ targets }) => targets);
      if (!named.some((name) => routers.has(name))) return routing;
      // A part matches the event in the shape that it would get.
      const variants = routing.variants.map((variant) => ({
        event: variant.event,
        targets: partsFor(variant.targets, variant.event, source),
      }));
      const changed = new Set(routing.variants.flatMap(({ targets }) => targets));
      const plain = routing.targets.filter((name) => !changed.has(name));
      const targets = [
        ...partsFor(plain, event, source),
        ...variants.flatMap((one) => one.targets),
      ];
      const failures = routing.failures.map((failure) => ({
        ...failure,
        targets: partsFor(failure.targets, event, source),
      }));
      return { targets, variants, failures };
    },
    sinks: router.sinks.flatMap(partsOf),
    sources: router.sources,
  };
}
