/** What sources and sinks counted that are no longer there: no figure gets lost with them. */
import {
  sinkCounters,
  sourceCounters,
  type SinkCounters,
  type SourceCounters,
} from '../counters.ts';

/** Sums over everything that a change of configuration removed. */
export interface PastCounters {
  readonly sources: SourceCounters;
  readonly sinks: SinkCounters;
}

/** Nothing was removed yet. */
export const NO_PAST: PastCounters = { sources: sourceCounters(), sinks: sinkCounters() };

/** The sums of two sets of counters, word by word in their tallies. */
export function addCounters<T extends SourceCounters | SinkCounters>(one: T, other: T): T {
  const figures = new Map<string, Figure>(Object.entries(other));
  const sums = Object.entries(one).map(([name, figure]: [string, Figure]) => {
    return [name, addFigures(figure, figures.get(name))] as const;
  });
  // The same names with figures of the same kinds.
  return Object.fromEntries(sums) as unknown as T;
}

type Figure = number | Readonly<Record<string, number>>;

function addFigures(one: Figure, other: Figure | undefined): Figure {
  if (typeof one === 'number') return one + (typeof other === 'number' ? other : 0);
  const sum: Record<string, number> = { ...one };
  if (typeof other !== 'object') return sum;
  for (const [word, count] of Object.entries(other)) sum[word] = (sum[word] ?? 0) + count;
  return sum;
}
