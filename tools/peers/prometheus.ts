import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freshFolder, startChild } from './child.ts';
import { ensurePeers } from './debian-packages.ts';
import { freePort } from './free-port.ts';
import { recordStarted } from './started.ts';

const START_TIMEOUT_MS = 60_000;
const POLL_INTERVAL_MS = 50;

/** How a query was answered. */
export interface QueryAnswer {
  readonly status: 'success' | 'error';
  readonly error?: string;
  readonly data?: { readonly result: readonly { readonly metric: object }[] };
}

/** A running Prometheus that scrapes one target, with files of its own. */
export interface Prometheus {
  readonly pid: number;
  readonly url: string;
  /** Evaluates an expression at this moment. */
  query(expression: string): Promise<QueryAnswer>;
  stop(): Promise<void>;
}

/** Starts one that scrapes `target` (`host:port`) as the job `viaduct`, once a second. */
export async function startPrometheus(target: string): Promise<Prometheus> {
  ensurePeers(['prometheus']);
  const folder = freshFolder('prometheus');
  const file = join(folder, 'prometheus.yml');
  writeFileSync(
    file,
    `
global: { scrape_interval: 1s, evaluation_interval: 1s }
scrape_configs:
  - { job_name: viaduct, static_configs: [{ targets: ['${target}'] }] }
`,
  );
  const address = `127.0.0.1:${String(await freePort())}`;
  const child = await startChild({
    file: 'prometheus',
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
    ],
  });
  const url = `http://${address}`;
  child.output.resume();
  for (let waited = 0; !(await isReady(url)); waited += POLL_INTERVAL_MS) {
    if (child.hasEnded() || waited > START_TIMEOUT_MS) {
      throw new Error(`prometheus did not start: ${child.errors()}`);
    }
    await delay(POLL_INTERVAL_MS);
  }
  recordStarted({ peer: 'prometheus', pid: child.pid, version: version() });
  return {
    pid: child.pid,
    url,
    query: async (expression) => {
      const parameters = new URLSearchParams({ query: expression });
      const answer = await fetch(`${url}/api/v1/query?${parameters.toString()}`);
      return (await answer.json()) as QueryAnswer;
    },
    stop: () => child.stop(),
  };
}

/** Runs `promtool ARGS…` in a folder; throws with what it printed where it finds fault. */
export function promtool(folder: string, ...args: readonly string[]): string {
  ensurePeers(['prometheus']);
  return execFileSync('promtool', args, { cwd: folder, encoding: 'utf8' });
}

/** What promtool finds wrong with metrics in the text format; nothing where they are in order. */
export function lintMetrics(text: string): string {
  ensurePeers(['prometheus']);
  const options = { input: text, encoding: 'utf8' } as const;
  const { error, status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], options);
  if (error !== undefined) throw error;
  return status === 0 ? `${stdout}${stderr}` : `exit code ${String(status)}: ${stdout}${stderr}`;
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function version(): string {
  const [line = ''] = execFileSync('prometheus', ['--version'], { encoding: 'utf8' }).split('\n');
  return line;
}
