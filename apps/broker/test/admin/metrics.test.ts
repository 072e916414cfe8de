import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@viaduct/testkit';
import { describe, expect, it } from 'vitest';
import { metricsReference } from '../../../../tools/metrics-reference.ts';
import { METRICS } from '../../src/admin/metrics/metric-table.ts';
import { PATIENCE, type Stage, startStage } from './stage.ts';

const PAGE = join(import.meta.dirname, '../../../../docs/metrics.md');

/** Series by name and labels. */
async function scrape(stage: Stage): Promise<ReadonlyMap<string, number>> {
  const { status, headers, text } = await stage.get('/metrics');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, series = '', value = ''] = /^(.+) (\S+)$/.exec(line) ?? [];
      return [series, Number(value)];
    }),
  );
}

describe('the metrics', () => {
  it('are all documented, and all that is documented is exposed', async () => {
    const stage = await startStage();
    const { text } = await stage.get('/metrics');
    const exposed = [...text.matchAll(/^# TYPE (\S+) \S+$/gm)].map(([, name]) => name);
    const page = await readFile(PAGE, 'utf8');
    const documented = [...page.matchAll(/^\| `([a-z0-9_]+)`/gm)].map(([, name]) => name);
    expect(exposed.toSorted()).toEqual(documented.toSorted());
    expect(new Set(exposed).size).toBe(exposed.length);
    expect(page).toBe(await metricsReference());
  });

  it('are named and labelled as Prometheus asks', async () => {
    const stage = await startStage();
    await stage.post('a');
    const { text } = await stage.get('/metrics');
    for (const [, name = '', type] of text.matchAll(/^# TYPE (viaduct_\S+) (\S+)$/gm)) {
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
    }
    for (const { name, labels } of METRICS) {
      const series = [...text.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? `, 'gm'))];
      for (const [, written = ''] of series) {
        const found = [...written.matchAll(/([a-z]+)="/g)].map(([, label]) => label);
        expect(found, name).toEqual(labels);
      }
    }
  });

  it('count what went in and out, sent and delivered apart', async () => {
    const sinks = '  nms: { adapter: snmp, target: "127.0.0.1:9", version: 2, community: hush }';
    const stage = await startStage({ sinks, routes: '  - { from: web, to: nms }' });
    for (const id of ['a', 'b', 'c']) await stage.post(id, { data: { n: 1 } });
    const isDone = async () => {
      const found = await scrape(stage);
      const sent = found.get('viaduct_sink_sent_total{sink="nms"}');
      return sent === 3 && found.get('viaduct_sink_delivered_total{sink="out"}') === 3;
    };
    await waitFor(isDone, { ...PATIENCE, what: 'three events out of both' });
    const found = await scrape(stage);
    const expected: Readonly<Record<string, number>> = {
      viaduct_ready: 1,
      'viaduct_source_appended_total{source="web"}': 3,
      'viaduct_source_state{source="web",state="connected"}': 1,
      'viaduct_source_state{source="web",state="waiting"}': 0,
      'viaduct_sink_delivered_total{sink="nms"}': 0,
      'viaduct_sink_sent_total{sink="out"}': 0,
      'viaduct_sink_pending{sink="out"}': 0,
      'viaduct_flow_events_total{source="web",sink="nms"}': 3,
      'viaduct_sink_delivery_seconds_count{sink="out"}': 3,
      'viaduct_sink_delivery_seconds_bucket{le="+Inf",sink="nms"}': 3,
      viaduct_journal_entries: 3,
      viaduct_dead_letters: 0,
    };
    for (const [series, value] of Object.entries(expected)) {
      expect(found.get(series), series).toBe(value);
    }
    expect(found.get('viaduct_sink_losses_total{sink="nms"}')).toBeGreaterThan(0);
    expect(found.get('viaduct_journal_bytes')).toBeGreaterThan(0);
    expect(found.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  });
});
