/** Ways on which what the broker sends comes back to it. */
import { compileGlobs, type Route } from '@viaduct/routing';
import type { Configuration, ConfiguredSink, ConfiguredSource } from './configuration.ts';
import { meet } from './meeting.ts';

/** A sink whose output reaches a source that leads, by routes, to that sink again. */
export interface Cycle {
  readonly sink: string;
  /** The source where it comes back. */
  readonly source: string;
}

/** Every sink whose events come back to it, however many sinks and sources are in between. */
export function cyclesOf({ sources, sinks, routes }: Configuration): readonly Cycle[] {
  const leadsTo = (source: string): readonly ConfiguredSink[] =>
    sinks.filter((sink) => routes.some((route) => connects(route, source, sink.name)));
  const feeds = (sink: ConfiguredSink): readonly ConfiguredSource[] =>
    sources.filter((source) => isFedBy(source, sink));
  return sinks.flatMap((sink) => {
    const back = feeds(sink).find((source) => reaches(source.name, sink, leadsTo, feeds));
    return back === undefined ? [] : [{ sink: sink.name, source: back.name }];
  });
}

function reaches(
  source: string,
  wanted: ConfiguredSink,
  leadsTo: (source: string) => readonly ConfiguredSink[],
  feeds: (sink: ConfiguredSink) => readonly ConfiguredSource[],
): boolean {
  const seen = new Set<string>();
  const waiting = [source];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const sinks = leadsTo(next);
    if (sinks.includes(wanted)) return true;
    waiting.push(...sinks.flatMap(feeds).map(({ name }) => name));
  }
  return false;
}

function connects({ from, to }: Route, source: string, sink: string): boolean {
  return to.includes(sink) && (from === undefined || compileGlobs(from)(source));
}

/**
 * Whether a source hears what a sink says: the same adapter, where they meet, and every option that
 * the sink has one of and the source a list of (`topic`, `topics`) has a value in common.
 */
function isFedBy(source: ConfiguredSource, sink: ConfiguredSink): boolean {
  if (source.adapter.name !== sink.adapter.name || !meet(source.options, sink.options))
    return false;
  return Object.entries(sink.options).every(([name, value]) => {
    const several = source.options[`${name}s`];
    return !Array.isArray(several) || value === undefined || haveCommon(several, value);
  });
}

/** Patterns and templates may have: rather a word too many than a circle that nobody saw. */
function haveCommon(several: readonly unknown[], value: unknown): boolean {
  const values = [value].flat();
  const isOpen = (item: unknown): boolean => typeof item === 'string' && /[*#{]/.test(item);
  return [...several, ...values].some(isOpen) || several.some((item) => values.includes(item));
}
