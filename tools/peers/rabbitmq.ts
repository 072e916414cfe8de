import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Child, freshFolder, startChild } from './child.ts';
import { ensurePeers, rabbitmqPrograms } from './debian-packages.ts';
import { freePort, isListening } from './free-port.ts';
import { greet } from './rabbitmq-greeting.ts';
import { recordStarted } from './started.ts';

/** How long a server may take from its start to its first greeting. */
const START_TIMEOUT_MS = 60_000;
const GREETING_INTERVAL_MS = 100;

/** A port may be taken between its choice and its use; so many sets of ports are tried. */
const START_ATTEMPTS = 3;

/** Where a private server is and how its command-line tools reach it; plain data. */
export interface RabbitmqAddress {
  readonly host: string;
  readonly port: number;
  /** `amqp://guest:guest@127.0.0.1:PORT`, without a virtual host: append `/NAME`. */
  readonly url: string;
  readonly folder: string;
  readonly programs: string;
  readonly epmdPort: number;
  readonly distributionPort: number;
}

/** What to add to the plain server. */
export interface RabbitmqOptions {
  /** More lines for rabbitmq.conf (TLS listeners, policies, limits). */
  readonly config?: readonly string[];
  /** Plugins to enable, such as `rabbitmq_auth_mechanism_ssl`. */
  readonly plugins?: readonly string[];
}

/**
 * A RabbitMQ of this run's own: free loopback ports, own node, cookie, data, log and epmd, nothing
 * of the machine's configuration. It ends with the process that started it.
 */
export interface Rabbitmq {
  readonly address: RabbitmqAddress;
  readonly url: string;
  readonly port: number;
  /** As the server greets: `RabbitMQ 3.10.8`. */
  readonly version: string;
  /** The process id of the Erlang machine; another one after {@link restart}. */
  pid(): number;
  /** Runs rabbitmqctl and returns what it printed. */
  ctl(...args: readonly string[]): Promise<string>;
  /** Adds a user with all rights in the virtual host `/`; returns the URL to connect with. */
  addUser(name: string, password: string): Promise<string>;
  /** Ends the server cleanly; durable things survive for {@link start}. */
  stop(): Promise<void>;
  /** Kills the server as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again after {@link stop} or {@link kill}, on the same port and data. */
  start(): Promise<void>;
  restart(): Promise<void>;
  /** Freezes the server: connections stay open and silent, as behind a dead link. */
  pause(): void;
  resume(): void;
  /** The end of the server's log. */
  log(): string;
  /** Stops the server and its epmd for good. */
  close(): Promise<void>;
}

/** Runs rabbitmqctl against a private server, from any process of this machine. */
export async function rabbitmqctl(
  address: RabbitmqAddress,
  ...args: readonly string[]
): Promise<string> {
  const { stdout } = await promisify(execFile)(
    join(address.programs, 'rabbitmqctl'),
    ['--quiet', ...args],
    { env: { PATH: process.env.PATH, LANG: 'C.UTF-8', ...environmentOf(address) } },
  );
  return stdout;
}

/** Starts a private RabbitMQ and waits until it greets an AMQP client. */
export async function startRabbitmq(options: RabbitmqOptions = {}): Promise<Rabbitmq> {
  ensurePeers(['rabbitmq']);
  let failure: unknown;
  for (let attempt = 1; attempt <= START_ATTEMPTS; attempt += 1) {
    const address = await chooseAddress();
    writeConfiguration(address, options);
    const epmd = await startChild({
      file: 'epmd',
      args: ['-port', String(address.epmdPort), '-address', '127.0.0.1'],
    });
    try {
      // Where it finds none, Erlang starts an epmd of its own, which would outlive us all.
      await untilListening(address.host, address.epmdPort);
      const server = await startServer(address);
      return controls(address, epmd, server);
    } catch (error) {
      failure = error;
      await epmd.stop();
    }
  }
  throw failure;
}

async function untilListening(host: string, port: number): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await isListening(host, port))) {
    if (performance.now() > deadline) throw new Error(`nothing listens on port ${port}`);
    await delay(GREETING_INTERVAL_MS);
  }
}

