import type { Problem } from './config/problem.ts';

/** What became of a request to apply the configuration file: for logs, the admin API, people. */
export type ReloadReport = AppliedReload | RefusedReload;

/** The file is what the broker goes by now. */
export interface AppliedReload {
  readonly ok: true;
  readonly sources: EndpointChanges;
  readonly sinks: EndpointChanges;
  /** Whether routes, or which events parts of sinks get, are others than before. */
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

/** Names of sources or sinks, by what happened to them. */
export interface EndpointChanges {
  readonly added: readonly string[];
  /** Stopped cleanly and started with their new options. */
  readonly changed: readonly string[];
  /** A removed sink is retired: listed, and dropped only by command. */
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
}
