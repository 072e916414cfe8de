/** What is proven of the image, one thing each; each leaves no container behind. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../peers/free-port.ts';
import { NODE_IMAGE } from './base-images.ts';
import { BROKER_IMAGE } from './build-images.ts';
import type { ContainerEngine } from './engine.ts';

/** What a proof works with. */
export interface ProofScene {
  readonly engine: ContainerEngine;
  /** The checkout that the image was built from. */
  readonly checkout: string;
}

/** One thing that is proven; it throws where it does not hold, and may say a figure. */
export interface Proof {
  readonly title: string;
  run(scene: ProofScene): Promise<string | undefined> | string | undefined;
}

/** Most that the broker may add to its base image, bytes. */
const WEIGHT_MAX_BYTES = 120 * 1024 * 1024;

/** How long a container may take to be ready, or a condition to hold, on a slow machine. */
const PATIENCE_MS = 90_000;

const POLL_MS = 250;

/** As an operator who is careful would run it. */
const HARDENED = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'all', '--init=false'];

/** The image is small. */
export const proveSize: Proof = {
  title: 'the image weighs little above its base',
  run: ({ engine }) => {
    const sizeOf = (image: string): number =>
      Number(engine.podman('image', 'inspect', '--format', '{{.Size}}', image).trim());
    const weight = sizeOf(BROKER_IMAGE) - sizeOf(NODE_IMAGE);
    const figure = `${(weight / 1024 / 1024).toFixed(1)} MB`;
    if (weight > WEIGHT_MAX_BYTES) throw new Error(`it weighs ${figure}`);
    return figure;
  },
};

/** Starts, says its token once, is healthy, and asks who is there. */
export const proveHealth: Proof = {
  title: 'a container is healthy, read-only, not root, and asks for its token',
  run: async ({ engine }) => {
    const port = await freePort();
    const args = ['-p', `127.0.0.1:${port}:8080`, '-v', 'health:/data', ...HARDENED];
    return withContainer(engine, 'health', [...args, BROKER_IMAGE], async () => {
      await until(() => engine.tryPodman('healthcheck', 'run', 'health').status === 0, 'healthy');
      const user = engine.podman('exec', 'health', 'node', '-p', 'process.getuid()').trim();
      if (user === '0') throw new Error('it runs as root');
      const mode = engine.podman('exec', 'health', 'stat', '-c', '%a', '/data').trim();
      if (mode !== '700') throw new Error(`/data has mode ${mode}`);
      const token = engine.podman('exec', 'health', 'cat', '/data/admin-token').trim();
      const shown = engine.tryPodman('logs', 'health').output.split(token).length - 1;
      if (shown !== 1) throw new Error(`the log shows the token ${shown} times`);
      const url = `http://127.0.0.1:${port}/api/v1/status`;
      const anonymous = await fetch(url);
      if (anonymous.status !== 401) throw new Error(`without a token: ${anonymous.status}`);
      const known = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      if (known.status !== 200) throw new Error(`with the token: ${known.status}`);
      const console = await fetch(`http://127.0.0.1:${port}/`);
      if (!(await console.text()).includes('<div id="console">')) throw new Error('no console');
      return undefined;
    });
  },
};

/** Translates without a broker. */
export const proveTranslation: Proof = {
  title: 'the image translates, as the command does',
  run: ({ engine, checkout }) => {
    const file = 'apps/broker/fixtures/matrix/compute-failed.opennebula.native.json';
    const message = JSON.stringify(JSON.parse(readFileSync(join(checkout, file), 'utf8')));
    const args = ['run', '--rm', '--interactive', '--network', 'none', BROKER_IMAGE];
    const command = ['translate', '--from', 'opennebula', '--to', 'oslo'];
    const output = engine.podmanWith(`${message}\n`, ...args, ...command);
    const { routingKey } = JSON.parse(output) as { readonly routingKey?: string };
    if (routingKey !== 'notifications.error') throw new Error(`it printed ${output.slice(0, 200)}`);
    return undefined;
  },
};

/** Events that are acknowledged before the container is killed. */
const OBLIGATIONS = 200;

