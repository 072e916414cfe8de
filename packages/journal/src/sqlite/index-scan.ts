/** One pass over the index of the segments: what everybody is owed, when, and what is lost. */
import type { PositionRange } from '../errors.ts';
import { PositionRanges } from './position-ranges.ts';
import type { TimeSamples } from './protocol.ts';
import type { Batch, LostBatch } from './segment.ts';

/** Samples of time kept of a scan; `oldestAt` is as exact as they are dense. */
const SAMPLES_MAX = 8192;

/** What a scan found. */
export interface IndexScan {
  readonly owed: ReadonlyMap<string, PositionRanges>;
  readonly times: TimeSamples;
  readonly lost: readonly PositionRange[];
}

/** Whom a scan is for. */
export interface Scanned {
  readonly name: string;
  /** Up to this position it is owed everything; 0 where it is owed only what names it. */
  readonly pastUntil: number;
}

/** Scans for the given subscriptions; `onBatch` sees every batch that can be read. */
export function scanIndex(
  batches: Iterable<Batch | LostBatch>,
  subscriptions: readonly Scanned[],
  onBatch: (batch: Batch) => void,
): IndexScan {
  const owed = new Map(subscriptions.map(({ name }) => [name, new PositionRanges()]));
  const greedy = new Map(subscriptions.map(({ name, pastUntil }) => [name, pastUntil]));
  const lost: { first: number; last: number }[] = [];
  let samples: [first: number, at: number][] = [];
  for (const batch of batches) {
    if ('damage' in batch) {
      addLost(lost, batch.first, batch.first + batch.count - 1);
      continue;
    }
    onBatch(batch);
    if (samples.at(-1)?.[1] !== batch.at) samples.push([batch.first, batch.at]);
    if (samples.length > SAMPLES_MAX) samples = samples.filter((_, index) => index % 2 === 0);
    let position = batch.first;
    // Its end is the end of a batch: it was the last position at a moment between two appends.
    const isPast = (name: string): boolean => batch.first <= (greedy.get(name) ?? 0);
    for (const [name, ranges] of owed) {
      if (isPast(name)) ranges.add(position, position + batch.count - 1);
    }
    for (const [count, targets] of batch.targets) {
      for (const target of targets) {
        if (!isPast(target)) owed.get(target)?.add(position, position + count - 1);
      }
      position += count;
    }
  }
  const times = {
    firsts: Float64Array.from(samples, ([first]) => first),
    ats: Float64Array.from(samples, ([, at]) => at),
  };
  return { owed, times, lost };
}

function addLost(lost: { first: number; last: number }[], first: number, last: number): void {
  const previous = lost.at(-1);
  if (previous?.last === first - 1) previous.last = last;
  else lost.push({ first, last });
}
