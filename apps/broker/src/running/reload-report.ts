/** What became of a request to apply the configuration file: for logs, the admin API, people. */
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '@viaduct/core';
import type { AppliedSettings, RosterChanges } from '@viaduct/engine';
import { adviceOn } from '../config/advice.ts';
import type { BrokerSection, Configuration } from '../config/configuration.ts';
import { formatProblem, type Problem } from '../config/problem.ts';

/** Either the file is what the broker goes by now, or nothing has changed. */
export type ReloadReport = AppliedReload | RefusedReload;

/** The file is what the broker goes by now. */
export interface AppliedReload {
  readonly ok: true;
  readonly sources: RosterChanges;
  /** A removed sink is retired: listed, and dropped only by command. */
  readonly sinks: RosterChanges;
  /** Whether the section `routes` is another than before. */
  readonly routesChanged: boolean;
  /** Keys that were changed and count only after a restart of the process: `broker.data`. */
  readonly needsRestart: readonly string[];
}

/** The file could not be applied; the broker goes by what it went by before. */
export interface RefusedReload {
  readonly ok: false;
  /** What is wrong in the file, each with its line; empty if something else stood in the way. */
  readonly problems: readonly Problem[];
  /** One sentence for people. */
  readonly message: string;
}

/** The only key of the section `broker` that can change while it runs: trackers are of sources. */
const LIVE_KEY: keyof BrokerSection = 'alarms';

/** A newly read configuration, with what counts only after a restart as it is now. */
export function keepUntilRestart(present: Configuration, loaded: Configuration): Configuration {
  return { ...loaded, broker: { ...present.broker, [LIVE_KEY]: loaded.broker[LIVE_KEY] } };
}

/** What going from one configuration to another did. */
export function reportOf(
  present: Configuration,
  loaded: Configuration,
  { sources, sinks }: AppliedSettings,
): AppliedReload {
  const keys = Object.keys({ ...present.broker, ...loaded.broker }) as (keyof BrokerSection)[];
  const needsRestart = keys
    .filter((key) => key !== LIVE_KEY)
    .filter((key) => !isDeepStrictEqual(present.broker[key], loaded.broker[key]))
    .map((key) => `broker.${key}`);
  const routesChanged = !isDeepStrictEqual(present.routes, loaded.routes);
  return { ok: true, sources, sinks, routesChanged, needsRestart };
}

/** Each with its line: the log has one for each problem. */
export function tellOfProblems(file: string, problems: readonly Problem[], logger: Logger): void {
  for (const problem of problems)
    logger.error({ code: problem.code }, formatProblem(file, problem));
  logger.error({ file }, 'the configuration stays as it was: the file has problems');
}

/** Tells what a reload did, and what is worth knowing of the file that was not so before. */
export function tellOfReload(
  report: AppliedReload,
  present: Configuration,
  next: Configuration,
  logger: Logger,
): void {
  const { sources, sinks, routesChanged, needsRestart } = report;
  const of = ({ added, changed, removed }: RosterChanges) => ({ added, changed, removed });
  const { file } = next;
  logger.info({ file, sources: of(sources), sinks: of(sinks), routesChanged }, 'reloaded');
  for (const key of needsRestart) {
    logger.warn({ file, key }, 'this was changed, and counts when the broker is started again');
  }
  const known = new Set(adviceOn(present).map(({ path, message }) => `${path} ${message}`));
  for (const { line, path, message } of adviceOn(next)) {
    if (!known.has(`${path} ${message}`)) logger.warn({ file, line, key: path }, message);
  }
}
