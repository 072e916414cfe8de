import type { Clock, Logger } from '@viaduct/core';
import { FULL_QUIET_MS } from './limits.ts';
import { codeOf } from './thrown.ts';

/**
 * Tells the log that the journal has no room, once a minute as long as somebody has something to
 * write, and that it has room again: once, however many sources wait, and not for each of the times
 * that a journal at its limit goes to and fro.
 */
export class RoomWatch {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #blocked = new Set<object>();
  #saidAt: number | undefined;
  #isSaid = false;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** `queue` cannot write what it holds, because of `error`. */
  full(queue: object, error: Error): void {
    this.#blocked.add(queue);
    const now = this.#clock.now();
    const isQuiet = this.#saidAt !== undefined && now - this.#saidAt < FULL_QUIET_MS;
    if (isQuiet) return;
    this.#isSaid = true;
    this.#saidAt = now;
    this.#logger.error(
      { code: codeOf(error) },
      `the journal has no room, and nothing more is taken until it has: ${error.message}`,
    );
  }

  /** `queue` has given up what it had to write: that says nothing of the journal. */
  left(queue: object): void {
    this.#blocked.delete(queue);
  }

  /** `queue` could write. */
  room(queue: object): void {
    this.#blocked.delete(queue);
    if (!this.#isSaid || this.#blocked.size > 0) return;
    this.#isSaid = false;
    this.#logger.info({}, 'the journal has room again');
  }
}
