/** Which events a watcher wants to see. */
import { SEVERITIES, type Severity } from '@viaduct/core';
import type { Entry } from '@viaduct/journal';
import { compileGlobs } from '@viaduct/routing';
import { Type, type TOptional, type TString, type TUnsafe } from 'typebox';
import type { EventQuery } from '../operations/operations.ts';
import { SEVERITY } from './schemas.ts';

/** The fields of a search that a live tail has, too; a missing one matches all. */
export type LiveQuery = Pick<
  EventQuery,
  'source' | 'sink' | 'kind' | 'subject' | 'type' | 'text' | 'severity'
>;

/** How they are asked for. */
export const LIVE_QUERY: Readonly<
  Record<Exclude<keyof LiveQuery, 'severity'>, TOptional<TString>> & {
    readonly severity: TOptional<TUnsafe<Severity>>;
  }
> = {
  source: Type.Optional(Type.String({ maxLength: 200, description: 'By its configured name.' })),
  sink: Type.Optional(Type.String({ maxLength: 200, description: 'Owed to this sink.' })),
  kind: Type.Optional(Type.String({ maxLength: 64 })),
  subject: Type.Optional(Type.String({ maxLength: 500, description: 'A glob.' })),
  type: Type.Optional(
    Type.String({ maxLength: 500, description: 'A glob on `type` or `nativetype`.' }),
  ),
  text: Type.Optional(Type.String({ maxLength: 500, description: 'Anywhere in the event.' })),
  severity: Type.Optional(SEVERITY),
};

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
