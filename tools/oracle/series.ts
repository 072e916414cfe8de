import type { SinkFigures, Verdict, Violation } from './judge.ts';

/** What came of a fault that was repeated. */
export interface SeriesVerdict {
  readonly repetitions: number;
  readonly disruptions: number;
  readonly total: SinkFigures;
  readonly violations: readonly Violation[];
}

/**
 * Adds up the verdicts of one scenario. With `mustSeeDuplicates` a series without one fails: kills
 * that never hit an event between its delivery and its settling have proven nothing about them.
 */
export function judgeSeries(
  verdicts: readonly Verdict[],
  mustSeeDuplicates: boolean,
): SeriesVerdict {
  const [first] = verdicts;
  if (first === undefined) throw new Error('a series has at least one verdict');
  const total = Object.fromEntries(
    (Object.keys(first.total) as (keyof SinkFigures)[]).map((name) => [
      name,
      verdicts.reduce((sum, verdict) => sum + verdict.total[name], 0),
    ]),
  ) as unknown as SinkFigures;
  const violations = verdicts.flatMap((verdict) => verdict.violations);
  const hasProvenNothing = mustSeeDuplicates && total.duplicates === 0;
  return {
    repetitions: verdicts.length,
    disruptions: verdicts.reduce((sum, { disruptions }) => sum + disruptions, 0),
    total,
    violations: hasProvenNothing ? [...violations, SAW_NONE] : violations,
  };
}

const SAW_NONE: Violation = {
  kind: 'empty',
  sink: '',
  id: '',
  text: 'saw none: no kill came between a delivery and its settling, so nothing is proven',
};
