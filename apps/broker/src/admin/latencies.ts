/**
 * How long events take from the journal to their sinks: histograms of fixed buckets, one for each
 * sink, cheap enough for every delivery, and readable by Prometheus as they are.
 */
import type { Clock, Outcome } from '@viaduct/core';
import type { Claimed } from '@viaduct/journal';

/** Upper bounds of the buckets, in seconds; the last is open. */
export const LATENCY_BUCKETS_S: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200,
];

const BOUNDS_MS = LATENCY_BUCKETS_S.map((seconds) => seconds * 1000);

/** A histogram since the start. */
export interface LatencyHistogram {
  /** Deliveries of each bucket, not added up; one more than there are bounds. */
  readonly counts: readonly number[];
  readonly sumSeconds: number;
}

/** Percentiles, in milliseconds: upper bounds of what the buckets can tell apart. */
export interface Percentiles {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** See the file's comment. */
export interface LatencyBook {
  add(sink: string, claimed: readonly Claimed[], outcomes: readonly Outcome[]): void;
  /** By sink. */
  histograms(): ReadonlyMap<string, LatencyHistogram>;
}

/** Nothing measured yet. */
export function createLatencyBook(clock: Clock): LatencyBook {
  const bySink = new Map<string, { counts: number[]; sumMs: number }>();
  return {
    add: (sink, claimed, outcomes) => {
      let histogram = bySink.get(sink);
      if (histogram === undefined) {
        histogram = { counts: Array.from({ length: BOUNDS_MS.length + 1 }, () => 0), sumMs: 0 };
        bySink.set(sink, histogram);
      }
      const now = clock.now();
      for (let index = 0; index < claimed.length; index += 1) {
        const kind = outcomes[index]?.kind;
        if (kind !== 'sent' && kind !== 'delivered') continue;
        const latencyMs = Math.max(0, now - (claimed[index]?.entry.appendedAt ?? now));
        histogram.sumMs += latencyMs;
        const bucket = bucketOf(latencyMs);
        histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
      }
    },
    histograms: () =>
      new Map(
        [...bySink].map(([sink, { counts, sumMs }]) => [
          sink,
          { counts: [...counts], sumSeconds: sumMs / 1000 },
        ]),
      ),
  };
}

function bucketOf(latencyMs: number): number {
  let bucket = 0;
  while (bucket < BOUNDS_MS.length && latencyMs > (BOUNDS_MS[bucket] ?? 0)) bucket += 1;
  return bucket;
}

/**
 * Percentiles of what came between two histograms, or since the start; `undefined` where nothing
 * did.
 */
export function percentilesOf(
  later: LatencyHistogram,
  earlier?: LatencyHistogram,
): Percentiles | undefined {
  const counts = later.counts.map((count, index) => count - (earlier?.counts[index] ?? 0));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) return undefined;
  const at = (share: number): number => {
    let seen = 0;
    for (const [index, count] of counts.entries()) {
      seen += count;
      if (seen >= share * total) return BOUNDS_MS[index] ?? Infinity;
    }
    return Infinity;
  };
  const bounded = (share: number): number => Math.min(at(share), BOUNDS_MS.at(-1) ?? 0);
  return { p50Ms: bounded(0.5), p95Ms: bounded(0.95), p99Ms: bounded(0.99) };
}
