/** A broker at work: one engine on an open journal, and the file that it goes by. */
import { fail, type Clock, type LogFields, type Logger, type Result } from '@viaduct/core';
import type { AppliedSettings, Engine, EngineObserver, EngineTracing } from '@viaduct/engine';
import type { Journal } from '@viaduct/journal';
import type { AdapterEntry } from '../adapters.ts';
import { createAssembly, type Assembly } from './assembly.ts';
import type { Configuration } from '../config/configuration.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import { errorFields, messageOf } from '../error-fields.ts';
import {
  keepUntilRestart,
  reportOf,
  tellOfProblems,
  tellOfReload,
  type RefusedReload,
  type ReloadReport,
} from './reload-report.ts';
import { totalsOf, type RunTotals } from './run-totals.ts';

/** What a {@link RunningBroker} works with. */
export interface RunningBrokerOptions {
  readonly configuration: Configuration;
  /** As the configuration was read with: see `madeOnce`. */
  readonly adapters: readonly AdapterEntry[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Open, and closed by the caller after `stop`. */
  readonly journal: Journal;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly observer?: EngineObserver;
  readonly tracing?: EngineTracing;
}

/** What services such as the admin API are given. */
export interface RunningBroker {
  readonly journal: Journal;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly engine: Engine;
  /** What it goes by at this moment. */
  readonly configuration: Configuration;
  /** What adapters and operators counted, by `<source or sink>.<word>`. */
  readonly counts: ReadonlyMap<string, number>;
  /** Counts something of a source or sink under a word. */
  count(endpoint: string, word: string, by: number): void;
  /** Resolves with the reason if the journal fails; never rejects. */
  readonly failed: Promise<Error>;
  /**
   * Reads the configuration file again and goes by it: what did not change goes on untouched. A
   * file that cannot be used changes nothing. One at a time: calls during one are answered together
   * by the next. Never rejects.
   */
  reload(): Promise<ReloadReport>;
  /** Calls `listener` around each reload; returns what ends that. */
  onReload(listener: ReloadListener): () => void;
  totals(): RunTotals;
}

/** Told that a reload begins, and what came of it. */
export interface ReloadListener {
  readonly begins?: () => void;
  readonly done?: (report: ReloadReport) => void;
}

/** The same for whoever runs it. */
export interface OwnedBroker extends RunningBroker {
  /** See {@link Engine.start}. */
  start(): Promise<void>;
  /** See {@link Engine.stop}. */
  stop(options: { readonly deadlineMs: number }): Promise<void>;
}

/** How long a sink may take to finish what it is sending when it is replaced or removed. */
const REPLACE_DEADLINE_MS = 8_000;

/** Puts a broker together; nothing runs before `start`. */
export function createRunningBroker(options: RunningBrokerOptions): OwnedBroker {
  const { journal, logger, clock } = options;
  const counts = new Map<string, number>();
  const count = (endpoint: string, word: string, by: number): void => {
    const key = `${endpoint}.${word}`;
    counts.set(key, (counts.get(key) ?? 0) + by);
  };
  const assembly = createAssembly({ ...options, count });
  const { engine } = assembly;
  const listeners = new Set<ReloadListener>();
  let { configuration } = options;

  const reload = async (): Promise<ReloadReport> => {
    for (const { begins } of listeners) begins?.();
    const loaded = await readAgain(configuration.file, options);
    const report = loaded.ok ? await applyTo(loaded.value) : loaded.error;
    for (const { done } of listeners) done?.(report);
    return report;
  };
  const applyTo = async (loaded: Configuration): Promise<ReloadReport> => {
    const next = keepUntilRestart(configuration, loaded);
    const applied = await applySettings(assembly, next, logger);
    if (!applied.ok) return applied.error;
    const report = reportOf(configuration, loaded, applied.value);
    tellOfReload(report, configuration, next, logger);
    configuration = next;
    return report;
  };

  // One under way, and one that waits: whoever asks meanwhile is answered by that.
  let underWay: Promise<ReloadReport> | undefined;
  let waiting: Promise<ReloadReport> | undefined;
  const begin = (): Promise<ReloadReport> => {
    waiting = undefined;
    const begun = reload();
    underWay = begun;
    void begun.then(() => {
      if (underWay === begun) underWay = undefined;
    });
    return begun;
  };
  return {
    journal,
    logger,
    clock,
    counts,
    count,
    engine,
    failed: engine.failed,
    get configuration() {
      return configuration;
    },
    start: async () => {
      await engine.start();
      logger.info({ ...figuresOf(configuration), id: journal.brokerId }, 'running');
    },
    reload: () => {
      if (underWay === undefined) return begin();
      waiting ??= underWay.then(begin);
      return waiting;
    },
    onReload: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: (how) => engine.stop(how),
    totals: () => totalsOf(engine.status()),
  };
}

async function readAgain(
  file: string,
  { adapters, environment, logger }: RunningBrokerOptions,
): Promise<Result<Configuration, RefusedReload>> {
  const loaded = await loadConfiguration(file, adapters, environment);
  if (loaded.ok) return loaded;
  tellOfProblems(file, loaded.error, logger);
  return fail({ ok: false, problems: loaded.error, message: `${file} has problems` });
}

/** All of it or nothing: where an adapter or the engine refuses, everything is as it was. */
async function applySettings(
  assembly: Assembly,
  next: Configuration,
  logger: Logger,
): Promise<Result<AppliedSettings, RefusedReload>> {
  try {
    const settings = assembly.settingsFor(next);
    const value = await assembly.engine.apply(settings, { deadlineMs: REPLACE_DEADLINE_MS });
    assembly.adopt(next, settings);
    return { ok: true, value };
  } catch (error) {
    const message = `the configuration stays as it was: ${messageOf(error)}`;
    logger.error(errorFields(error), message);
    return fail({ ok: false, problems: [], message });
  }
}

function figuresOf({ file, sources, sinks, routes }: Configuration): LogFields {
  const figures = { sources: sources.length, sinks: sinks.length, routes: routes.length };
  return { file, pid: process.pid, ...figures };
}
