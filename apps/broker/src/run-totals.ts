import type { EngineStatus, SinkStatus, SourceStatus } from '@viaduct/engine';

/** What went in and out since the start, for the last line of the log. */
export interface RunTotals {
  /** Events durably in the journal. */
  readonly accepted: number;
  /** Events that the journal had already. */
  readonly duplicates: number;
  /** Events that trackers or loop protection dropped, or that a hard stop lost. */
  readonly dropped: number;
  /** Events that peers confirmed. */
  readonly delivered: number;
  /** Events that left and nobody confirms. */
  readonly sent: number;
  readonly deadLetters: number;
  /** What target dialects could not say, in all. */
  readonly losses: number;
}

/** Nothing yet. */
export const NO_TOTALS: RunTotals = {
  accepted: 0,
  duplicates: 0,
  dropped: 0,
  delivered: 0,
  sent: 0,
  deadLetters: 0,
  losses: 0,
};

/** Adds what sources and sinks counted. */
export function addTotals(
  totals: RunTotals,
  { sources, sinks }: Pick<EngineStatus, 'sources' | 'sinks'>,
): RunTotals {
  const received = (figure: (source: SourceStatus) => number): number => sum(sources.map(figure));
  const sent = (figure: (sink: SinkStatus) => number): number => sum(sinks.map(figure));
  return {
    accepted: totals.accepted + received(({ counters }) => counters.appended),
    duplicates: totals.duplicates + received(({ counters }) => counters.duplicates),
    dropped: totals.dropped + received(({ counters }) => sum(Object.values(counters.dropped))),
    delivered: totals.delivered + sent(({ counters }) => counters.delivered),
    sent: totals.sent + sent(({ counters }) => counters.sent),
    deadLetters:
      totals.deadLetters +
      received(({ counters }) => counters.deadLetters) +
      sent(({ counters }) => counters.deadLetters),
    losses: totals.losses + sent(({ counters }) => counters.losses),
  };
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
