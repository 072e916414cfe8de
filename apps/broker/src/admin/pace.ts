/**
 * How fast everything goes: counters are looked at every two seconds, so that a rate is that of the
 * last ten seconds whoever asks; and a coarse course of the last hour for charts.
 */
import type { Clock } from '@viaduct/core';
import type { EngineStatus, SinkStatus } from '@viaduct/engine';
import type { Flow } from './flow-counts.ts';
import { type LatencyHistogram, type Percentiles, percentilesOf } from './latencies.ts';

const SAMPLE_MS = 2_000;

/** Samples that a rate is made of: ten seconds. */
const SAMPLES_KEPT = 6;

/** Samples for one point of the course: ten seconds, and an hour of them. */
const SAMPLES_PER_POINT = 5;
const POINTS_KEPT = 360;

/** From one point of the course to the next, milliseconds. */
export const POINT_MS: number = SAMPLE_MS * SAMPLES_PER_POINT;

/** What is looked at. */
export interface PaceSample {
  readonly status: EngineStatus;
  readonly flows: readonly Flow[];
  readonly latencies: ReadonlyMap<string, LatencyHistogram>;
}

/** Of a sink, events a second. */
export interface SinkRates {
  /** Both of them. */
  readonly out: number;
  /** Nobody confirmed them. */
  readonly sent: number;
  /** The peer confirmed them. */
  readonly delivered: number;
  /** Attempts that the peer refused; of none of the others. */
  readonly refused: number;
}

/** Of a source, a second. */
export interface SourceRates {
  /** Native messages received. */
  readonly received: number;
  /** Events stored. */
  readonly appended: number;
  /** Messages that became dead letters: they were not understood. */
  readonly deadLetters: number;
}

/** Events a second, over the last ten seconds. */
export interface Rates {
  /** By source. */
  readonly sources: ReadonlyMap<string, SourceRates>;
  /** By sink. */
  readonly sinks: ReadonlyMap<string, SinkRates>;
  /** By {@link flowKey}. */
  readonly flows: ReadonlyMap<string, number>;
  /** By sink, over the last ten seconds. */
  readonly latencies: ReadonlyMap<string, Percentiles>;
}

/** One point of the course. */
export interface PacePoint {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly sources: Readonly<Record<string, SourcePoint>>;
  readonly sinks: Readonly<Record<string, SinkPoint>>;
  /** Missing until it was measured, and where it cannot be. */
  readonly journal?: StorePoint;
}

/** A source at one point of the course. */
export interface SourcePoint {
  readonly receivedPerSecond: number;
  readonly appendedPerSecond: number;
}

/** A sink at one point of the course. */
export interface SinkPoint {
  /** Both of the following. */
  readonly outPerSecond: number;
  readonly sentPerSecond: number;
  readonly deliveredPerSecond: number;
  /** Events owed and not settled. */
  readonly pending: number;
  /** How long the oldest of them has been waiting, milliseconds; 0: there is none. */
  readonly oldestAgeMs: number;
  readonly latency?: Percentiles;
}

/** The journal at one point of the course. */
export interface StorePoint {
  readonly bytes: number;
  /** Left on the disk that it is on; missing where the system does not say. */
  readonly diskFreeBytes?: number;
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

/**
 * Looks from now on; `look` gives nothing while no engine runs. `measure` takes longer, is asked
 * once for each point of the course, and gives nothing where it cannot.
 */
export function createPace(
  clock: Clock,
  look: () => PaceSample | undefined,
  measure: () => Promise<StorePoint | undefined>,
): Pace {
  let samples: readonly Sample[] = [];
  let points: readonly PacePoint[] = [];
  let count = 0;
  let cancel = (): void => undefined;
  const complete = async (point: PacePoint): Promise<void> => {
    const journal = await measure().catch(() => undefined);
    if (journal === undefined) return;
    points = points.map((one) => (one === point ? { ...one, journal } : one));
  };
  const sample = (): void => {
    const seen = look();
    if (seen !== undefined) {
      samples = [...samples, { ...seen, at: clock.now() }].slice(-SAMPLES_KEPT);
      count += 1;
      if (count % SAMPLES_PER_POINT === 0) {
        const point = pointOf(samples);
        points = [...points, point].slice(-POINTS_KEPT);
        void complete(point);
      }
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
        const appended = rate(counters.appended, before?.appended);
        const deadLetters = rate(counters.deadLetters, before?.deadLetters);
        return [name, { received, appended, deadLetters }];
      }),
    ),
    sinks: new Map(
      last?.status.sinks.map(({ name, counters }) => {
        const before = sinks.get(name)?.counters;
        const sent = rate(counters.sent, before?.sent);
        const delivered = rate(counters.delivered, before?.delivered);
        const refused = rate(counters.refused, before?.refused);
        return [name, { out: sent + delivered, sent, delivered, refused }];
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
      [...rates.sources].map(([name, { received, appended }]) => [
        name,
        { receivedPerSecond: received, appendedPerSecond: appended },
      ]),
    ),
    sinks: Object.fromEntries(
      (last?.status.sinks ?? []).map((sink) => [sink.name, sinkPointOf(sink, rates)]),
    ),
  };
}

function sinkPointOf({ name, lag, oldestAgeMs }: SinkStatus, rates: Rates): SinkPoint {
  const { out, sent, delivered } = rates.sinks.get(name) ?? STILL;
  const latency = rates.latencies.get(name);
  return {
    outPerSecond: out,
    sentPerSecond: sent,
    deliveredPerSecond: delivered,
    pending: lag?.pending ?? 0,
    oldestAgeMs,
    ...(latency === undefined ? {} : { latency }),
  };
}

/** Of a sink that has just come. */
export const STILL: SinkRates = { out: 0, sent: 0, delivered: 0, refused: 0 };

/** Of a source that has just come. */
export const SILENT: SourceRates = { received: 0, appended: 0, deadLetters: 0 };

function byName<T extends { readonly name: string }>(list: readonly T[]): ReadonlyMap<string, T> {
  return new Map(list.map((one) => [one.name, one]));
}
