import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine } from '@viaduct/engine';
import { buildConsole, isConsoleBuilt } from '../console-build.ts';
import { freePort } from '../peers/free-port.ts';
import { startAmqpSide } from './amqp-side.ts';
import { startDemoBroker } from './demo-broker.ts';
import { findRabbitmq, type FoundRabbitmq, noRabbitmq } from './find-rabbitmq.ts';
import { startManager, startSwitch } from './network-side.ts';
import type { Totals } from './passages.ts';
import { startSubscriber } from './receivers.ts';
import type { Screen } from './screen.ts';
import { startProgram, startWebhook } from './web-side.ts';

/** How the demo is run. */
export interface DemoOptions {
  /** Aborted when it is to end. */
  readonly signal: AbortSignal;
  /** False leaves RabbitMQ out as if there were none. */
  readonly withRabbitmq: boolean;
}

/** OpenNebula's own port; another one where it is taken. */
const OPENNEBULA_PORT = 2101;

/** The console's own port; another one where it is taken. */
const CONSOLE_PORT = 8080;

const TOTALS_INTERVAL_MS = 10_000;

/** Runs everything until the signal is aborted, then takes it all away again. */
export async function demonstrate(screen: Screen, options: DemoOptions): Promise<void> {
  const { signal } = options;
  const folder = mkdtempSync(join(tmpdir(), 'viaduct-demo-'));
  const stops: (() => Promise<unknown>)[] = [];
  try {
    screen.say(
      'Viaduct between a simulated OpenNebula, OpenStack, BonFIRE, Cloudify, a switch that sends ' +
        'SNMP traps and a program that posts CloudEvents. Ctrl-C ends it.',
    );
    await provideConsole(screen);
    const rabbitmq = options.withRabbitmq ? await findRabbitmq(screen) : noRabbitmq(screen);
    stops.push(() => rabbitmq.close());
    if (signal.aborted) return;
    const places = await choosePlaces(folder, rabbitmq);
    const totals: Totals = { accepted: 0, delivered: 0, sent: 0, losses: 0, deadLetters: 0 };
    // Who receives is there first: what nobody receives of hook events and traps is gone.
    const receivers = [
      startSubscriber(Number(places.HOOKS_PORT), screen),
      await startManager(Number(places.NMS_PORT), screen),
      await startWebhook(Number(places.WEBHOOK_PORT), screen),
    ];
    for (const receiver of receivers) stops.push(() => receiver.stop());
    const amqp = startAmqpSide(screen, { url: places.AMQP_URL, run: places.RUN }, signal);
    stops.push(() => amqp.ended);
    await amqp.triedOnce;
    const { engine, url, stop } = await startDemoBroker(screen, places, totals);
    stops.push(stop);

    const cloud = startCloud(places.OPENNEBULA_PORT);
    stops.push(() => endChild(cloud));
    const devices = startSwitch(Number(places.TRAPS_PORT));
    const program = startProgram(Number(places.POSTS_PORT), screen);
    stops.push(
      () => devices.stop(),
      () => program.stop(),
    );
    screen.say('');
    if (url !== undefined) screen.address(url, 'the console, with these events live');
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

/** It is in no clone. Without one the rest of the demo is still worth looking at. */
async function provideConsole(screen: Screen): Promise<void> {
  if (isConsoleBuilt()) return;
  screen.say('Building the console from its sources; this takes some seconds …');
  try {
    await buildConsole();
  } catch (error) {
    screen.warn(`It cannot be built: ${(error as Error).message}`);
  }
}

type Port =
  'CONSOLE_PORT' | 'OPENNEBULA_PORT' | 'HOOKS_PORT' | 'TRAPS_PORT' | 'NMS_PORT' | 'POSTS_PORT';

/** What the demo fills into its configuration. */
type Places = Readonly<Record<Port | 'WEBHOOK_PORT' | 'DATA' | 'AMQP_URL' | 'RUN', string>>;

async function choosePlaces(folder: string, rabbitmq: FoundRabbitmq): Promise<Places> {
  return {
    DATA: join(folder, 'data'),
    CONSOLE_PORT: await portNear(CONSOLE_PORT),
    OPENNEBULA_PORT: await portNear(OPENNEBULA_PORT),
    HOOKS_PORT: String(await freePort()),
    TRAPS_PORT: String(await freePort()),
    NMS_PORT: String(await freePort()),
    POSTS_PORT: String(await freePort()),
    WEBHOOK_PORT: String(await freePort()),
    AMQP_URL: rabbitmq.url,
    RUN: String(process.pid),
  };
}

/** The usual one if it is free. */
async function portNear(usual: number): Promise<string> {
  return String((await isFree(usual)) ? usual : await freePort());
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

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function showTotals(screen: Screen, engine: Engine, totals: Totals): void {
  const waiting = engine
    .status()
    .sinks.reduce((sum, { lag }) => sum + (lag === undefined ? 0 : lag.pending), 0);
  screen.totals([
    `${totals.accepted} events accepted`,
    `${totals.delivered} delivered`,
    `${totals.sent} sent (nobody confirms)`,
    `${waiting} waiting`,
    `${totals.deadLetters} dead letters`,
  ]);
}
