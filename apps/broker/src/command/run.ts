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
import { watchParts } from '../watch-parts.ts';
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
  const reload = async (): Promise<Configuration | undefined> => {
    const again = await loadConfiguration(options.config, adapters, process.env);
    if (again.ok) return again.value;
    for (const problem of again.error) {
      logger.error({ code: problem.code }, formatProblem(options.config, problem));
    }
    return undefined;
  };
  return runWithJournal(configuration, journal, logger, reload);
}

/** Reads the configuration again; `undefined` where that cannot be used. */
type Reload = () => Promise<Configuration | undefined>;

async function runWithJournal(
  first: Configuration,
  journal: Journal,
  logger: Logger,
  reload: Reload,
): Promise<ExitCode> {
  const counts = new Map<string, number>();
  const stopped = watchSignals();
  const incidents = createIncidentLog(logger, systemClock);
  const totals: Totals = { accepted: 0, delivered: 0, sent: 0, deadLetters: 0 };
  let engine: Engine | undefined;
  let failures = 0;
  const fail = (error: unknown, what: string): void => {
    failures += 1;
    logger.error(errorFields(error), `${what}: ${messageOf(error)}`);
  };
  const hasFailed = (): boolean => failures > 0;
  try {
    let next: Configuration | undefined = first;
    while (next !== undefined) {
      const configuration: Configuration = next;
      if (engine !== undefined) {
        await engine.stop({ deadlineMs: STOP_DEADLINE_MS });
        addTotals(totals, engine);
      }
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
      const change = watchParts(configuration, reload, logger, systemClock);
      const ended = await Promise.race([stopped.requested, engine.failed, change.applied]);
      change.close();
      next = undefined;
      if (ended instanceof Error) fail(ended, 'stopping, the journal failed');
      else if (typeof ended === 'string') logger.info({ signal: ended }, 'stopping');
      else {
        next = ended;
        logger.info({}, 'hooks have changed: starting again with them');
      }
    }
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
  addTotals(totals, engine);
  logger.info({ ...totals, ...Object.fromEntries(counts) }, 'stopped');
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
interface Totals {
  accepted: number;
  delivered: number;
  sent: number;
  deadLetters: number;
}

/** Adds what went through one engine. */
function addTotals(totals: Totals, engine: Engine): void {
  const { sources, sinks } = engine.status();
  const total = <T>(list: readonly T[], figure: (item: T) => number): number =>
    list.reduce((sum, item) => sum + figure(item), 0);
  totals.accepted += total(sources, ({ counters }) => counters.appended);
  totals.delivered += total(sinks, ({ counters }) => counters.delivered);
  totals.sent += total(sinks, ({ counters }) => counters.sent);
  totals.deadLetters +=
    total(sources, ({ counters }) => counters.deadLetters) +
    total(sinks, ({ counters }) => counters.deadLetters);
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
