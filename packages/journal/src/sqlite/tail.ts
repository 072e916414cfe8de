/**
 * The entries appended last, kept for the sinks that keep up: they are fed without a look at the
 * disk. Bounded in bytes; what is pushed out is read from its segment instead.
 */
import type { StoredEntry } from '../journal.ts';

interface Held {
  readonly entry: StoredEntry;
  readonly bytes: number;
  /** Subscriptions that have not taken it yet. */
  users: number;
}

/** See the file's comment. */
export class Tail {
  readonly #bytesMax: number;
  readonly #held = new Map<number, Held>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(entry: StoredEntry, bytes: number, users: number): void {
    this.#held.set(entry.position, { entry, bytes, users });
    this.#bytes += bytes;
    if (this.#bytes <= this.#bytesMax) return;
    for (const [position, oldest] of this.#held) {
      this.#remove(position, oldest);
      if (this.#bytes <= this.#bytesMax) return;
    }
  }

  /** The entry, for one of its users; the last one takes it away. */
  take(position: number): StoredEntry | undefined {
    const held = this.#held.get(position);
    if (held === undefined) return undefined;
    held.users -= 1;
    if (held.users <= 0) this.#remove(position, held);
    return held.entry;
  }

  #remove(position: number, held: Held): void {
    this.#held.delete(position);
    this.#bytes -= held.bytes;
  }
}
