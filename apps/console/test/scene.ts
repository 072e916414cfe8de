/** A real broker with something to see: sources by HTTP, sinks that work, one that is not there. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { composeEvent, type CanonicalEvent, type EventData } from '@viaduct/core';
import type { StatusBody } from '@viaduct/broker/admin-api';
import { waitFor } from '@viaduct/testkit';
import { started, startViaduct, type Running } from '../../broker/test/viaduct-command.ts';
import { type Receiver, startReceiver } from '../../broker/test/web-broker.ts';
import { freePort } from '../../../tools/peers/free-port.ts';

/** How long sources may take to connect on a slow machine, milliseconds. */
const CONNECTED_MS = 60_000;

/** What a configuration is filled with. */
export interface Places {
  /** Ports that nobody listens on, for sources to listen on. */
  readonly cloudPort: number;
  readonly jobsPort: number;
  /** A port where nobody ever listens. */
  readonly deadPort: number;
  /** URLs of receivers: one takes all, the other answers as its `status` says. */
  readonly archive: string;
  readonly ledger: string;
}

/** See the file's comment. */
export interface Scene {
  /** Of the console. */
  readonly url: string;
  readonly folder: string;
  readonly file: string;
  readonly places: Places;
  /** Takes everything. */
  readonly archive: Receiver;
  /** Refuses every event for good (422) until its status is another. */
  readonly ledger: Receiver;
  /** Sends events to a source; each is durable when this resolves. */
  post(events: readonly object[], port?: number): Promise<void>;
  /** Writes another configuration; a broker that runs does not notice before it is told. */
  configure(sections: string): Promise<void>;
  /** Resolves when every source is connected: what is sent then is received. */
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Ends everything and removes the folder. */
  remove(): Promise<void>;
}

/** What a scene is made with. */
export interface SceneOptions {
  /** Sources, sinks and routes; by default {@link standardSections}. */
  readonly sections?: (places: Places) => string;
  /** More keys of `broker.admin`, as YAML within braces. */
  readonly admin?: string;
}

/** Two sources; a sink that takes, one that refuses, one that is not there, one of traps. */
export function standardSections(places: Places): string {
  const local = (port: number): string => `127.0.0.1:${String(port)}`;
  return `
sources:
  cloud: { adapter: cloudevents.http, listen: ${local(places.cloudPort)} }
  jobs: { adapter: cloudevents.http, listen: ${local(places.jobsPort)} }
sinks:
  archive: { adapter: cloudevents.http, url: "${places.archive}", form: canonical }
  ledger: { adapter: cloudevents.http, url: "${places.ledger}" }
  pager: { adapter: cloudevents.http, url: "http://${local(places.deadPort)}/" }
  manager: { adapter: snmp, target: ${local(places.deadPort)}, community: public }
routes:
  - { name: everything is kept, to: archive }
  - { name: what machines cost, from: cloud, match: { kind: compute }, to: ledger }
  - { name: failures wake somebody, match: { state: failed }, to: [pager, manager] }
  - { name: finished jobs, from: jobs, to: manager }
`;
}

/** Starts a broker with a console. */
export async function startScene(options: SceneOptions = {}): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'viaduct-scene-'));
  const [archive, ledger] = [await startReceiver(), await startReceiver()];
  ledger.status = 422;
  const places: Places = {
    cloudPort: await freePort(),
    jobsPort: await freePort(),
    deadPort: await freePort(),
    archive: archive.url,
    ledger: ledger.url,
  };
  const listen = `127.0.0.1:${String(await freePort())}`;
  const file = join(folder, 'viaduct.yaml');
  const head = `broker:\n  name: scene\n  data: ./data\n  admin: { listen: "${listen}"${options.admin === undefined ? '' : `, ${options.admin}`} }\n`;
  let running: Running | undefined;
  const scene: Scene = {
    url: `http://${listen}/`,
    folder,
    file,
    places,
    archive,
    ledger,
    post: (events, port = places.cloudPort) => post(events, port),
    configure: (sections) => writeFile(file, head + sections),
    start: async () => {
      running = startViaduct(['run'], { cwd: folder });
      await started(running);
      const areOpen = () => areSourcesConnected(join(folder, 'data/admin.sock'));
      await waitFor(areOpen, { what: 'every source is connected', timeoutMs: CONNECTED_MS });
    },
    stop: async (signal = 'SIGTERM') => {
      running?.child.kill(signal);
      await running?.ended;
      running = undefined;
    },
    remove: async () => {
      await scene.stop('SIGKILL');
      await Promise.all([archive.close(), ledger.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
  await scene.configure((options.sections ?? standardSections)(places));
  await scene.start();
  return scene;
}

/** What runs may not be reached yet: asked on the socket of the data folder, where nobody signs in. */
function areSourcesConnected(socketPath: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const answered = get({ socketPath, path: '/api/v1/status' }, (answer) => {
      json(answer).then((body) => {
        const { sources } = body as Pick<StatusBody, 'sources'>;
        resolve(sources.every(({ state }) => state === 'connected'));
      }, reject);
    });
    answered.on('error', reject);
  });
}

/** An event about a virtual machine, as a canonical CloudEvent. */
export function machineEvent(
  id: string,
  data: Partial<EventData>,
  now = Date.now(),
): CanonicalEvent {
  const parts = {
    id: crypto.randomUUID(),
    dialect: 'cloudevents',
    source: 'cloudevents://cloud/test',
    nativetype: 'test.machine',
    data: { resource: { kind: 'compute' as const, id }, action: 'state' as const, ...data },
  };
  return composeEvent(parts, { receivedAt: now, system: 'cloud', ordinal: 0 });
}

async function post(events: readonly object[], port: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${String(port)}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(events),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the source answers ${String(answer.status)}: ${text}`);
}
