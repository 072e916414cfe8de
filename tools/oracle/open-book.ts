import type { NewEvent, Notebook } from './ledger.ts';

/** What went wrong in an {@link OpenBook}. */
export interface Stray {
  readonly sink: string;
  readonly id: string;
}

/** Strays that are kept for the report; all are counted. */
const STRAYS_KEPT_MAX = 10;

/**
 * A notebook that forgets what is done, for runs of hours without a fault: only what is open is
 * kept. What arrives and is not open is a stray: a stranger, a second copy, or altered.
 */
export class OpenBook implements Notebook {
  readonly strays: Stray[] = [];
  issued = 0;
  arrivals = 0;
  straysTotal = 0;
  readonly #open = new Map<string, Map<string, string>>();
  readonly #unanswered = new Set<string>();

  /** Events that are acknowledged and have not arrived everywhere. */
  get open(): number {
    return this.#open.size - this.#unanswered.size;
  }

  issue({ id, owed }: NewEvent): void {
    this.issued += 1;
    this.#unanswered.add(id);
    this.#open.set(id, new Map(Object.entries(owed)));
  }

  acknowledge(id: string): void {
    this.#unanswered.delete(id);
  }

  arrive(sink: string, id: string, content: string): void {
    this.arrivals += 1;
    const owed = this.#open.get(id);
    if (owed?.get(sink) !== content) {
      this.straysTotal += 1;
      if (this.strays.length < STRAYS_KEPT_MAX) this.strays.push({ sink, id });
      return;
    }
    owed.delete(sink);
    if (owed.size > 0) return;
    this.#open.delete(id);
    this.#unanswered.delete(id);
  }
}
