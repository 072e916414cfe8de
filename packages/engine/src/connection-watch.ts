import type { Clock, ConnectionState, Logger } from '@viaduct/core';
import { codeOf } from './thrown.ts';
import type { LastError, RunnerState } from './status.ts';

/** How long a connection that was lost before has to hold until it is told of, milliseconds. */
const STEADY_MS = 1_000;

/** Different reasons that are told for one incident; more say nothing new. */
const REASONS_MAX = 8;

/**
 * Follows the connection of one source or sink, for status and log: one line when it comes about,
 * one when it is lost or fails for another reason, none for each attempt. Some peers can always be
 * connected to (a webhook is, before anything is sent): after a loss it has come about when
 * something got through, or when it has held for a moment.
 */
export class ConnectionWatch {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #fields: { readonly [role: string]: string };
  /** What was said since it was well: a peer that fails in turns is one incident. */
  readonly #said = new Set<string>();
  /** Hanging is one incident, however often it is connected again, until something gets through. */
  #isHanging = false;
  #cancelSteady: (() => void) | undefined;
  state: RunnerState = 'new';
  since: number;
  lastError: LastError | undefined;

  constructor(role: 'source' | 'sink', name: string, clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
    this.#fields = { [role]: name };
    this.since = clock.now();
  }

  /** For `supervise`. */
  readonly follow = (connection: ConnectionState): void => {
    if (this.state !== connection.state) this.since = this.#clock.now();
    this.state = connection.state;
    this.#cancelSteady?.();
    this.#cancelSteady = undefined;
    if (connection.state === 'connected') {
      if (this.#said.size === 0) this.#logger.info(this.#fields, 'connected');
      else this.#cancelSteady = this.#clock.after(STEADY_MS, () => this.#steady());
    }
    if (connection.state === 'waiting') this.#lost(connection.error, connection.retryInMs);
  };

  /** Something got through. */
  worked(): void {
    this.#isHanging = false;
    if (this.#cancelSteady !== undefined) this.#steady();
  }

  #steady(): void {
    this.#cancelSteady?.();
    this.#cancelSteady = undefined;
    this.#said.clear();
    this.#logger.info(this.#fields, 'connected');
  }

  /** Somebody said that it be left alone. */
  paused(): void {
    if (this.state === 'paused') return;
    this.state = 'paused';
    this.since = this.#clock.now();
    this.#logger.info(this.#fields, 'paused');
  }

  /** It is not tried again. */
  gaveUp(error: Error): void {
    this.state = 'gave-up';
    this.since = this.#clock.now();
    this.#remember(error);
    this.#logger.error({ ...this.#fields, code: codeOf(error) }, error.message);
  }

  #lost(error: Error, retryInMs: number): void {
    this.#remember(error);
    if (codeOf(error) === 'VIA_ENGINE_SEND_TIMEOUT') {
      if (this.#isHanging) return;
      this.#isHanging = true;
    }
    if (this.#said.has(error.message) || this.#said.size >= REASONS_MAX) return;
    this.#said.add(error.message);
    const fields = { ...this.#fields, code: codeOf(error), retryInMs: Math.round(retryInMs) };
    this.#logger.warn(fields, error.message);
  }

  #remember(error: Error): void {
    const code = codeOf(error);
    const at = this.#clock.now();
    this.lastError = { at, message: error.message, ...(code === undefined ? {} : { code }) };
  }
}
