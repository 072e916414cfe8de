import type { AdapterContext } from '@viaduct/core';

/**
 * Notices that a connected publisher has said nothing for a long time, and says so once: a hook
 * driver whose oned is gone, or whose port another process took, keeps the connection open.
 */
export class SilenceWatch {
  readonly #endpoint: string;
  readonly #silenceMs: number;
  readonly #context: AdapterContext;
  #heardAt = 0;
  #isSilent = false;
  #cancel: (() => void) | undefined;

  /** `silenceMs` 0 never notices anything. */
  constructor(endpoint: string, silenceMs: number, context: AdapterContext) {
    this.#endpoint = endpoint;
    this.#silenceMs = silenceMs;
    this.#context = context;
  }

  /** Begins to watch: the connection is there. */
  start(): void {
    if (this.#silenceMs === 0) return;
    this.#heardAt = this.#context.clock.now();
    this.#checkIn(this.#silenceMs);
  }

  /** A message came. */
  heard(): void {
    if (this.#silenceMs === 0) return;
    this.#heardAt = this.#context.clock.now();
    if (!this.#isSilent) return;
    this.#isSilent = false;
    this.#context.logger.info({ endpoint: this.#endpoint }, 'the publisher is heard again');
    this.#checkIn(this.#silenceMs);
  }

  /** Ends the watch; legal at any time. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#isSilent = false;
  }

  #checkIn(delayMs: number): void {
    this.#cancel?.();
    this.#cancel = this.#context.clock.after(delayMs, () => this.#check());
  }

  #check(): void {
    const context = this.#context;
    const { clock, logger } = context;
    const quietMs = clock.now() - this.#heardAt;
    if (quietMs < this.#silenceMs) {
      this.#checkIn(this.#silenceMs - quietMs);
      return;
    }
    this.#isSilent = true;
    context.count('silence');
    logger.warn(
      { endpoint: this.#endpoint, quietMs },
      'nothing was heard from the publisher for a long time; is its oned still running?',
    );
  }
}
