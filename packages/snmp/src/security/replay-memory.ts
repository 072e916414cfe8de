import type { AdapterContext } from '@viaduct/core';
import { ReplayGuard, type Stamp } from './replay-guard.ts';

/** How long what a datagram taught waits to be saved, together with what others teach meanwhile. */
const SAVE_DELAY_MS = 1_000;

/**
 * The guard against replays of one source, over restarts: what was heard before one must not be
 * heard again after it. A process that is killed forgets the last second at most. Where the context
 * has no memory, the guard's lasts as long as the source.
 */
export class ReplayMemory {
  readonly #guard: ReplayGuard;
  readonly #context: Pick<AdapterContext, 'memory' | 'clock' | 'logger'>;
  #isLoaded = false;
  #isChanged = false;
  #cancelSave: (() => void) | undefined;

  constructor(
    mode: 'window' | 'repeats',
    context: Pick<AdapterContext, 'memory' | 'clock' | 'logger'>,
  ) {
    this.#guard = new ReplayGuard(mode);
    this.#context = context;
  }

  /** Whether a message may pass; see {@link ReplayGuard.admits}. */
  admits(stamp: Stamp, now: number): boolean {
    const isNew = this.#guard.admits(stamp, now);
    if (isNew) this.#saveLater();
    return isNew;
  }

  /** Reads what was saved; awaited before the first message. The second time it does nothing. */
  async load(): Promise<void> {
    const { memory, logger } = this.#context;
    if (this.#isLoaded || memory === undefined) return;
    try {
      const saved = await memory.load();
      if (saved !== undefined) this.#guard.restore(saved);
    } catch (error) {
      const text = 'what was known against replays cannot be read: old messages may pass once more';
      logger.warn({ error: messageOf(error) }, text);
    }
    this.#isLoaded = true;
  }

  /** Saves what is new now. */
  async save(): Promise<void> {
    this.#cancelSave?.();
    this.#cancelSave = undefined;
    const { memory, logger } = this.#context;
    if (!this.#isChanged || memory === undefined) return;
    this.#isChanged = false;
    try {
      await memory.save(this.#guard.snapshot());
    } catch (error) {
      this.#isChanged = true;
      const text = 'what is known against replays was not saved: a restart now would forget it';
      logger.warn({ error: messageOf(error) }, text);
    }
  }

  #saveLater(): void {
    this.#isChanged = true;
    if (this.#context.memory === undefined) return;
    this.#cancelSave ??= this.#context.clock.after(SAVE_DELAY_MS, () => void this.save());
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
