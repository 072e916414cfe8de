/** A broker between HTTP and HTTP, run by the real command, for tests of what operators ask of it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeEvent, type CanonicalEvent, type State } from '@viaduct/core';
import { waitFor } from '@viaduct/testkit';
import { freePort } from '../../../tools/peers/free-port.ts';
import { startViaduct, viaduct, type Ended, type Running } from './viaduct-command.ts';

/** How long a broker may take to start, or events to arrive, on a slow machine, milliseconds. */
const WAIT_MS = 60_000;

/** A receiver of CloudEvents that answers as it is told. */
export interface Receiver {
  readonly url: string;
  /** The status it answers; 422 refuses an event for good. */
  status: number;
  /** What it took, in the order of arrival, and nothing that it refused. */
  readonly taken: CanonicalEvent[];
  close(): Promise<void>;
}

/** Starts a receiver. */
export async function startReceiver(): Promise<Receiver> {
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (receiver.status < 300) {
        receiver.taken.push(JSON.parse(Buffer.concat(parts).toString()) as CanonicalEvent);
      }
      response.writeHead(receiver.status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await waitFor(() => server.listening);
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${String(port)}/`,
    status: 204,
    taken: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

/** A virtual machine that is in a state now. */
export function stateOf(vm: string, state: State, id: string): CanonicalEvent {
  const parts = {
    id,
    dialect: 'cloudevents',
    source: 'cloudevents://one/test',
    nativetype: 'test.state',
    data: {
      resource: { kind: 'compute' as const, id: vm },
      action: 'state' as const,
      state: { value: state, native: state },
    },
  };
  return composeEvent(parts, { receivedAt: Date.now(), system: 'one', ordinal: 0 });
}

/** A folder with a configuration, and a broker on it from time to time. */
export class WebBroker {
  readonly folder: string;
  readonly #port: number;
  #running: Running | undefined;
  #log: Running['log'] = () => [];

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.#port = port;
  }

  /** Makes the folder; nothing runs before `start`. */
  static async create(sinks: Readonly<Record<string, Receiver>>): Promise<WebBroker> {
    const folder = await mkdtemp(join(tmpdir(), 'viaduct-web-'));
    const broker = new WebBroker(folder, await freePort());
    await broker.configure(sinks, Object.keys(sinks));
    return broker;
  }

  /** Writes the configuration: sinks, and those of them that the one route leads to. */
  async configure(
    sinks: Readonly<Record<string, Receiver>>,
    routed: readonly string[],
    source = 'adapter: cloudevents.http',
  ): Promise<void> {
    const listen = `127.0.0.1:${String(this.#port)}`;
    const lines = Object.entries(sinks).map(
      ([name, { url }]) =>
        `  ${name}: { adapter: cloudevents.http, url: "${url}", form: canonical }`,
    );
    await writeFile(
      join(this.folder, 'viaduct.yaml'),
      `
broker: { data: ./data, admin: { listen: 127.0.0.1:${String(await freePort())} } }
sources:
  web: { ${source}, listen: ${listen} }
sinks:
${lines.join('\n')}
routes:
  - { name: all, from: web, to: [${routed.join(', ')}] }
`,
    );
  }

  async start(): Promise<void> {
    this.#running = startViaduct(['run'], { cwd: this.folder });
    const { log } = this.#running;
    this.#log = log;
    await waitFor(() => log().some(({ msg }) => msg === 'running'), {
      what: 'the broker runs',
      timeoutMs: WAIT_MS,
    });
    await waitFor(() => this.#isListening(), { what: 'its source listens', timeoutMs: WAIT_MS });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#running?.child.kill(signal);
    await this.#running?.ended;
    this.#running = undefined;
  }

  /** Runs a command on it to its end. */
  run(...args: readonly string[]): Promise<Ended> {
    return viaduct(args, { cwd: this.folder });
  }

  /** Starts a command on it. */
  begin(...args: readonly string[]): Running {
    return startViaduct(args, { cwd: this.folder });
  }

  /** Sends events to its source; each is durable when this resolves. */
  async post(...events: readonly object[]): Promise<void> {
    for (const event of events) await this.postText(JSON.stringify(event));
  }

  /** Sends a list of events as one request, as it is; resolves with the status of the answer. */
  postBatch(body: string): Promise<number> {
    return this.postText(body, 'application/cloudevents-batch+json');
  }

  /** The lines of its log so far, since it was last started. */
  log(): readonly Readonly<Record<string, unknown>>[] {
    return this.#log();
  }

  /** Sends a body as it is; resolves with the status of the answer. */
  async postText(body: string, type = 'application/cloudevents+json'): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${String(this.#port)}/`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    await answer.text();
    return answer.status;
  }

  async #isListening(): Promise<boolean> {
    return fetch(`http://127.0.0.1:${String(this.#port)}/`).then(
      async (answer) => answer.text().then(() => true),
      () => false,
    );
  }

  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A broker whose one route leads to two receivers: what tests of its commands stand on. */
export interface WebScene {
  readonly nms: Receiver;
  readonly archive: Receiver;
  /** Not started yet. */
  readonly broker: WebBroker;
  /** Ends all three, and removes the folder. */
  readonly close: () => Promise<void>;
}

/** Sets a scene up, for one test. */
export async function openWebScene(): Promise<WebScene> {
  const [nms, archive] = [await startReceiver(), await startReceiver()];
  const broker = await WebBroker.create({ nms, archive });
  return {
    nms,
    archive,
    broker,
    close: async () => {
      await broker.remove();
      await Promise.all([nms.close(), archive.close()]);
    },
  };
}
