/**
 * What was delivered on one channel and is not settled yet, in the order of delivery tags.
 * Acknowledgements are collected and given out as few frames: everything up to the first open
 * delivery as one `multiple`, what lies beyond it one by one.
 */
export class DeliveryLedger {
  #entries: Entry[] = [];
  /** How many of `#entries` are not open any more. */
  #settled = 0;
  #bytes = 0;
  /** Acknowledged since the last `takeAcks`, in any order. */
  #acked: Entry[] = [];

  /** Body bytes of all that is not settled, with {@link DELIVERY_OVERHEAD_BYTES} for each. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many deliveries are not settled. */
  get count(): number {
    return this.#entries.length - this.#settled;
  }

  /** Entries in memory, settled ones that are not cleared away yet included. */
  get heldEntries(): number {
    return this.#entries.length;
  }

  /** Notes a delivery; tags come in ascending order. */
  open(tag: number, bodyBytes: number): Entry {
    const entry: Entry = { tag, bytes: bodyBytes + DELIVERY_OVERHEAD_BYTES, state: 'open' };
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    return entry;
  }

  /** Marks a delivery for acknowledgement; false where it was settled before. */
  ack(entry: Entry): boolean {
    if (!this.#settle(entry, 'acked')) return false;
    this.#acked.push(entry);
    return true;
  }

  /** Notes that a delivery was given back or dropped; false where it was settled before. */
  reject(entry: Entry): boolean {
    return this.#settle(entry, 'done');
  }

  /** The acknowledgements to send now, in the order to send them. */
  takeAcks(): readonly Ack[] {
    const acks: Ack[] = [];
    let prefix = 0;
    let upTo: Entry | undefined;
    let covered = 0;
    for (const entry of this.#entries) {
      if (entry.state === 'open') break;
      prefix += 1;
      if (entry.state === 'acked') {
        upTo = entry;
        covered += 1;
        entry.state = 'done';
      }
    }
    if (upTo !== undefined) acks.push({ tag: upTo.tag, multiple: covered > 1 });
    for (const entry of this.#acked) {
      if (entry.state !== 'acked') continue;
      entry.state = 'done';
      acks.push({ tag: entry.tag, multiple: false });
    }
    this.#acked = [];
    if (prefix > 0) {
      this.#entries.splice(0, prefix);
      this.#settled -= prefix;
    }
    this.#compact();
    return acks;
  }

  /** One delivery that stays open for long must not keep all that was settled behind it. */
  #compact(): void {
    if (this.#settled < COMPACT_FROM || this.#settled * 2 < this.#entries.length) return;
    this.#entries = this.#entries.filter(({ state }) => state === 'open');
    this.#settled = 0;
  }

  #settle(entry: Entry, state: 'acked' | 'done'): boolean {
    if (entry.state !== 'open') return false;
    entry.state = state;
    this.#bytes -= entry.bytes;
    this.#settled += 1;
    return true;
  }
}

/** What one delivery costs beside its body: objects, properties, headers. */
export const DELIVERY_OVERHEAD_BYTES = 512;

/** Fewer settled entries than this are not worth a copy of the list. */
const COMPACT_FROM = 1_024;

/** One delivery in a {@link DeliveryLedger}. */
export interface Entry {
  readonly tag: number;
  readonly bytes: number;
  state: 'open' | 'acked' | 'done';
}

/** A `basic.ack` to send. */
export interface Ack {
  readonly tag: number;
  readonly multiple: boolean;
}
