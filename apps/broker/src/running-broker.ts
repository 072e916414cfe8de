/** A broker at work: one engine on an open journal, and the file that it goes by. */
import { fail, type Clock, type LogFields, type Logger, type Result } from '@viaduct/core';
import type { Engine, EngineObserver } from '@viaduct/engine';
import type { Journal } from '@viaduct/journal';
import type { AdapterEntry } from './adapters.ts';
import { assembleEngine } from './broker.ts';
import type { Configuration } from './config/configuration.ts';
import { loadConfiguration } from './config/load-configuration.ts';
import { formatProblem } from './config/problem.ts';
import type { EndpointChanges, RefusedReload, ReloadReport } from './reload-report.ts';
import { addTotals, NO_TOTALS, type RunTotals } from './run-totals.ts';

/** What a {@link RunningBroker} works with. */
export interface RunningBrokerOptions {
  readonly configuration: Configuration;
  readonly adapters: readonly AdapterEntry[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Open, and closed by the caller after `stop`. */
  readonly journal: Journal;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly observer?: EngineObserver;
}

/** What services such as the admin API are given. */
export interface RunningBroker {
  readonly journal: Journal;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Asked anew each time: a reload may put another in its place. */
  readonly engine: Engine;
  /** What it goes by at this moment. */
  readonly configuration: Configuration;
  /** What adapters counted, by `<source or sink>.<word>`. */
  readonly counts: ReadonlyMap<string, number>;
  /** Resolves with the reason if the journal fails; never rejects. */
  readonly failed: Promise<Error>;
  /**
   * Reads the configuration file again and goes by it. A file that cannot be used changes nothing.
   * One at a time: a second call waits for the first. Never rejects for what is in the file.
   */
  reload(): Promise<ReloadReport>;
  totals(): RunTotals;
}

/** The same for whoever runs it. */
export interface OwnedBroker extends RunningBroker {
  /** See {@link Engine.start}. */
  start(): Promise<void>;
  /** See {@link Engine.stop}. */
  stop(options: { readonly deadlineMs: number }): Promise<void>;
}

/** How long sources and sinks may take to finish what is under way when they are replaced. */
const REPLACE_DEADLINE_MS = 8_000;

/** Puts a broker together; nothing runs before `start`. */
export function createRunningBroker(options: RunningBrokerOptions): OwnedBroker {
  const { journal, logger, clock, random, observer } = options;
  const counts = new Map<string, number>();
  const failed = Promise.withResolvers<Error>();
  let { configuration } = options;
  let past = NO_TOTALS;

  const assemble = (): Engine => {
    const made = assembleEngine({
      configuration,
      journal,
      logger,
      clock,
      random,
      ...(observer === undefined ? {} : { observer }),
      count: (endpoint, name, by) => {
        const key = `${endpoint}.${name}`;
        counts.set(key, (counts.get(key) ?? 0) + by);
      },
    });
    void made.failed.then(failed.resolve);
    return made;
  };
  let engine = assemble();

  const start = async (): Promise<void> => {
    await engine.start();
    logger.info({ ...figuresOf(configuration), id: journal.brokerId }, 'running');
  };

  const reload = async (): Promise<ReloadReport> => {
    const loaded = await readAgain(configuration.file, options);
    if (!loaded.ok) return loaded.error;
    await engine.stop({ deadlineMs: REPLACE_DEADLINE_MS });
    past = addTotals(past, engine.status());
    configuration = loaded.value;
    engine = assemble();
    await start();
    return allChanged(configuration);
  };

  let reloading: Promise<unknown> = Promise.resolve();
  return {
    journal,
    logger,
    clock,
    counts,
    failed: failed.promise,
    get engine() {
      return engine;
    },
    get configuration() {
      return configuration;
    },
    start,
    reload: () => {
      const next = reloading.then(reload);
      reloading = next.catch(() => undefined);
      return next;
    },
    stop: (how) => engine.stop(how),
    totals: () => addTotals(past, engine.status()),
  };
}

async function readAgain(
  file: string,
  { adapters, environment, logger }: RunningBrokerOptions,
): Promise<Result<Configuration, RefusedReload>> {
  const loaded = await loadConfiguration(file, adapters, environment);
  if (loaded.ok) return loaded;
  for (const problem of loaded.error) {
    logger.error({ code: problem.code }, formatProblem(file, problem));
  }
  return fail({ ok: false, problems: loaded.error, message: `${file} has problems` });
}

function allChanged({ sources, sinks }: Configuration): ReloadReport {
  const changed = (all: readonly { readonly name: string }[]): EndpointChanges => ({
    added: [],
    changed: all.map(({ name }) => name),
    removed: [],
    unchanged: [],
  });
  return {
    ok: true,
    sources: changed(sources),
    sinks: changed(sinks),
    routesChanged: true,
    needsRestart: [],
  };
}

function figuresOf({ file, sources, sinks, routes }: Configuration): LogFields {
  const figures = { sources: sources.length, sinks: sinks.length, routes: routes.length };
  return { file, pid: process.pid, ...figures };
}
