/** The state of everything at one moment, as the API answers it and the console shows it. */
import { statfs } from 'node:fs/promises';
import { sinkCapabilities, type JsonObject } from '@viaduct/core';
import type { SinkStatus, SourceStatus } from '@viaduct/engine';
import type { ConfiguredSink, ConfiguredSource } from '../config/configuration.ts';
import type { RunningBroker } from '../running-broker.ts';
import { type AdminContext, served } from './context.ts';
import type { Percentiles } from './latencies.ts';
import { flowKey, type Rates } from './pace.ts';

/** One source. */
export interface SourceBody extends SourceStatus {
  readonly adapter: string;
  readonly system: string;
  /** Events a second over the last ten seconds. */
  readonly perSecond: { readonly received: number; readonly appended: number };
  /** What its adapter counts beside, by word. */
  readonly counts: Readonly<Record<string, number>>;
  readonly capabilities: object;
}

/** One sink. */
export interface SinkBody extends SinkStatus {
  readonly adapter: string;
  /** The configured sink that it is a part of. */
  readonly partOf?: string;
  /** Events that left or were confirmed, a second, over the last ten seconds. */
  readonly perSecond: { readonly out: number };
  /** From append to outcome, over the last ten seconds; missing when nothing went out. */
  readonly latency?: Percentiles;
  readonly counts: Readonly<Record<string, number>>;
  readonly capabilities: object;
}

/** All of it. */
export interface StatusBody {
  readonly broker: JsonObject;
  readonly state: string;
  readonly sources: readonly SourceBody[];
  readonly sinks: readonly SinkBody[];
  readonly routes: readonly object[];
  readonly flows: readonly object[];
  readonly journal: object;
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
    routes: configuration.routes.map((route, index) => ({ index, ...route })),
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
    perSecond: rates.sources.get(source.name) ?? { received: 0, appended: 0 },
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
    perSecond: rates.sinks.get(sink.name) ?? { out: 0 },
    ...(latency === undefined ? {} : { latency }),
    counts: countsOf(sink.name, broker.counts),
    capabilities:
      configured === undefined ? {} : sinkCapabilities(configured.kind, configured.options),
  };
}

/** What an adapter counted for one source or sink, by its word. */
export function countsOf(
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

async function journalBody({ journal, configuration }: RunningBroker): Promise<object> {
  const { data, journal: limits } = configuration.broker;
  const [stats, deadLetters, disk] = await Promise.all([
    journal.stats(),
    journal.deadLetters.count(),
    statfs(data).catch(() => undefined),
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
    ...(disk === undefined ? {} : { diskFreeBytes: disk.bavail * disk.bsize }),
  };
}
