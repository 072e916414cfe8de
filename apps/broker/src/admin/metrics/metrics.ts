/** What Prometheus scrapes: our table, the latencies, and the process as prom-client sees it. */
import { statfs } from 'node:fs/promises';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { AdminContext } from '../context.ts';
import type { LatencyHistogram } from '../latencies.ts';
import { LATENCY_HELP, LATENCY_NAME, latencyMetric } from './latency-metric.ts';
import { METRICS, type MetricView } from './metric-table.ts';

/** The exposition of all metrics. */
export interface Exposition {
  readonly contentType: string;
  /** In the text format of Prometheus, version 0.0.4. */
  text(): Promise<string>;
}

/** What the reference page lists of one metric. */
export interface MetricDescription {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

/** What metrics are made of. */
export type MeteredContext = Omit<AdminContext, 'exposition'>;

/** Metrics of one process: its event loop is watched from now on. */
export function createExposition(context: MeteredContext): Exposition {
  const { registry, fill } = createRegistry(() => context.latencies.histograms());
  return {
    contentType: registry.contentType,
    text: async () => {
      fill(await viewOf(context));
      return registry.metrics();
    },
  };
}

/** Every metric that a broker exposes, for the reference page. */
export async function describeMetrics(): Promise<readonly MetricDescription[]> {
  const { registry } = createRegistry(() => new Map());
  const exposed = await registry.getMetricsAsJSON();
  const labels = new Map(METRICS.map((metric) => [metric.name, metric.labels]));
  labels.set(LATENCY_NAME, ['sink', 'le']);
  return exposed.map(({ name, type, help }) => ({
    name,
    type: String(type),
    labels: labels.get(name) ?? [],
    help: name === LATENCY_NAME ? LATENCY_HELP : help,
  }));
}

/** Gauges of prom-client with the suffix of counters; `nodejs_active_…` without it say the same. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

interface Filled {
  readonly registry: Registry;
  readonly fill: (view: MetricView) => void;
}

function createRegistry(histograms: () => ReadonlyMap<string, LatencyHistogram>): Filled {
  const registry = new Registry();
  const fills = METRICS.map(({ name, type, help, labels, values }) => {
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    const metric = type === 'counter' ? new Counter(options) : new Gauge(options);
    return (view: MetricView): void => {
      metric.reset();
      for (const { labels: own, value } of values(view)) metric.inc(own, value);
    };
  });
  registry.registerMetric(latencyMetric(histograms));
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  return {
    registry,
    fill: (view) => {
      for (const fill of fills) fill(view);
    },
  };
}

async function viewOf(context: MeteredContext): Promise<MetricView> {
  const { version, live, flows } = context;
  const about = { version, node: process.version, watchers: live.watchers, flows: flows.list() };
  const running = context.served();
  if (running === undefined) {
    return { ...about, isReady: false, sources: [], sinks: [], counts: new Map() };
  }
  const { engine, journal, configuration, counts } = running.broker;
  const { state, sources, sinks } = engine.status();
  const { data, journal: limits } = configuration.broker;
  const [stats, deadLetters, disk] = await Promise.all([
    journal.stats(),
    journal.deadLetters.count(),
    statfs(data).catch(() => undefined),
  ]);
  return {
    ...about,
    isReady: state === 'running',
    sources,
    sinks,
    counts,
    journal: {
      stats,
      deadLetters,
      retentionBytes: limits.retentionBytes,
      diskFreeBytes: disk === undefined ? undefined : disk.bavail * disk.bsize,
    },
  };
}
