/** The gaps of a journal, and who hears of new ones. */
import type { Gap } from './journal.ts';
import { GAPS_MAX } from './options.ts';

/** Bounded: the last thousand are known, and those who listen hear each once. */
export class GapBell {
  readonly #gaps: Gap[];
  readonly #listeners = new Set<(gap: Gap) => void>();

  /** `known` are those recorded before, oldest first. */
  constructor(known: readonly Gap[]) {
    this.#gaps = [...known];
  }

  /** Oldest first. */
  get gaps(): readonly Gap[] {
    return [...this.#gaps];
  }

  /** These are recorded, durably. */
  add(gaps: readonly Gap[]): void {
    this.#gaps.push(...gaps);
    this.#gaps.splice(0, Math.max(0, this.#gaps.length - GAPS_MAX));
    for (const gap of gaps) for (const listener of [...this.#listeners]) listener(gap);
  }

  /** See `Journal.onGap`. */
  listen(after: number, listener: (gap: Gap) => void): () => void {
    for (const gap of this.#gaps) if (gap.id > after) listener(gap);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
