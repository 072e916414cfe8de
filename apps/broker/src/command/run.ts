import type { LogFields, Logger } from '@viaduct/core';
import type { Engine } from '@viaduct/engine';
import { type Journal, JournalError } from '@viaduct/journal';
import { openJournal } from '@viaduct/journal/sqlite';
import type { AdapterEntry } from '../adapters.ts';
import { assembleEngine } from '../broker.ts';
import { adviceOn } from '../config/advice.ts';
import type { Configuration } from '../config/configuration.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import { formatProblem } from '../config/problem.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { createIncidentLog } from '../incident-log.ts';
import { createLogger } from '../log.ts';
import { watchSignals } from '../stop-signal.ts';
import { systemClock } from '../system-clock.ts';

/** What `viaduct run` was asked for. */
export interface RunOptions {
  readonly config: string;
}

/** How long a clean stop may take; service managers kill after 10 s (Docker) or 90 s (systemd). */
const STOP_DEADLINE_MS = 8_000;

/** How long the process may take to end by itself once everything is closed. */
const EXIT_GRACE_MS = 1_000;

/** Runs a broker until a signal stops it or its journal fails. */
export async function runBroker(
  options: RunOptions,
  adapters: readonly AdapterEntry[],
): Promise<ExitCode> {
  const loaded = await loadConfiguration(options.config, adapters, process.env);
  if (!loaded.ok) {
    for (const problem of loaded.error) {
      process.stderr.write(`${formatProblem(options.config, problem)}\n`);
    }
    return EXIT.usage;
  }
  const configuration = loaded.value;
  const { broker } = configuration;
  const logger = createLogger(broker);
  for (const { line, path, message } of adviceOn(configuration)) {
    logger.warn({ file: options.config, line, key: path }, message);
  }

  let journal: Journal;
  try {
    journal = await openJournal({ folder: broker.data, clock: systemClock, ...broker.journal });
  } catch (error) {
    logger.error(errorFields(error), `the journal cannot be opened: ${messageOf(error)}`);
    return EXIT.failed;
  }
  dieOnBug(logger);
  return runWithJournal(configuration, journal, logger);
}

async function runWithJournal(
  configuration: Configuration,
  journal: Journal,
  logger: Logger,
): Promise<ExitCode> {
  const counts = new Map<string, number>();
  const stopped = watchSignals();
  const incidents = createIncidentLog(logger, systemClock);
  let engine: Engine | undefined;
  let failures = 0;
  const fail = (error: unknown, what: string): void => {
    failures += 1;
    logger.error(errorFields(error), `${what}: ${messageOf(error)}`);
  };
  const hasFailed = (): boolean => failures > 0;
  try {
    engine = assembleEngine({
      configuration,
      journal,
      logger,
      clock: systemClock,
      random: Math.random,
      observer: incidents.observer,
      count: (endpoint, name, by) => {
        const key = `${endpoint}.${name}`;
        counts.set(key, (counts.get(key) ?? 0) + by);
      },
    });
    await engine.start();
    logger.info({ ...figuresOf(configuration), id: journal.brokerId }, 'running');
    const ended = await Promise.race([stopped.requested, engine.failed]);
    if (ended instanceof Error) fail(ended, 'stopping, the journal failed');
    else logger.info({ signal: ended }, 'stopping');
  } catch (error) {
    fail(error, 'stopping');
  }
  await engine?.stop({ deadlineMs: STOP_DEADLINE_MS }).catch((error: unknown) => {
    fail(error, 'the engine did not stop cleanly');
  });
  await journal.close().catch((error: unknown) => {
    fail(error, 'the journal did not close');
  });
  incidents.close();
  stopped.close();
  // What a library left open must not keep a stopped broker from ending.
  setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();
  if (engine === undefined || hasFailed()) return EXIT.failed;
  logger.info({ ...totalsOf(engine), ...Object.fromEntries(counts) }, 'stopped');
  return EXIT.ok;
}

function figuresOf({ file, sources, sinks, routes }: Configuration): LogFields {
  const figures = { sources: sources.length, sinks: sinks.length, routes: routes.length };
  return { file, pid: process.pid, ...figures };
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

/** What went in and out since the start, for the last line of the log. */
function totalsOf(engine: Engine): LogFields {
  const { sources, sinks } = engine.status();
  const total = <T>(list: readonly T[], figure: (item: T) => number): number =>
    list.reduce((sum, item) => sum + figure(item), 0);
  return {
    accepted: total(sources, ({ counters }) => counters.appended),
    delivered: total(sinks, ({ counters }) => counters.delivered),
    sent: total(sinks, ({ counters }) => counters.sent),
    deadLetters:
      total(sources, ({ counters }) => counters.deadLetters) +
      total(sinks, ({ counters }) => counters.deadLetters),
  };
}

function errorFields(error: unknown): LogFields {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const isOurs = error instanceof JournalError || code?.startsWith('VIA_') === true;
  const stack = !isOurs && error instanceof Error ? error.stack : undefined;
  const fields = { code: isOurs && code !== undefined ? code : 'VIA_BROKER_FAILED' };
  return stack === undefined ? fields : { ...fields, stack };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
