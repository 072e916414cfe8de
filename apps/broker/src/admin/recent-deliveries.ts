/**
 * What became of the latest deliveries: when, how, at which attempt, after how long. The journal
 * keeps what is owed and what failed for good; of what went well it keeps only that it did. A ring
 * of fixed size in typed arrays, because every delivery passes here.
 */
import type { Clock, Outcome } from '@viaduct/core';
import type { Claimed } from '@viaduct/journal';

/** Deliveries remembered: 2 MiB. */
const DELIVERIES_MAX = 65_536;

/** Refusals and outages whose code and message are kept. */
const FAILURES_MAX = 4_096;

const KINDS = ['sent', 'delivered', 'refused', 'unavailable'] as const;

/** One attempt at one sink. */
export interface RecentDelivery {
  readonly sink: string;
  /** When its outcome was known, milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: Outcome['kind'];
  readonly attempt: number;
  /** From the event's append to its outcome. */
  readonly latencyMs: number;
  readonly code?: string;
  readonly message?: string;
}

/** See the file's comment. */
export interface RecentDeliveries {
  add(sink: string, claimed: readonly Claimed[], outcomes: readonly Outcome[]): void;
  /** What is remembered of the entry at a position, the oldest first. */
  of(position: number): readonly RecentDelivery[];
}

interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Remembers nothing yet. */
export function createRecentDeliveries(clock: Clock): RecentDeliveries {
  const positions = new Float64Array(DELIVERIES_MAX);
  const times = new Float64Array(DELIVERIES_MAX);
  const latencies = new Float64Array(DELIVERIES_MAX);
  const sinkIndices = new Uint16Array(DELIVERIES_MAX);
  const attempts = new Uint16Array(DELIVERIES_MAX);
  const kinds = new Uint8Array(DELIVERIES_MAX);
  const sinks: string[] = [];
  const indexOf = new Map<string, number>();
  /** By their number in the order of `added`. */
  const failures = new Map<number, Failure>();
  let added = 0;

  const sinkIndex = (sink: string): number => {
    const known = indexOf.get(sink);
    if (known !== undefined) return known;
    indexOf.set(sink, sinks.length);
    return sinks.push(sink) - 1;
  };
  const noteFailure = (outcome: Outcome): void => {
    if (outcome.kind === 'sent' || outcome.kind === 'delivered') return;
    const [oldest] = failures.keys();
    if (failures.size >= FAILURES_MAX && oldest !== undefined) failures.delete(oldest);
    failures.set(added, { code: outcome.code, message: outcome.message });
  };
  return {
    add: (sink, claimed, outcomes) => {
      const index = sinkIndex(sink);
      const now = clock.now();
      for (let at = 0; at < claimed.length; at += 1) {
        const one = claimed[at];
        const outcome = outcomes[at];
        if (one === undefined || outcome === undefined) continue;
        const slot = added % DELIVERIES_MAX;
        positions[slot] = one.entry.position;
        times[slot] = now;
        latencies[slot] = now - one.entry.appendedAt;
        sinkIndices[slot] = index;
        attempts[slot] = one.attempt;
        kinds[slot] = KINDS.indexOf(outcome.kind);
        noteFailure(outcome);
        added += 1;
      }
    },
    of: (position) => {
      const found: RecentDelivery[] = [];
      for (let number = Math.max(0, added - DELIVERIES_MAX); number < added; number += 1) {
        const slot = number % DELIVERIES_MAX;
        if (positions[slot] !== position) continue;
        found.push({
          sink: sinks[sinkIndices[slot] ?? 0] ?? '',
          at: times[slot] ?? 0,
          outcome: KINDS[kinds[slot] ?? 0] ?? 'sent',
          attempt: attempts[slot] ?? 1,
          latencyMs: latencies[slot] ?? 0,
          ...failures.get(number),
        });
      }
      return found;
    },
  };
}
