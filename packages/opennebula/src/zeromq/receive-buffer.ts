/**
 * What an entry costs beside its own bytes: so that a flood of tiny messages is bounded too.
 */
const ENTRY_BYTES = 256;

/** How much of the buffer must be free again before an overflow is over: half. */
const RELIEVED_SHARE = 0.5;

/** What {@link ReceiveBuffer} reports: one start and one end for each incident. */
export interface OverflowListener {
  /** The buffer is full; messages are being dropped from now on. */
  started(): void;
  /** One message was dropped. */
  dropped(): void;
  /** There is room again; so many were dropped. */
  ended(count: number): void;
}

/**
 * Received messages that nobody has asked for yet, bounded in bytes. ZeroMQ itself loses without
 * telling when its own queue is full, so everything is read at once into this buffer and what does
 * not fit is dropped here, counted: the newest goes, because what is already there is in order.
 */
export class ReceiveBuffer<Message> {
  readonly #bytesMax: number;
  readonly #overflow: OverflowListener;
  #entries: (Entry<Message> | undefined)[] = [];
  #head = 0;
  #bytes = 0;
  #droppedInIncident = 0;
  #wake: (() => void) | undefined;

  constructor(bytesMax: number, overflow: OverflowListener) {
    this.#bytesMax = bytesMax;
    this.#overflow = overflow;
  }

  /** How many messages wait. */
  get length(): number {
    return this.#entries.length - this.#head;
  }

  /** Adds a message that is `bytes` long, or drops it. */
  push(message: Message, bytes: number): void {
    const cost = bytes + ENTRY_BYTES;
    if (this.#bytes + cost > this.#bytesMax) {
      if (this.#droppedInIncident === 0) this.#overflow.started();
      this.#droppedInIncident += 1;
      this.#overflow.dropped();
      return;
    }
    this.#entries.push({ message, cost });
    this.#bytes += cost;
    this.#wake?.();
  }

  /** Takes up to `max` messages, oldest first. */
  take(max: number): readonly Message[] {
    const end = Math.min(this.#head + max, this.#entries.length);
    const taken: Message[] = [];
    for (; this.#head < end; this.#head += 1) {
      const entry = this.#entries[this.#head] as Entry<Message>;
      this.#entries[this.#head] = undefined;
      this.#bytes -= entry.cost;
      taken.push(entry.message);
    }
    this.#compact();
    if (this.#droppedInIncident > 0 && this.#bytes <= this.#bytesMax * RELIEVED_SHARE) {
      this.#overflow.ended(this.#droppedInIncident);
      this.#droppedInIncident = 0;
    }
    return taken;
  }

  /** Calls `wake` at the next `push`, until told otherwise. One listener at a time. */
  onPush(wake: (() => void) | undefined): void {
    this.#wake = wake;
  }

  /** Moves what is left to the front once half of the array is behind us. */
  #compact(): void {
    if (this.#head === this.#entries.length) {
      this.#entries = [];
      this.#head = 0;
    } else if (this.#head > this.#entries.length / 2) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }
}

interface Entry<Message> {
  readonly message: Message;
  readonly cost: number;
}