/** What was acknowledged is delivered by the next container on the same volume. */
export const proveSurvival: Proof = {
  title: 'what was acknowledged survives kill -9 of the container, on its volume',
  run: async ({ engine, checkout }) => {
    const port = await freePort();
    const [first, second] = [join(checkout, 'dead-end.yaml'), join(checkout, 'open-end.yaml')];
    // Nobody listens behind the first; the second writes to the volume.
    writeFileSync(
      first,
      survivalConfig('{ adapter: cloudevents.http, url: "http://127.0.0.1:9/" }'),
    );
    writeFileSync(
      second,
      survivalConfig('{ adapter: cloudevents.http, url: "http://judge:8090/" }'),
    );
    // Networks are the machine's, not of this store: the name has to be free.
    const network = `viaduct-survival-${String(process.pid)}`;
    engine.podman('network', 'create', network);
    try {
      return await survive(engine, network, port, { first, second });
    } finally {
      engine.tryPodman('network', 'rm', '--force', network);
    }
  },
};

interface Configurations {
  readonly first: string;
  readonly second: string;
}

async function survive(
  engine: ContainerEngine,
  network: string,
  port: number,
  { first, second }: Configurations,
): Promise<string> {
  const common = ['-v', 'survival:/data', '--network', network, ...HARDENED];
  const withFile = (file: string): readonly string[] => [
    ...common,
    ...['-v', `${file}:/etc/viaduct/viaduct.yaml:ro`],
  ];
  const isReady = (name: string): boolean =>
    engine.tryPodman('exec', name, 'viaduct', 'health').status === 0;
  const published = [...withFile(first), '-p', `127.0.0.1:${port}:8090`, BROKER_IMAGE];
  await withContainer(engine, 'killed', published, async () => {
    await until(() => isReady('killed'), 'ready');
    for (let number = 0; number < OBLIGATIONS; number += 1) await post(port, number);
    engine.podman('kill', '--signal', 'KILL', 'killed');
  });
  const judge = ['--entrypoint', '[]', '--network', network, BROKER_IMAGE, 'node', '-e', JUDGE];
  return withContainer(engine, 'judge', judge, () =>
    withContainer(engine, 'survivor', [...withFile(second), BROKER_IMAGE], async () => {
      const seen = (): number => new Set(engine.podman('logs', 'judge').trim().split('\n')).size;
      await until(() => seen() >= OBLIGATIONS, 'everything that was acknowledged');
      if (seen() !== OBLIGATIONS) throw new Error(`${seen()} of ${OBLIGATIONS} arrived`);
      return `${OBLIGATIONS} acknowledged, ${OBLIGATIONS} delivered after it`;
    }),
  );
}

/** A webhook that prints the id of what it is sent, and nothing else. */
const JUDGE = `require('node:http').createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
    const text = Buffer.concat(chunks).toString();
    const id = request.headers['ce-id'] ?? JSON.parse(text).id;
    console.log(id);
    response.writeHead(204).end();
  });
}).listen(8090);`;

function survivalConfig(sink: string): string {
  return `broker: { name: survival, data: /data, admin: { listen: none } }
sources: { posts: { adapter: cloudevents.http, listen: '0.0.0.0:8090', token: survival-survival-survival } }
sinks: { out: ${sink} }
routes: [{ name: all, from: posts, to: out }]
`;
}

async function post(port: number, number: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/cloudevents+json',
      authorization: 'Bearer survival-survival-survival',
    },
    body: JSON.stringify({
      specversion: '1.0',
      id: `obligation-${number}`,
      source: '/container-proof',
      type: 'org.example.obligation',
    }),
  });
  if (!answer.ok) throw new Error(`the post was answered ${answer.status}: ${await answer.text()}`);
}

/** SIGTERM ends it cleanly. */
export const proveStop: Proof = {
  title: 'SIGTERM stops it cleanly, with exit code 0',
  run: async ({ engine }) =>
    withContainer(engine, 'stopped', ['-v', 'stop:/data', ...HARDENED, BROKER_IMAGE], async () => {
      await until(
        () => engine.tryPodman('exec', 'stopped', 'viaduct', 'health').status === 0,
        'ready',
      );
      engine.podman('stop', '--time', '15', 'stopped');
      const code = engine.podman('inspect', '--format', '{{.State.ExitCode}}', 'stopped').trim();
      if (code !== '0') throw new Error(`exit code ${code}`);
      return undefined;
    }),
};

/** Runs a container in the background for as long as `work` takes; a failure shows its log. */
async function withContainer<T>(
  engine: ContainerEngine,
  name: string,
  args: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  engine.podman('run', '--detach', '--name', name, ...args);
  try {
    return await work();
  } catch (error) {
    const log = engine.tryPodman('logs', '--tail', '20', name).output;
    throw new Error(`${(error as Error).message}\n${log}`, { cause: error });
  } finally {
    engine.tryPodman('rm', '--force', '--time', '0', name);
  }
}

/** Waits for a condition. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`never saw: ${what}`);
    await pause(POLL_MS);
  }
}
