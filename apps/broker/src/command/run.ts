import type { Logger } from '@viaduct/core';
import type { Journal } from '@viaduct/journal';
import { openJournal } from '@viaduct/journal/sqlite';
import type { Admin } from '../admin/admin.ts';
import { madeOnce, type AdapterEntry } from '../adapters.ts';
import { adviceOn } from '../config/advice.ts';
import type { BrokerSection, Configuration } from '../config/configuration.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import { formatProblem } from '../config/problem.ts';
import { errorFields, messageOf } from '../error-fields.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { watchFiles } from '../running/file-watch.ts';
import { createIncidentLog } from '../log/incident-log.ts';
import { limitLog } from '../log/limited-log.ts';
import { createLogger } from '../log/log.ts';
import { observers } from '../running/observers.ts';
import { liveOperations } from '../operations/live-operations.ts';
import type { Operations } from '../operations/operations.ts';
import {
  createRunningBroker,
  type OwnedBroker,
  type RunningBroker,
} from '../running/running-broker.ts';
import type { Companion } from '../running/companion.ts';
import { findSystemd } from '../running/systemd.ts';
import { type SignalWatch, type StopSignal, watchSignals } from '../stop-signal.ts';
import { systemClock } from '../system-clock.ts';
import type { Traces } from '../traces/traces.ts';

/** What `viaduct run` was asked for. */
export interface RunOptions {
  readonly config: string;
  /** The log is JSON lines, whatever the configuration says. */
  readonly json: boolean;
}

/** How long a clean stop may take; service managers kill after 10 s (Docker) or 90 s (systemd). */
const STOP_DEADLINE_MS = 8_000;

/** How long the process may take to end by itself once everything is closed. */
const EXIT_GRACE_MS = 1_000;

/** Runs a broker until a signal stops it or its journal fails. */
export async function runBroker(
  options: RunOptions,
  known: readonly AdapterEntry[],
): Promise<ExitCode> {
  const adapters = madeOnce(known);
  const configuration = await readFile(options.config, adapters);
  if (configuration === undefined) return EXIT.usage;
  const logger = limitLog(createLogger(logged(configuration.broker, options)), systemClock);
  sayAdvice(configuration, logger);
  // From here on a request to reload waits instead of ending the process.
  const signals = watchSignals();
  try {
    return await runConfigured(configuration, adapters, logger, signals);
  } finally {
    signals.close();
    logger.close();
  }
}

function logged(broker: BrokerSection, { json }: RunOptions): BrokerSection {
  return json ? { ...broker, log: { ...broker.log, format: 'json' } } : broker;
}

async function runConfigured(
  configuration: Configuration,
  adapters: readonly AdapterEntry[],
  logger: Logger,
  signals: SignalWatch,
): Promise<ExitCode> {
  const admin = await openAdmin(configuration, adapters, logger);
  if (admin === undefined) return EXIT.failed;
  const journal = await openOwnJournal(configuration, logger);
  if (journal === undefined) {
    await admin.close();
    return EXIT.failed;
  }
  dieOnBug(logger);
  return runWithJournal({ configuration, adapters, journal, logger, signals, admin });
}

/** First, so that who asks whether the process lives is answered while a large journal opens. */
async function openAdmin(
  { broker }: Configuration,
  adapters: readonly AdapterEntry[],
  logger: Logger,
): Promise<Admin | undefined> {
  const { startAdmin } = await import('../admin/admin.ts');
  try {
    const environment = process.env;
    return await startAdmin({ broker, adapters, environment, logger, clock: systemClock });
  } catch (error) {
    logger.error(errorFields(error), `the admin API cannot start: ${messageOf(error)}`);
    return undefined;
  }
}

/** Starts what works beside the engine, in this order; it is closed in the opposite one. */
async function startCompanions(broker: RunningBroker): Promise<readonly Companion[]> {
  return Promise.resolve([watchFiles(broker)]);
}

async function readFile(
  file: string,
  adapters: readonly AdapterEntry[],
): Promise<Configuration | undefined> {
  const loaded = await loadConfiguration(file, adapters, process.env);
  if (loaded.ok) return loaded.value;
  for (const problem of loaded.error) process.stderr.write(`${formatProblem(file, problem)}\n`);
  return undefined;
}

function sayAdvice(configuration: Configuration, logger: Logger): void {
  for (const { line, path, message } of adviceOn(configuration)) {
    logger.warn({ file: configuration.file, line, key: path }, message);
  }
}

