/**
 * How fast everything goes: counters are looked at every two seconds, so that a rate is that of the
 * last ten seconds whoever asks; and a coarse course of the last hour for charts.
 */
import type { Clock } from '@viaduct/core';
import type { EngineStatus } from '@viaduct/engine';
import type { Flow } from './flow-counts.ts';
import { type LatencyHistogram, type Percentiles, percentilesOf } from './latencies.ts';

const SAMPLE_MS = 2_000;

/** Samples that a rate is made of: ten seconds. */
const SAMPLES_KEPT = 6;

/** Samples for one point of the course: ten seconds, and an hour of them. */
const SAMPLES_PER_POINT = 5;
const POINTS_KEPT = 360;

/** What is looked at. */
export interface PaceSample {
  readonly status: EngineStatus;
  readonly flows: readonly Flow[];
  readonly latencies: ReadonlyMap<string, LatencyHistogram>;
}

/** Events a second, over the last ten seconds. */
export interface Rates {
  /** By source: native messages received, events stored. */
  readonly sources: ReadonlyMap<string, { readonly received: number; readonly appended: number }>;
  /** By sink: events that left, or were confirmed. */
  readonly sinks: ReadonlyMap<string, { readonly out: number }>;
  /** By {@link flowKey}. */
  readonly flows: ReadonlyMap<string, number>;
  /** By sink, over the last ten seconds. */
  readonly latencies: ReadonlyMap<string, Percentiles>;
}

/** One point of the course. */
export interface PacePoint {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly sources: Readonly<Record<string, { readonly appendedPerSecond: number }>>;
  readonly sinks: Readonly<
    Record<
      string,
      { readonly outPerSecond: number; readonly pending: number; readonly latency?: Percentiles }
    >
  >;
}

/** See the file's comment. */
export interface Pace {
  rates(): Rates;
  /** The oldest first. */
  course(): readonly PacePoint[];
  close(): void;
}

/** The key of a way in {@link Rates.flows}. */
export function flowKey(source: string, sink: string): string {
  return `${source}\n${sink}`;
}

interface Sample extends PaceSample {
  readonly at: number;
}

/** Looks from now on; `look` gives nothing while no engine runs. */
export function createPace(clock: Clock, look: () => PaceSample | undefined): Pace {
  let samples: readonly Sample[] = [];
  let points: readonly PacePoint[] = [];
  let count = 0;
  let cancel = (): void => undefined;
  const sample = (): void => {
    const seen = look();
    if (seen !== undefined) {
      samples = [...samples, { ...seen, at: clock.now() }].slice(-SAMPLES_KEPT);
      count += 1;
      if (count % SAMPLES_PER_POINT === 0)
        points = [...points, pointOf(samples)].slice(-POINTS_KEPT);
    }
    cancel = clock.after(SAMPLE_MS, sample);
  };
  sample();
  return { rates: () => ratesOf(samples), course: () => points, close: () => cancel() };
}

function ratesOf(samples: readonly Sample[]): Rates {
  const first = samples[0];
  const last = samples.at(-1);
  const seconds = first === undefined || last === undefined ? 0 : (last.at - first.at) / 1000;
  // An engine that was made anew counts from zero: no rate is negative.
  const rate = (now = 0, before = 0): number =>
    seconds <= 0 ? 0 : Math.round((Math.max(0, now - before) / seconds) * 10) / 10;
  const sources = byName(first?.status.sources ?? []);
  const sinks = byName(first?.status.sinks ?? []);
  const flows = new Map(first?.flows.map((flow) => [flowKey(flow.source, flow.sink), flow.events]));
  return {
    sources: new Map(
      last?.status.sources.map(({ name, counters }) => {
        const before = sources.get(name)?.counters;
        const received = rate(counters.deliveries, before?.deliveries);
        return [name, { received, appended: rate(counters.appended, before?.appended) }];
      }),
    ),
    sinks: new Map(
      last?.status.sinks.map(({ name, counters }) => {
        const before = sinks.get(name)?.counters;
        const out = counters.sent + counters.delivered;
        const outBefore = (before?.sent ?? 0) + (before?.delivered ?? 0);
        return [name, { out: rate(out, outBefore) }];
      }),
    ),
    flows: new Map(
      last?.flows.map(({ source, sink, events }) => {
        const key = flowKey(source, sink);
        return [key, rate(events, flows.get(key))];
      }),
    ),
    latencies: latenciesOf(first, last),
  };
}

function latenciesOf(
  first: Sample | undefined,
  last: Sample | undefined,
): ReadonlyMap<string, Percentiles> {
  const found = new Map<string, Percentiles>();
  for (const [sink, histogram] of last?.latencies ?? []) {
    const percentiles = percentilesOf(histogram, first?.latencies.get(sink));
    if (percentiles !== undefined) found.set(sink, percentiles);
  }
  return found;
}

function pointOf(samples: readonly Sample[]): PacePoint {
  const rates = ratesOf(samples);
  const last = samples.at(-1);
  return {
    at: last?.at ?? 0,
    sources: Object.fromEntries(
      [...rates.sources].map(([name, { appended }]) => [name, { appendedPerSecond: appended }]),
    ),
    sinks: Object.fromEntries(
      (last?.status.sinks ?? []).map(({ name, lag }) => {
        const latency = rates.latencies.get(name);
        const outPerSecond = rates.sinks.get(name)?.out ?? 0;
        const pending = lag?.pending ?? 0;
        return [name, { outPerSecond, pending, ...(latency === undefined ? {} : { latency }) }];
      }),
    ),
  };
}

function byName<T extends { readonly name: string }>(list: readonly T[]): ReadonlyMap<string, T> {
  return new Map(list.map((one) => [one.name, one]));
}
