/** Which events are shown, as part of the view's place, so that a link shows the same. */
import type { Query } from '../../api/request.ts';

/** What can be asked for; a missing field matches all. */
export interface EventFilter {
  readonly source?: string;
  readonly sink?: string;
  readonly kind?: string;
  readonly subject?: string;
  readonly type?: string;
  readonly text?: string;
  /** This or worse. */
  readonly severity?: string;
}

/** A stretch of time: back from now, or from one moment to another; missing: all there is. */
export interface Range {
  readonly backMs?: number;
  readonly from?: number;
  readonly to?: number;
}

/** What the view shows. */
export interface Watch {
  readonly mode: 'live' | 'search';
  readonly filter: EventFilter;
  readonly range: Range;
}

/** Where the view begins. */
export const FIRST_WATCH: Watch = { mode: 'live', filter: {}, range: {} };

const FILTER_NAMES = ['source', 'sink', 'kind', 'subject', 'type', 'text', 'severity'] as const;

const RANGE_NAMES = ['backMs', 'from', 'to'] as const;

/** `/live`, `/search/source=cloud&text=vm-42`: what stands behind the path of the view. */
export function pathOf({ mode, filter, range }: Watch): string {
  const parts = new URLSearchParams();
  for (const name of FILTER_NAMES) {
    const value = filter[name];
    if (value !== undefined && value !== '') parts.set(name, value);
  }
  for (const name of mode === 'search' ? RANGE_NAMES : []) {
    const value = range[name];
    if (value !== undefined) parts.set(name, String(value));
  }
  return parts.size === 0 ? `/${mode}` : `/${mode}/${parts.toString()}`;
}

/** The inverse; `undefined` where the path is of something else. */
export function watchOf(path: string): Watch | undefined {
  const [, mode, query = ''] = /^\/(live|search)(?:\/(.*))?$/.exec(path) ?? [];
  if (mode !== 'live' && mode !== 'search') return undefined;
  const parts = new URLSearchParams(query);
  const filter = Object.fromEntries(
    FILTER_NAMES.flatMap((name) => {
      const value = parts.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  const range = Object.fromEntries(
    RANGE_NAMES.flatMap((name) => {
      const value = Number(parts.get(name) ?? 'none');
      return Number.isFinite(value) ? [[name, value]] : [];
    }),
  );
  return { mode, filter, range };
}

/** As the API takes it. */
export function queryOf(filter: EventFilter): Query {
  return { ...filter };
}
