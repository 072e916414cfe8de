/** The reference page of the metrics, made from what a broker exposes. */
import { describeMetrics, type MetricDescription } from '@viaduct/broker';
import { format, resolveConfig } from 'prettier';

const INTRODUCTION = `<!-- Made by tools/generate-metrics-reference.ts from the broker's tables: do not edit by hand. -->

# Metrics

\`GET /metrics\` of the [admin API](admin-api.md) answers in the text format of Prometheus. Counters begin
at zero with the process; the journal's own figures do not. Labels are names of your configuration, or
words of closed lists.

\`sent\` means that an event left and nobody confirms it (SNMP traps, ZeroMQ), \`delivered\` that the peer
confirmed it. They are never added up.

<!-- docs: not run: a configuration of Prometheus, not of Viaduct -->

\`\`\`yaml
scrape_configs:
  - job_name: viaduct
    static_configs: [{ targets: ['127.0.0.1:8080'] }]
    # authorization: { credentials_file: /etc/prometheus/viaduct-token } # where tokens are configured
\`\`\`
`;

/** What the page is divided into, by how names begin. */
const SECTIONS: readonly (readonly [title: string, prefix: RegExp])[] = [
  ['The broker', /^viaduct_(?!source_|sink_)/],
  ['Each source', /^viaduct_source_/],
  ['Each sink', /^viaduct_sink_/],
  ['The process', /^(?!viaduct_)/],
];

/** The whole page, formatted as the repository's documents are. */
export async function metricsReference(): Promise<string> {
  const metrics = await describeMetrics();
  const sections = SECTIONS.map(([title, prefix]) => {
    const own = metrics.filter(({ name }) => prefix.test(name));
    return `## ${title}\n\n${table(own)}`;
  });
  const file = new URL('../docs/metrics.md', import.meta.url).pathname;
  const text = [INTRODUCTION, ...sections].join('\n');
  return format(text, { ...(await resolveConfig(file)), parser: 'markdown' });
}

function table(metrics: readonly MetricDescription[]): string {
  const rows = metrics.map(({ name, type, labels, help }) => {
    const shown = labels.map((label) => `\`${label}\``).join(' ');
    return `| \`${name}\` | ${type} | ${shown} | ${help.replaceAll('|', '\\|')} |`;
  });
  return ['| name | type | labels | meaning |', '| --- | --- | --- | --- |', ...rows, ''].join(
    '\n',
  );
}
