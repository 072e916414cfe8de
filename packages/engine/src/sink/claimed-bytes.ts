import type { Claimed, Position } from '@viaduct/journal';

/** What a claimed event costs beside its native text, bytes: the event itself, mostly. */
const EVENT_BYTES = 4_096;

/** Share of a new size in the average. */
const WEIGHT = 1 / 16;

/** What the claimed events of one sink take, about, so that few large ones count as many. */
export class ClaimedBytes {
  readonly #sizes = new Map<Position, number>();
  #total = 0;
  #average = EVENT_BYTES;

  /** Bytes of all that is claimed. */
  get total(): number {
    return this.#total;
  }

  /** How many more are likely to fit within `bytesMax`. */
  room(bytesMax: number): number {
    return Math.max(0, Math.floor((bytesMax - this.#total) / this.#average));
  }

  /** It was claimed. */
  add({ entry }: Claimed): void {
    const bytes = EVENT_BYTES + (entry.native?.text.length ?? 0);
    this.#sizes.set(entry.position, bytes);
    this.#total += bytes;
    this.#average += (bytes - this.#average) * WEIGHT;
  }

  /** It is claimed no longer. */
  delete(position: Position): void {
    this.#total -= this.#sizes.get(position) ?? 0;
    this.#sizes.delete(position);
  }
}
