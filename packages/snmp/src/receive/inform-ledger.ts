import type { Clock } from '@viaduct/core';

/** Sends the answer to one datagram. */
export type Answer = () => void;

/** An inform that was handed over, or settled. */
interface Entry {
  state: 'pending' | 'answered' | 'dropped';
  /** To the datagram that came last: whoever repeats an inform waits for the answer to any. */
  answer: Answer;
  readonly receivedAt: number;
}

/**
 * Informs that wait for their answer, and those that have it. An inform comes again until it is
 * answered, as a new datagram: one that is pending is the same inform, one that was answered gets
 * its answer at once, and neither is an event of its own.
 */
export class InformLedger {
  readonly #entriesMax: number;
  readonly #answeredMs: number;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(entriesMax: number, answeredMs: number, clock: Clock) {
    this.#entriesMax = entriesMax;
    this.#answeredMs = answeredMs;
    this.#clock = clock;
  }

  /**
   * Takes note of a datagram. `new`: hand it over. `again`: it is known, and all is done. `full`:
   * too many wait; it is to be forgotten, its sender will come again.
   */
  note(key: string, answer: Answer): 'new' | 'again' | 'full' {
    const known = this.#entries.get(key);
    if (known !== undefined && !this.#isOld(known)) {
      known.answer = answer;
      if (known.state === 'answered') answer();
      return 'again';
    }
    this.#entries.delete(key);
    this.#makeRoom();
    if (this.#entries.size >= this.#entriesMax) return 'full';
    this.#entries.set(key, { state: 'pending', answer, receivedAt: this.#clock.now() });
    return 'new';
  }

  /** The event is durable: answers. */
  answer(key: string): void {
    const entry = this.#entries.get(key);
    if (entry?.state !== 'pending') return;
    entry.state = 'answered';
    entry.answer();
  }

  /** The sender should come again. */
  forget(key: string): void {
    if (this.#entries.get(key)?.state === 'pending') this.#entries.delete(key);
  }

  /** The sender should not come again; there is no way to say so but silence. */
  drop(key: string): void {
    const entry = this.#entries.get(key);
    if (entry?.state === 'pending') entry.state = 'dropped';
  }

  /** Nobody will settle what is pending: all of it should come again. */
  forgetPending(): void {
    for (const [key, { state }] of this.#entries)
      if (state === 'pending') this.#entries.delete(key);
  }

  /** Entries of all states. */
  get size(): number {
    return this.#entries.size;
  }

  #isOld({ state, receivedAt }: Entry): boolean {
    return state !== 'pending' && this.#clock.now() - receivedAt > this.#answeredMs;
  }

  /** Old entries go; where there is no room still, the oldest settled one does. */
  #makeRoom(): void {
    for (const [key, entry] of this.#entries) {
      const isFull = this.#entries.size >= this.#entriesMax;
      if (!this.#isOld(entry) && !(isFull && entry.state !== 'pending')) {
        if (!isFull) return;
        continue;
      }
      this.#entries.delete(key);
    }
  }
}
