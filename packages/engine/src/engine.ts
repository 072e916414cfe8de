import type { EngineOptions } from './options.ts';
import type { EngineStatus } from './status.ts';

/**
 * Carries events from sources through the journal to sinks, and loses none that a source was told
 * it has.
 */
export interface Engine {
  /**
   * Opens the sinks' subscriptions (a subscription without a sink is retired), folds the trackers'
   * memories, then sets sinks and sources going. Needs no peer to be up: it resolves when all are
   * being connected. Rejects when the journal does. Once only.
   */
  start(): Promise<void>;
  /**
   * A clean stop: takes no more from the sources, appends and acknowledges what it has, lets what is
   * being sent finish, all within `deadlineMs`; what is unconfirmed then is sent again after the
   * next start. Resolves with the connections closed and every settlement durable. Legal at any
   * time; a second call waits for the first.
   */
  stop(options: StopOptions): Promise<void>;
  status(): EngineStatus;
  /**
   * Resolves with the reason if the journal fails. Nothing is acknowledged from then on; all that is
   * left to do is `stop`, and end the program. Pending for ever in normal life; never rejects.
   */
  readonly failed: Promise<Error>;
}

/** How an engine is stopped. */
export interface StopOptions {
  /** The longest it may take to finish what is under way, milliseconds. */
  readonly deadlineMs: number;
}

/**
 * Puts an engine together; nothing runs before `start`. Throws an `EngineError` when names are not
 * unique, or when a route leads to a sink that is not there.
 */
export function createEngine(options: EngineOptions): Engine {
  throw new Error(`not built yet: ${options.brokerId}`);
}
