/** Which events a watcher wants to see. */
import { SEVERITIES, type Severity } from '@viaduct/core';
import type { Entry } from '@viaduct/journal';
import { compileGlobs } from '@viaduct/routing';
import type { EventQuery } from '../operations/operations.ts';

/** The fields of a search that a live tail has, too; a missing one matches all. */
export type LiveQuery = Pick<
  EventQuery,
  'source' | 'sink' | 'kind' | 'subject' | 'type' | 'text' | 'severity'
>;

/** See the file's comment. */
export interface EventFilter {
  /** Cheap: asked for every event while somebody watches. */
  matches(source: string, entry: Entry): boolean;
  /** The rest, asked by whoever shows what `matches` let through. */
  matchesText(entry: Entry): boolean;
}

/** Compiles a query. */
export function eventFilter(query: LiveQuery): EventFilter {
  const { source, sink, kind, subject, type, text, severity } = query;
  const isSubject = subject === undefined ? undefined : compileGlobs([subject]);
  const isType = type === undefined ? undefined : compileGlobs([type]);
  const wanted = text?.toLowerCase();
  const least = severity === undefined ? -1 : SEVERITIES.indexOf(severity);
  return {
    matches: (from, { event, targets }) =>
      (source === undefined || source === from) &&
      (sink === undefined || targets.includes(sink)) &&
      (kind === undefined || event.data.resource.kind === kind) &&
      (least < 0 || rankOf(event.data.severity) >= least) &&
      (isSubject === undefined || isSubject(event.subject)) &&
      (isType === undefined || isType(event.type) || isType(event.nativetype)),
    matchesText: ({ event }) =>
      wanted === undefined || JSON.stringify(event).toLowerCase().includes(wanted),
  };
}

/** What says nothing of its severity is not severe. */
function rankOf(severity: Severity | undefined): number {
  return severity === undefined ? -1 : SEVERITIES.indexOf(severity);
}
