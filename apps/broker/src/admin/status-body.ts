/** The state of everything at one moment, as the API answers it and the console shows it. */
import { statfs } from 'node:fs/promises';
import { type SinkCapabilities, sinkCapabilities, type SourceCapabilities } from '@viaduct/core';
import type { EngineState, SinkStatus, SourceStatus } from '@viaduct/engine';
import type { Gap, SubscriptionLag } from '@viaduct/journal';
import type { ConfiguredSink, ConfiguredSource } from '../config/configuration.ts';
import type { RunningBroker } from '../running/running-broker.ts';
import { type AdminContext, served } from './context.ts';
import type { Flow } from './flow-counts.ts';
import type { Percentiles } from './latencies.ts';
import {
  flowKey,
  type PacePoint,
  type Rates,
  SILENT,
  type SinkRates,
  type SourceRates,
  STILL,
  type StorePoint,
} from './pace.ts';
import { type RouteBody, routeBody } from './route-status.ts';

/** One source. */
export interface SourceBody extends SourceStatus {
  readonly adapter: string;
  readonly system: string;
  /** Over the last ten seconds. */
  readonly perSecond: SourceRates;
  /** What its adapter counts beside, by word. */
  readonly counts: Readonly<Record<string, number>>;
  readonly capabilities: Partial<SourceCapabilities>;
}

/** One sink. */
export interface SinkBody extends SinkStatus {
  readonly adapter: string;
  /** The configured sink that it is a part of. */
  readonly partOf?: string;
  /** Over the last ten seconds. */
  readonly perSecond: SinkRates;
  /** From append to outcome, over the last ten seconds; missing when nothing went out. */
  readonly latency?: Percentiles;
  readonly counts: Readonly<Record<string, number>>;
  readonly capabilities: Partial<SinkCapabilities>;
}

/** The process. Times are milliseconds since the epoch. */
export interface BrokerBody {
  readonly name: string;
  readonly id: string;
  readonly version: string;
  readonly pid: number;
  /** The version of Node. */
  readonly node: string;
  readonly startedAt: number;
  readonly now: number;
  /** The file. */
  readonly configuration: string;
  /** Who watches events live. */
  readonly watchers: number;
}

/** Events from one source to one sink, since the start. */
export interface FlowBody extends Flow {
  /** Over the last ten seconds. */
  readonly perSecond: number;
}

/** A sink that was removed from the configuration, and what it is still owed. */
export interface RetiredSink extends Partial<SubscriptionLag> {
  readonly name: string;
}

/** The journal and the disk that it is on. */
export interface JournalBody extends StorePoint {
  readonly folder: string;
  readonly entries: number;
  /** Found since the start. */
  readonly duplicates: number;
  readonly gaps: readonly Gap[];
  readonly deadLetters: number;
  readonly retired: readonly RetiredSink[];
  readonly retentionBytes: number;
  readonly retentionMs: number;
  readonly whenFull: 'block' | 'drop';
}

/** All of it. */
export interface StatusBody {
  readonly broker: BrokerBody;
  readonly state: EngineState;
  readonly sources: readonly SourceBody[];
  readonly sinks: readonly SinkBody[];
  readonly routes: readonly RouteBody[];
  readonly flows: readonly FlowBody[];
  readonly journal: JournalBody;
}

/** How everything went in the last hour. */
export interface CourseBody {
  /** From one point to the next. */
  readonly stepMs: number;
  /** The oldest first. */
  readonly points: readonly PacePoint[];
}

/** The status of the broker; refuses while none runs. */
export async function statusBody(context: AdminContext): Promise<StatusBody> {
  const { broker } = served(context);
  const { configuration, journal } = broker;
  const status = broker.engine.status();
  const rates = context.pace.rates();
  return {
    broker: {
      name: context.name,
      id: journal.brokerId,
      version: context.version,
      pid: process.pid,
      node: process.version,
      startedAt: context.startedAt,
      now: context.clock.now(),
      configuration: configuration.file,
      watchers: context.live.watchers,
    },
    state: status.state,
    sources: status.sources.map((source) => sourceBody(source, broker, rates)),
    sinks: status.sinks.map((sink) => sinkBody(sink, broker, rates)),
    routes: configuration.routes.map((route, index) =>
      routeBody(route, index, {
        configuration,
        sinks: status.sinks,
        rates,
        failures: context.routeFailures,
      }),
    ),
    flows: context.flows.list().map((flow) => ({
      ...flow,
      perSecond: rates.flows.get(flowKey(flow.source, flow.sink)) ?? 0,
    })),
    journal: await journalBody(broker),
  };
}

