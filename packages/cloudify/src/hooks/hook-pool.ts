import type { Clock } from '@viaduct/core';

/** Permits for a limited number of things at once, given out in the order of asking. */
export class HookSlots {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Waits for a permit; `undefined` where the signal is aborted first. Call it to give it back. */
  async take(signal: AbortSignal): Promise<(() => void) | undefined> {
    if (signal.aborted) return undefined;
    if (this.#free === 0) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const wake = (): void => resolve(true);
      const abort = (): void => {
        const at = this.#waiting.indexOf(wake);
        if (at >= 0) this.#waiting.splice(at, 1);
        resolve(false);
      };
      this.#waiting.push(wake);
      signal.addEventListener('abort', abort, { once: true });
      const isOurs = await promise;
      signal.removeEventListener('abort', abort);
      if (!isOurs) return undefined;
    } else this.#free -= 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next(); // handed over, never free in between
    };
  }
}

/** Something that is kept for the next use and ends by itself. */
export interface Pooled {
  readonly ended: boolean;
  end(): void;
  gone(): Promise<void>;
}

/** Keeps idle workers for `idleMs` after their last call; whoever takes one gives it back. */
export class HookPool<Worker extends Pooled> {
  readonly #start: () => Worker;
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #idle: { readonly worker: Worker; readonly keep: () => void }[] = [];
  readonly #all = new Set<Worker>();
  #closed = false;

  constructor(start: () => Worker, clock: Clock, idleMs: number) {
    this.#start = start;
    this.#clock = clock;
    this.#idleMs = idleMs;
  }

  /** The worker that was idle last, or a new one. */
  take(): Worker {
    for (let one = this.#idle.pop(); one !== undefined; one = this.#idle.pop()) {
      one.keep();
      if (!one.worker.ended) return one.worker;
    }
    const worker = this.#start();
    this.#all.add(worker);
    void worker.gone().then(() => this.#all.delete(worker));
    return worker;
  }

  /** Back from use. */
  give(worker: Worker): void {
    if (this.#closed) worker.end();
    if (worker.ended) return;
    const keep = this.#clock.after(this.#idleMs, () => {
      const at = this.#idle.findIndex((one) => one.worker === worker);
      if (at >= 0) this.#idle.splice(at, 1);
      worker.end();
    });
    this.#idle.push({ worker, keep });
  }

  /** Ends all workers, those in use too, and waits until they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { keep } of this.#idle.splice(0)) keep();
    const all = [...this.#all];
    for (const worker of all) worker.end();
    await Promise.all(all.map((worker) => worker.gone()));
  }
}
