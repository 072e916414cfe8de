import type { Delivery } from '@viaduct/core';

/** What an entry costs beside its datagram, bytes: the objects that it became. */
const ENTRY_BYTES = 1_024;

/**
 * Received notifications that nobody has asked for yet, bounded in bytes. UDP itself loses without
 * telling when the kernel's buffer is full, so everything is read at once into this queue, and what
 * does not fit is turned away here, where it can be counted.
 */
export class ReceiveQueue<Native> {
  readonly #bytesMax: number;
  readonly #waiting: { readonly delivery: Delivery<Native>; readonly cost: number }[] = [];
  #bytes = 0;
  #wake: () => void = () => undefined;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Adds a delivery of a datagram of so many bytes; false where there is no room. */
  push(delivery: Delivery<Native>, bytes: number): boolean {
    const cost = bytes + ENTRY_BYTES;
    if (this.#bytes + cost > this.#bytesMax) return false;
    this.#waiting.push({ delivery, cost });
    this.#bytes += cost;
    this.#wake();
    return true;
  }

  /** Takes up to `max` deliveries, oldest first. */
  take(max: number): readonly Delivery<Native>[] {
    const taken = this.#waiting.splice(0, max);
    for (const { cost } of taken) this.#bytes -= cost;
    return taken.map(({ delivery }) => delivery);
  }

  /** Resolves at the next `push` or `wake`. One waits at a time. */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Wakes who waits. */
  wake(): void {
    this.#wake();
  }
}