/** One source as the API shows it. */
export function sourceBody(source: SourceStatus, broker: RunningBroker, rates: Rates): SourceBody {
  const configured = named(broker.configuration.sources, source.name);
  return {
    ...source,
    adapter: adapterOf(configured?.adapter.sources, configured),
    system: configured?.system ?? source.name,
    perSecond: rates.sources.get(source.name) ?? SILENT,
    counts: countsOf(source.name, broker.counts),
    capabilities: configured?.kind.capabilities ?? {},
  };
}

/** One sink as the API shows it. */
export function sinkBody(sink: SinkStatus, broker: RunningBroker, rates: Rates): SinkBody {
  const configured = named(broker.configuration.sinks, sink.name);
  const latency = rates.latencies.get(sink.name);
  return {
    ...sink,
    adapter: adapterOf(configured?.adapter.sinks, configured),
    ...(configured?.partOf === undefined ? {} : { partOf: configured.partOf }),
    perSecond: rates.sinks.get(sink.name) ?? STILL,
    ...(latency === undefined ? {} : { latency }),
    counts: countsOf(sink.name, broker.counts),
    capabilities:
      configured === undefined ? {} : sinkCapabilities(configured.kind, configured.options),
  };
}

/** What an adapter counted for one source or sink, by its word. */
function countsOf(
  endpoint: string,
  counts: ReadonlyMap<string, number>,
): Readonly<Record<string, number>> {
  const prefix = `${endpoint}.`;
  const own = [...counts].filter(
    ([key]) => key.startsWith(prefix) && !key.slice(prefix.length).includes('.'),
  );
  return Object.fromEntries(own.map(([key, count]) => [key.slice(prefix.length), count]));
}

function named<T extends { readonly name: string }>(list: readonly T[], name: string) {
  return list.find((one) => one.name === name);
}

/** As the configuration writes it: `oslo`, `cloudevents.http`. */
function adapterOf(
  kinds: Readonly<Record<string, unknown>> | undefined,
  configured: ConfiguredSource | ConfiguredSink | undefined,
): string {
  if (configured === undefined) return '';
  const { name } = configured.adapter;
  const kind = Object.entries(kinds ?? {}).find(([, one]) => one === configured.kind)?.[0];
  return kind === undefined || kind === 'default' ? name : `${name}.${kind}`;
}

async function journalBody({ journal, configuration }: RunningBroker): Promise<JournalBody> {
  const { data, journal: limits } = configuration.broker;
  const [stats, deadLetters, free] = await Promise.all([
    journal.stats(),
    journal.deadLetters.count(),
    diskFreeBytes(data),
  ]);
  const { entries, bytes, duplicates, gaps, subscriptions } = stats;
  const retired = (await journal.subscriptions()).filter((one) => one.retired);
  return {
    folder: data,
    entries,
    bytes,
    duplicates,
    gaps,
    deadLetters,
    retired: retired.map(({ name }) => ({ name, ...subscriptions[name] })),
    retentionBytes: limits.retentionBytes,
    retentionMs: limits.retentionMs,
    whenFull: limits.whenFull,
    ...(free === undefined ? {} : { diskFreeBytes: free }),
  };
}

/** What the course keeps of the journal. */
export async function storePoint({ journal, configuration }: RunningBroker): Promise<StorePoint> {
  const [{ bytes }, free] = await Promise.all([
    journal.stats(),
    diskFreeBytes(configuration.broker.data),
  ]);
  return { bytes, ...(free === undefined ? {} : { diskFreeBytes: free }) };
}

async function diskFreeBytes(folder: string): Promise<number | undefined> {
  const disk = await statfs(folder).catch(() => undefined);
  return disk === undefined ? undefined : disk.bavail * disk.bsize;
}
