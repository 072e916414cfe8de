import type { EngineStatus, SinkCounters, SourceCounters } from '@viaduct/engine';

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

/** The totals of an engine, of those included that were removed from it. */
export function totalsOf({ sources, sinks, past }: EngineStatus): RunTotals {
  const sourceCounters = [past.sources, ...sources.map(({ counters }) => counters)];
  const sinkCounters = [past.sinks, ...sinks.map(({ counters }) => counters)];
  const received = (figure: (source: SourceCounters) => number): number =>
    sum(sourceCounters.map(figure));
  const sent = (figure: (sink: SinkCounters) => number): number => sum(sinkCounters.map(figure));
  return {
    accepted: received(({ appended }) => appended),
    duplicates: received(({ duplicates }) => duplicates),
    dropped: received(({ dropped }) => sum(Object.values(dropped))),
    delivered: sent(({ delivered }) => delivered),
    sent: sent((counters) => counters.sent),
    deadLetters:
      received(({ deadLetters }) => deadLetters) + sent(({ deadLetters }) => deadLetters),
    losses: sent(({ losses }) => losses),
  };
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
