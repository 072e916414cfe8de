import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  ADAPTERS,
  assembleEngine,
  type Configuration,
  formatProblem,
  readConfiguration,
  systemClock,
} from '@viaduct/broker';
import type { Logger } from '@viaduct/core';
import type { Engine } from '@viaduct/engine';
import { openJournal } from '@viaduct/journal/sqlite';
import { freePort } from '../peers/free-port.ts';
import { canLogIn, findRabbitmq, type FoundRabbitmq, noRabbitmq } from './find-rabbitmq.ts';
import { startOpenstackSimulator } from './openstack-simulator.ts';
import { showPassages, type Totals } from './passages.ts';
import { type Receiver, startListener, startSubscriber } from './receivers.ts';
import type { Screen } from './screen.ts';

/** How the demo is run. */
export interface DemoOptions {
  /** Aborted when it is to end. */
  readonly signal: AbortSignal;
  /** False leaves RabbitMQ out as if there were none. */
  readonly withRabbitmq: boolean;
}

/** OpenNebula's own port; another one where it is taken. */
const OPENNEBULA_PORT = 2101;

const TOTALS_INTERVAL_MS = 10_000;
const REACHABLE_INTERVAL_MS = 2_000;
const STOP_DEADLINE_MS = 5_000;

const CONFIGURATION = join(import.meta.dirname, 'viaduct.yaml');

/** Runs everything until the signal is aborted, then takes it all away again. */
export async function demonstrate(screen: Screen, options: DemoOptions): Promise<void> {
  const { signal } = options;
  const folder = mkdtempSync(join(tmpdir(), 'viaduct-demo-'));
  const stops: (() => Promise<unknown>)[] = [];
  try {
    screen.say('Viaduct between a simulated OpenNebula and OpenStack. Ctrl-C ends it.');
    const rabbitmq = options.withRabbitmq ? await findRabbitmq(screen) : noRabbitmq(screen);
    stops.push(() => rabbitmq.close());
    if (signal.aborted) return;
    const places = await choosePlaces(folder, rabbitmq);
    const totals: Totals = { accepted: 0, delivered: 0, sent: 0, losses: 0, deadLetters: 0 };
    const { engine, stop } = await startBroker(screen, places, totals);
    stops.push(stop);

    const subscriber = startSubscriber(Number(places.HOOKS_PORT), screen);
    stops.push(() => subscriber.stop());
    const cloud = startCloud(places.OPENNEBULA_PORT);
    stops.push(() => endChild(cloud));
    const openstack = startOpenstackSide(screen, places, signal);
    stops.push(() => openstack);

    screen.say(
      `OpenNebula publishes on tcp://127.0.0.1:${places.OPENNEBULA_PORT}, the broker's own hook ` +
        `events are on tcp://127.0.0.1:${places.HOOKS_PORT}. Configuration: tools/demo/viaduct.yaml`,
    );
    screen.say('');
    const timer = setInterval(() => showTotals(screen, engine, totals), TOTALS_INTERVAL_MS);
    await aborted(signal);
    clearInterval(timer);
    screen.say('');
    screen.say('Stopping: what is under way is finished first.');
    await stop();
    showTotals(screen, engine, totals);
  } finally {
    for (const stop of stops.toReversed()) await stop().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the demo fills into its configuration. */
type Places = Readonly<
  Record<'DATA' | 'OPENNEBULA_PORT' | 'HOOKS_PORT' | 'AMQP_URL' | 'RUN', string>
>;

async function choosePlaces(folder: string, rabbitmq: FoundRabbitmq): Promise<Places> {
  const port = (await isFree(OPENNEBULA_PORT)) ? OPENNEBULA_PORT : await freePort();
  return {
    DATA: join(folder, 'data'),
    OPENNEBULA_PORT: String(port),
    HOOKS_PORT: String(await freePort()),
    AMQP_URL: rabbitmq.url,
    RUN: String(process.pid),
  };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen(port, '127.0.0.1');
  const free = await listening;
  server.close();
  return free;
}

interface RunningBroker {
  readonly engine: Engine;
  /** A clean stop; legal twice. */
  stop(): Promise<void>;
}

async function startBroker(screen: Screen, places: Places, totals: Totals): Promise<RunningBroker> {
  const configuration = await readDemoConfiguration(places);
  const { broker } = configuration;
  const journal = await openJournal({ folder: broker.data, clock: systemClock, ...broker.journal });
  const isReachable = (sink: string): boolean =>
    engine.status().sinks.find(({ name }) => name === sink)?.state === 'connected';
  const engine: Engine = assembleEngine({
    configuration,
    journal,
    logger: incidentLog(screen),
    clock: systemClock,
    random: Math.random,
    observer: showPassages(screen, totals, isReachable),
    count: () => undefined,
  });
  await engine.start();
  const stop = async (): Promise<void> => {
    await engine.stop({ deadlineMs: STOP_DEADLINE_MS });
    await journal.close();
  };
  return { engine, stop };
}

async function readDemoConfiguration(places: Places): Promise<Configuration> {
  const text = readFileSync(CONFIGURATION, 'utf8');
  const around = { environment: places, folder: import.meta.dirname };
  const read = await readConfiguration('viaduct.yaml', text, ADAPTERS, around);
  if (read.ok) return read.value;
  throw new Error(read.error.map((problem) => formatProblem('viaduct.yaml', problem)).join('\n'));
}

/** Incidents are said once each; what is normal stays quiet. */
function incidentLog(screen: Screen): Logger {
  const say: Logger['warn'] = ({ source, sink, retryInMs }, message) => {
    const where = source ?? sink;
    const again = retryInMs === undefined ? '' : '; tried again until it works';
    screen.warn(`! ${typeof where === 'string' ? `${where}: ` : ''}${message}${again}`);
  };
  return { debug: () => undefined, info: () => undefined, warn: say, error: say };
}

/** The simulated OpenNebula, a process of its own like the real driver. */
function startCloud(port: string): ChildProcess {
  const script = fileURLToPath(new URL('./opennebula-simulator.ts', import.meta.url));
  return spawn(process.execPath, [script, port], { stdio: ['pipe', 'ignore', 'inherit'] });
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.stdin?.end();
  child.kill('SIGTERM');
  await ended;
}

/**
 * A listener and a simulated OpenStack, as soon as a RabbitMQ lets them in. Resolves when they are
 * stopped, after the signal.
 */
async function startOpenstackSide(
  screen: Screen,
  { AMQP_URL, RUN }: Places,
  signal: AbortSignal,
): Promise<void> {
  while (!(await canLogIn(AMQP_URL))) {
    await delay(REACHABLE_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
  }
  const parts: Receiver[] = [];
  try {
    const topic = `viaduct-demo-${RUN}`;
    parts.push(await startListener(AMQP_URL, 'viaduct-demo-bus', topic, screen));
    parts.push(await startOpenstackSimulator(AMQP_URL, 'viaduct-demo-stack', 'notifications'));
    await aborted(signal);
  } catch (error) {
    screen.warn(`! the simulated OpenStack: ${(error as Error).message}`);
  }
  for (const part of parts) await part.stop();
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function showTotals(screen: Screen, engine: Engine, totals: Totals): void {
  const waiting = engine
    .status()
    .sinks.reduce((sum, { lag }) => sum + (lag === undefined ? 0 : lag.pending), 0);
  screen.totals([
    `${totals.accepted} events accepted`,
    `${totals.delivered} delivered to OpenStack`,
    `${totals.sent} sent to OpenNebula's subscribers`,
    `${waiting} waiting`,
    `${totals.deadLetters} dead letters`,
  ]);
}