async function chooseAddress(): Promise<RabbitmqAddress> {
  const programs = rabbitmqPrograms();
  if (programs === undefined) throw new Error('rabbitmq-server is not installed');
  const [port, epmdPort, distributionPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
  ] as const;
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  const folder = freshFolder('rabbitmq');
  return { host: '127.0.0.1', port, url, folder, programs, epmdPort, distributionPort };
}

function environmentOf(address: RabbitmqAddress): Record<string, string> {
  const inFolder = (name: string): string => join(address.folder, name);
  return {
    HOME: address.folder,
    ERL_EPMD_PORT: String(address.epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: 'rabbit@localhost',
    RABBITMQ_DIST_PORT: String(address.distributionPort),
    RABBITMQ_CONF_ENV_FILE: inFolder('rabbitmq-env.conf'),
    RABBITMQ_CONFIG_FILE: inFolder('rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: inFolder('advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: inFolder('enabled_plugins'),
    RABBITMQ_GENERATED_CONFIG_DIR: inFolder('generated'),
    RABBITMQ_MNESIA_BASE: inFolder('data'),
    RABBITMQ_LOG_BASE: inFolder('log'),
    RABBITMQ_LOGS: inFolder('log/server.log'),
    RABBITMQ_PID_FILE: inFolder('pid'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  };
}

function writeConfiguration(address: RabbitmqAddress, options: RabbitmqOptions): void {
  const lines = [
    `listeners.tcp.1 = 127.0.0.1:${address.port}`,
    'disk_free_limit.absolute = 50MB',
    ...(options.config ?? []),
  ];
  mkdirSync(join(address.folder, 'log'));
  writeFileSync(join(address.folder, 'rabbitmq-env.conf'), '');
  writeFileSync(join(address.folder, 'rabbitmq.conf'), `${lines.join('\n')}\n`);
  const plugins = (options.plugins ?? []).join(',');
  writeFileSync(join(address.folder, 'enabled_plugins'), `[${plugins}].\n`);
}

interface Server {
  readonly child: Child;
  readonly version: string;
  readonly pid: number;
}

async function startServer(address: RabbitmqAddress): Promise<Server> {
  const child = await startChild({
    file: join(address.programs, 'rabbitmq-server'),
    args: [],
    env: environmentOf(address),
  });
  child.output.resume();
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const version = await greet(address.host, address.port);
    if (version !== undefined) {
      const pid = Number(readFileSync(join(address.folder, 'pid'), 'utf8'));
      recordStarted({ peer: 'rabbitmq', pid, version });
      return { child, version, pid };
    }
    if (child.hasEnded() || performance.now() > deadline) {
      child.signal('SIGKILL');
      await child.ended;
      throw new Error(`RabbitMQ did not start\n${child.errors()}\n${logOf(address)}`);
    }
    await delay(GREETING_INTERVAL_MS);
  }
}

function logOf(address: RabbitmqAddress): string {
  try {
    return readFileSync(join(address.folder, 'log/server.log'), 'utf8').slice(-8_000);
  } catch {
    return '';
  }
}

function controls(address: RabbitmqAddress, epmd: Child, first: Server): Rabbitmq {
  let server = first;
  const ctl = (...args: readonly string[]): Promise<string> => rabbitmqctl(address, ...args);
  const stop = (): Promise<void> => server.child.stop();
  const start = async (): Promise<void> => {
    server = await startServer(address);
  };
  return {
    address,
    url: address.url,
    port: address.port,
    version: first.version,
    pid: () => server.pid,
    ctl,
    addUser: async (name, password) => {
      await ctl('add_user', name, password);
      await ctl('set_permissions', name, '.*', '.*', '.*');
      const credentials = `${encodeURIComponent(name)}:${encodeURIComponent(password)}`;
      return `amqp://${credentials}@${address.host}:${address.port}`;
    },
    stop,
    kill: async () => {
      server.child.signal('SIGKILL');
      await server.child.ended;
    },
    start,
    restart: async () => {
      await stop();
      await start();
    },
    pause: () => server.child.signal('SIGSTOP'),
    resume: () => server.child.signal('SIGCONT'),
    log: () => logOf(address),
    close: async () => {
      await stop();
      await epmd.stop();
    },
  };
}
