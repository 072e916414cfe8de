/** A real broker with its admin API in this process: HTTP in, a file and a command's socket out. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '@viaduct/journal/sqlite';
import { collectLogs, type CollectedLogs, systemClock, waitFor } from '@viaduct/testkit';
import { onTestFinished } from 'vitest';
import { freePort } from '../../../../tools/peers/free-port.ts';
import { type Admin, startAdmin } from '../../src/admin/admin.ts';
import { ADAPTERS } from '../../src/adapters.ts';
import { loadConfiguration } from '../../src/config/load-configuration.ts';
import { liveOperations } from '../../src/operations/live-operations.ts';
import { createRunningBroker, type OwnedBroker } from '../../src/running/running-broker.ts';

/** How long anything may take on a slow machine. */
export const PATIENCE = { timeoutMs: 60_000 } as const;

/** See the file's comment. */
export interface Stage {
  readonly folder: string;
  readonly file: string;
  readonly data: string;
  readonly port: number;
  /** Without a `/` at its end. */
  readonly url: string;
  readonly admin: Admin;
  readonly broker: OwnedBroker;
  readonly logs: CollectedLogs;
  /** Posts a CloudEvent to the source `web`; stored when it resolves. */
  post(id: string, more?: object): Promise<void>;
  /** GET, parsed. */
  get(path: string, init?: RequestInit): Promise<Answer>;
  /** POST with a JSON body, parsed. */
  send(path: string, body?: unknown, init?: RequestInit): Promise<Answer>;
}

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed, where it is JSON. */
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- what is asserted on
}

/** What a stage is set up with. */
export interface StageOptions {
  /** Default: any port of 127.0.0.1. */
  readonly listen?: string;
  /** More keys of `broker.admin`, as YAML within braces. */
  readonly admin?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly sinks?: string;
  readonly routes?: string;
}

/** Starts a broker; it is stopped at the end of the test. */
export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'viaduct-admin-'));
  const webPort = await freePort();
  const file = join(folder, 'viaduct.yaml');
  await writeFile(file, configuration(webPort, options));
  const { environment = {} } = options;
  const loaded = await loadConfiguration(file, ADAPTERS, environment);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error, null, 2));
  const logs = collectLogs();
  const common = { adapters: ADAPTERS, environment, logger: logs, clock: systemClock };
  const section = loaded.value.broker;
  const admin = await startAdmin({ ...common, broker: section });
  const journal = await openJournal({ folder: section.data, clock: systemClock });
  const broker = createRunningBroker({
    ...common,
    configuration: loaded.value,
    journal,
    random: Math.random,
    observer: admin.observer,
  });
  const operations = await liveOperations(broker);
  await admin.serve(broker, operations);
  await broker.start();
  onTestFinished(async () => {
    await broker.stop({ deadlineMs: 2_000 });
    await operations.close();
    await journal.close();
    await admin.close();
    await rm(folder, { recursive: true, force: true });
  });
  const web = `http://127.0.0.1:${webPort}/`;
  const isConnected = () =>
    broker.engine.status().sources.every(({ state }) => state === 'connected');
  await waitFor(isConnected, { ...PATIENCE, what: 'the source' });
  // Known only now: the system has chosen it.
  const port = Number(new URL(admin.url ?? 'http://none:0/').port);
  const url = `http://127.0.0.1:${port}`;
  return { folder, file, data: section.data, port, url, admin, broker, logs, ...asking(url, web) };
}

function configuration(webPort: number, options: StageOptions): string {
  const { listen = '127.0.0.1:0', admin = '', sinks = '', routes = '' } = options;
  return `
broker:
  name: stage
  data: ./data
  admin: { listen: "${listen}"${admin === '' ? '' : `, ${admin}`} }
sources:
  web: { adapter: cloudevents.http, listen: "127.0.0.1:${webPort}" }
sinks:
  out: { adapter: cloudevents.file, file: ./out.jsonl }
${sinks}
routes:
  - { name: everything, from: web, to: out }
${routes}
`;
}

function asking(url: string, web: string): Pick<Stage, 'post' | 'get' | 'send'> {
  return {
    post: async (id, more = {}) => {
      const event = { specversion: '1.0', id, source: '/stage', type: 'org.example.made', ...more };
      const response = await fetch(web, {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents+json' },
        body: JSON.stringify(event),
      });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    },
    get: async (path, init) => answerOf(await fetch(url + path, init)),
    send: async (path, body, init = {}) => {
      const headers = { 'content-type': 'application/json', ...(init.headers as object) };
      const text = body === undefined ? {} : { body: JSON.stringify(body), headers };
      return answerOf(await fetch(url + path, { method: 'POST', ...init, ...text }));
    },
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const text = await response.text();
  const isJson = /[/+]json/.test(headers.get('content-type') ?? '');
  return { status, headers, text, body: isJson ? (JSON.parse(text) as unknown) : undefined };
}
