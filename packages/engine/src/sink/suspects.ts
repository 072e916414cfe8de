import type { Position } from '@viaduct/journal';

/** Events of one sink under suspicion at most; the longest known goes first. */
const SUSPECTS_MAX = 1_024;

/**
 * Events that a reachable peer did not answer. Whether such an event is to blame, or the peer, is
 * told by whether others get through afterwards.
 */
export class Suspects {
  /** By event, how many were delivered before it was first sent in vain. */
  readonly #delivered = new Map<Position, number>();

  /** Whether it was not answered before. */
  has(position: Position): boolean {
    return this.#delivered.has(position);
  }

  /**
   * It was not answered. Whether others got through since it was first sent in vain: then it is to
   * blame, else the peer. `before` and `now`: how many events the sink had delivered before it was
   * sent this time, and by now.
   */
  accuse(position: Position, before: number, now: number): boolean {
    return now !== this.#deliveredBefore(position, before);
  }

  /** It was delivered or refused. */
  delete(position: Position): void {
    if (this.#delivered.size > 0) this.#delivered.delete(position);
  }

  /** How many were delivered before it was first sent in vain; `delivered` where that is now. */
  #deliveredBefore(position: Position, delivered: number): number {
    const known = this.#delivered.get(position);
    if (known !== undefined) return known;
    if (this.#delivered.size >= SUSPECTS_MAX) {
      for (const oldest of this.#delivered.keys()) {
        this.#delivered.delete(oldest);
        break;
      }
    }
    this.#delivered.set(position, delivered);
    return delivered;
  }
}
