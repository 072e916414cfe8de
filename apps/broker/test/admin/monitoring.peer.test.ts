import { join } from 'node:path';
import { waitFor } from '@viaduct/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { lintMetrics, promtool, startPrometheus } from '../../../../tools/peers/prometheus.ts';
import { requirePeer } from '../../../../tools/peers/started.ts';
import { alertRules, dashboardExpressions, DEPLOY } from './monitoring.ts';
import { PATIENCE, startStage } from './stage.ts';

requirePeer('prometheus');

const FOLDER = join(DEPLOY, 'prometheus');

it('promtool finds the alerts in order, and their cases true', () => {
  expect(promtool(FOLDER, 'check', 'rules', 'alerts.yaml')).toContain(
    `SUCCESS: ${String(alertRules().length)} rules found`,
  );
  expect(promtool(FOLDER, 'test', 'rules', 'alerts.test.yaml')).toContain('SUCCESS');
});

it('promtool finds the metrics of a broker in order', async () => {
  const stage = await startStage();
  await stage.post('a');
  const { text } = await stage.get('/metrics');
  expect(text).toContain('viaduct_source_received_total');
  expect(lintMetrics(text)).toBe('');
  expect(lintMetrics('# TYPE a_total gauge\na_total 1\n')).toMatch(/^exit code 3: a_total/);
});

it('a Prometheus that scrapes a broker answers every panel, and raises no alert', async () => {
  const stage = await startStage();
  await stage.post('a');
  const prometheus = await startPrometheus(stage.url.replace('http://', ''));
  onTestFinished(() => prometheus.stop());
  const count = async (expression: string): Promise<number> => {
    const { status, error, data } = await prometheus.query(expression);
    expect(`${status} ${error ?? ''}`, expression).toBe('success ');
    return data?.result.length ?? 0;
  };
  // Rates need two scrapes.
  const isScraped = async () =>
    (await count('rate(viaduct_source_received_total[1m])')) > 0 &&
    (await count('viaduct_sink_delivery_seconds_bucket')) > 0;
  await waitFor(isScraped, { ...PATIENCE, what: 'two scrapes' });
  const empty: string[] = [];
  for (const expression of dashboardExpressions()) {
    if ((await count(expression)) === 0) empty.push(expression);
  }
  // These have series only once something was dropped, or the process was started again.
  const rare = /viaduct_source_dropped_total|changes\(process_start_time_seconds/;
  expect(empty.filter((expression) => !rare.test(expression))).toEqual([]);
  for (const { alert, expr } of alertRules()) {
    // A forecast takes more than a few seconds of somebody else's disk: it waits a quarter of an hour.
    if (alert !== 'ViaductDiskFull') expect(await count(expr), alert).toBe(0);
  }
});