async function openOwnJournal(
  { broker }: Configuration,
  logger: Logger,
): Promise<Journal | undefined> {
  try {
    const journal = await openJournal({
      folder: broker.data,
      clock: systemClock,
      ...broker.journal,
    });
    for (const { first, last, reason } of (await journal.stats()).damage) {
      const what = `events at positions ${first} to ${last} cannot be read: ${reason}`;
      logger.error({ code: 'VIA_JOURNAL_DAMAGED', first, last }, what);
    }
    return journal;
  } catch (error) {
    logger.error(errorFields(error), `the journal cannot be opened: ${messageOf(error)}`);
    return undefined;
  }
}

interface Surroundings {
  readonly configuration: Configuration;
  readonly adapters: readonly AdapterEntry[];
  readonly journal: Journal;
  readonly logger: Logger;
  readonly signals: SignalWatch;
  readonly admin: Admin;
}

/** The libraries of traces are only loaded where they are wanted. */
async function openTraces({
  configuration,
  journal,
  logger,
}: Surroundings): Promise<Traces | undefined> {
  const { broker, sources, sinks } = configuration;
  if (broker.traces === undefined) return undefined;
  const { startTraces } = await import('../traces/traces.ts');
  const adapters = {
    source: new Map(sources.map(({ name, adapter }) => [name, adapter.name])),
    sink: new Map(sinks.map(({ name, adapter }) => [name, adapter.name])),
  };
  return startTraces({
    traces: broker.traces,
    name: broker.name,
    brokerId: journal.brokerId,
    clock: systemClock,
    random: Math.random,
    systemOf: (role, name) => adapters[role].get(name),
    logger,
  });
}

async function runWithJournal(around: Surroundings): Promise<ExitCode> {
  const { journal, logger, signals, admin } = around;
  const systemd = findSystemd({ environment: process.env, logger, clock: systemClock });
  const incidents = createIncidentLog(logger, systemClock);
  let failures = 0;
  const fail = (what: string) => (error: unknown) => {
    failures += 1;
    logger.error(errorFields(error), `${what}: ${messageOf(error)}`);
  };
  let broker: OwnedBroker | undefined;
  let operations: Operations | undefined;
  let companions: readonly Companion[] = [];
  let traces: Traces | undefined;
  try {
    traces = await openTraces(around);
    broker = createRunningBroker({
      ...around,
      environment: process.env,
      clock: systemClock,
      random: Math.random,
      observer: observers([incidents.observer, admin.observer, traces?.observer ?? {}]),
      ...(traces === undefined ? {} : { tracing: traces.tracing }),
    });
    operations = await liveOperations(broker);
    await admin.serve(broker, operations);
    await broker.start();
    companions = await startCompanions(broker);
    const running = broker;
    signals.onReload(() => void running.reload());
    systemd.ready(broker);
    const ended: StopSignal | Error = await Promise.race([signals.requested, broker.failed]);
    if (ended instanceof Error) fail('stopping, the journal failed')(ended);
    else logger.info({ signal: ended }, 'stopping');
  } catch (error) {
    fail('stopping')(error);
  }
  void systemd.stopping();
  for (const companion of companions.toReversed()) {
    await companion.close().catch(fail('a part of the broker did not close'));
  }
  const stopped = broker?.stop({ deadlineMs: STOP_DEADLINE_MS });
  await stopped?.catch(fail('the engine did not stop cleanly'));
  admin.retire();
  await operations?.close().catch(fail('the data folder was not left in order'));
  await journal.close().catch(fail('the journal did not close'));
  await admin.close().catch(fail('the admin API did not close'));
  await traces?.close();
  incidents.close();
  // What a library left open must not keep a stopped broker from ending.
  setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();
  if (broker === undefined || failures > 0) return EXIT.failed;
  logger.info({ ...broker.totals(), ...Object.fromEntries(broker.counts) }, 'stopped');
  return EXIT.ok;
}

/**
 * An error that nobody caught is a bug: said with its stack, and the process ends. What was
 * acknowledged to a peer is in the journal, so a restart by the service manager is the cure.
 */
function dieOnBug(logger: Logger): void {
  process.once('uncaughtException', (error) => {
    logger.error(errorFields(error), `stopping at once, a bug: ${messageOf(error)}`);
    process.exit(EXIT.failed);
  });
}
