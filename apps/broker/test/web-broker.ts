/** A broker between HTTP and HTTP, run by the real command, and the receivers of what it sends. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeEvent, type CanonicalEvent, type State } from '@viaduct/core';
import { waitFor } from '@viaduct/testkit';
import { freePort } from '../../../tools/peers/free-port.ts';
import {
  started,
  startViaduct,
  viaduct,
  type Ended,
  type LogLine,
  type Running,
} from './viaduct-command.ts';

/** How long a source may take to listen on a slow machine, milliseconds. */
const LISTEN_MS = 60_000;

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
  /** The last that was started: its log is of use when it has ended, too. */
  #running: Running | undefined;

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

  /** Resolves when its source listens; throws with what it wrote when it ends before. */
  async start(): Promise<void> {
    this.#running = startViaduct(['run'], { cwd: this.folder });
    await started(this.#running);
    const isListening = (): Promise<boolean> => this.#isListening();
    await waitFor(isListening, { what: 'its source listens', timeoutMs: LISTEN_MS });
  }

  /** Resolves when it has ended, at once where it does not run. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#running?.child.kill(signal);
    await this.#running?.ended;
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
  log(): readonly LogLine[] {
    return this.#running?.log() ?? [];
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

  /** Ends it, if it still runs, and removes the folder. */
  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  #isListening(): Promise<boolean> {
    return fetch(`http://127.0.0.1:${String(this.#port)}/`).then(
      (answer) => answer.text().then(() => true),
      () => false,
    );
  }
}
