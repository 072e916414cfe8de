/** Today's configuration, as what is sent again has to go by it. */
import type { CanonicalEvent } from '@viaduct/core';
import type { LetterSource, LetterSurroundings, VariantsOf } from '@viaduct/engine';
import { compileGlobs, compileRoutes, type Match } from '@viaduct/routing';
import type { Configuration } from '../config/configuration.ts';
import { suggest } from '../config/nearest-name.ts';
import { BrokerError } from '../errors.ts';

/** Where an event goes; `undefined` where the routes fail on it. */
export type TargetsOf = (event: CanonicalEvent, source: string) => readonly string[] | undefined;

/** Whether an event is one of those asked for. */
export type IsWanted = (event: CanonicalEvent, source: string) => boolean;

/** A request that has to be changed. */
export function badRequest(message: string): BrokerError {
  return new BrokerError('VIA_BROKER_REQUEST', message);
}

/**
 * The sinks that names stand for: a configured sink may stand for several. `undefined`: all there
 * are. Throws `VIA_BROKER_REQUEST` for a name that is none.
 */
export function sinksNamed(
  names: readonly string[] | undefined,
  { sinks }: Configuration,
): ReadonlySet<string> {
  if (names === undefined) return new Set(sinks.map(({ name }) => name));
  const found = names.flatMap((name) => {
    const meant = sinks.filter((sink) => sink.name === name || sink.partOf === name);
    if (meant.length > 0) return meant.map((sink) => sink.name);
    const known = [...new Set(sinks.flatMap((sink) => [sink.partOf ?? sink.name, sink.name]))];
    throw badRequest(`no sink is named "${name}". ${suggest(name, known)}`);
  });
  return new Set(found);
}

/** Where today's routes lead an event, of some sinks; by force to all of them. */
export function targetsAmong(
  asked: ReadonlySet<string>,
  force: boolean,
  { router }: Configuration,
): TargetsOf {
  if (force) return () => [...asked];
  return (event, source) => {
    const { targets, failures } = router.route(event, source);
    const led = targets.filter((name) => asked.has(name));
    const isFailed = failures.some((failure) => failure.targets.some((name) => asked.has(name)));
    return led.length === 0 && isFailed ? undefined : led;
  };
}

/** The sinks that an event does not reach because today's routes fail on it. */
export function failedBy({ router }: Configuration): LetterSurroundings['failed'] {
  return (event, source) => router.route(event, source).failures.flatMap(({ targets }) => targets);
}

/** The shapes that today's routes give an event. */
export function variantsBy({ router }: Configuration): VariantsOf {
  return (event, source) => router.route(event, source).variants;
}

/** Sources by name or glob, and conditions as in a route. Throws `VIA_BROKER_REQUEST`. */
export function wantedBy(
  { sources, match }: { readonly sources?: readonly string[]; readonly match?: Match },
  configuration: Configuration,
): IsWanted {
  for (const name of sources ?? []) checkSource(name, configuration);
  if (sources === undefined && match === undefined) return () => true;
  const route = { name: 'wanted', to: ['wanted'] };
  const from = sources === undefined ? {} : { from: sources };
  const compiled = compileRoutes([
    { ...route, ...from, ...(match === undefined ? {} : { match }) },
  ]);
  if (compiled.ok) return (event, source) => compiled.value.route(event, source).targets.length > 0;
  const problems = compiled.error.map(({ message, advice }) => `${message}: ${advice}`);
  throw badRequest(`the conditions cannot be understood: ${problems.join('; ')}`);
}

function checkSource(name: string, { sources }: Configuration): void {
  const isMeant = compileGlobs([name]);
  const known = sources.map((source) => source.name);
  if (known.some(isMeant)) return;
  throw badRequest(`no source is named "${name}". ${suggest(name, known)}`);
}

/** What a dead letter's source is today. */
export function letterSource(name: string, { sources }: Configuration): LetterSource | undefined {
  const source = sources.find((candidate) => candidate.name === name);
  if (source === undefined) return undefined;
  const { adapter, system, ignore } = source;
  return { codec: adapter.codec, system, isIgnored: compileGlobs(ignore) };
}
