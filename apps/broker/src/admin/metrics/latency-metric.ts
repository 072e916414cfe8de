/** The histogram of latencies in the form that a registry of prom-client takes. */
import type { Metric } from 'prom-client';
import { LATENCY_BUCKETS_S, type LatencyHistogram } from '../latencies.ts';

/** Its name. */
export const LATENCY_NAME = 'viaduct_sink_delivery_seconds';

/** What it says. */
export const LATENCY_HELP =
  'From an event in the journal to its outcome `sent` or `delivered` at a sink, in seconds.';

/**
 * Counts are kept by us, in arrays, because every delivery passes; prom-client's own histogram
 * hashes labels for each. A registry asks nothing of a metric but its name and `get`.
 */
export function latencyMetric(histograms: () => ReadonlyMap<string, LatencyHistogram>): Metric {
  const metric = {
    name: LATENCY_NAME,
    get: async () =>
      Promise.resolve({
        name: LATENCY_NAME,
        help: LATENCY_HELP,
        type: 'histogram',
        aggregator: 'sum',
        values: [...histograms()].flatMap(([sink, histogram]) => seriesOf(sink, histogram)),
      }),
  };
  return metric as unknown as Metric;
}

function seriesOf(sink: string, { counts, sumSeconds }: LatencyHistogram): readonly object[] {
  let total = 0;
  const buckets = [...LATENCY_BUCKETS_S, '+Inf'].map((le, index) => {
    total += counts[index] ?? 0;
    return { metricName: `${LATENCY_NAME}_bucket`, labels: { le, sink }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${LATENCY_NAME}_sum`, labels: { sink }, value: sumSeconds },
    { metricName: `${LATENCY_NAME}_count`, labels: { sink }, value: total },
  ];
}
