import type { AmqpMessage } from '../message.ts';

/** What became of one published message. */
export type Verdict =
  | { readonly kind: 'confirmed' }
  /** Confirmed, but no queue was bound for it: RabbitMQ does not have it. */
  | { readonly kind: 'returned'; readonly text: string }
  /** RabbitMQ could not take it (an internal error, a full queue that rejects). */
  | { readonly kind: 'nacked' };

/** Who wants to know about published messages, by the number they were given. */
export interface Judged {
  settle(index: number, verdict: Verdict): void;
}

interface Slot {
  readonly message: AmqpMessage;
  readonly judged: Judged;
  readonly index: number;
  open: boolean;
  returned: string | undefined;
}

const CONFIRMED: Verdict = { kind: 'confirmed' };
const NACKED: Verdict = { kind: 'nacked' };

/** Settled slots at the front are dropped in pieces of at least this many. */
const COMPACT_FROM = 1_024;

/**
 * Messages published on one confirm channel and not confirmed yet, by delivery tag (RabbitMQ
 * counts from 1).
 *
 * A returned message bears no tag. RabbitMQ's channel handles messages in their order and sends
 * `basic.return` before the confirm, so returns come in publishing order: each one belongs to the
 * first pending message, after the last that was returned, with its exchange, key and body. Two
 * equal messages are each other's equals to everybody else too. So nothing need be added to a
 * message to know it again.
 */
export class ConfirmLedger {
  #slots: Slot[] = [];
  /** The delivery tag of `#slots[0]`. */
  #base = 1;
  /** Every slot before this index is settled. */
  #front = 0;
  #open = 0;
  #bytes = 0;
  /** No message before this tag can be returned any more. */
  #returnFrom = 1;

  /** Messages whose confirm is awaited. */
  get count(): number {
    return this.#open;
  }

  /** Their body bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Notes that a message was published, next in turn; `judged` is told its verdict. */
  add(message: AmqpMessage, judged: Judged, index: number): void {
    this.#slots.push({ message, judged, index, open: true, returned: undefined });
    this.#open += 1;
    this.#bytes += message.body.length;
  }

  /** RabbitMQ handed a message back; false where it is none of ours. */
  returned(exchange: string, routingKey: string, body: Uint8Array, text: string): boolean {
    const end = this.#base + this.#slots.length;
    for (let tag = Math.max(this.#returnFrom, this.#base); tag < end; tag += 1) {
      const slot = this.#slots[tag - this.#base];
      if (slot?.open !== true || !isSame(slot.message, exchange, routingKey, body)) continue;
      slot.returned = text;
      this.#returnFrom = tag + 1;
      return true;
    }
    return false;
  }

  /** RabbitMQ confirmed (or refused, `ok` false) a message, or all up to it. */
  confirm(tag: number, multiple: boolean, ok: boolean): void {
    const last = tag - this.#base;
    for (let index = multiple ? this.#firstOpen() : last; index <= last; index += 1) {
      const slot = this.#slots[index];
      if (slot?.open === true) this.#settle(slot, ok ? verdictOf(slot) : NACKED);
    }
    this.#compact();
  }

  /** Forgets everything that is awaited: the channel is gone. */
  clear(): void {
    this.#base += this.#slots.length;
    this.#slots = [];
    this.#open = 0;
    this.#bytes = 0;
    this.#front = 0;
  }

  #firstOpen(): number {
    while (this.#slots[this.#front]?.open === false) this.#front += 1;
    return this.#front;
  }

  #settle(slot: Slot, verdict: Verdict): void {
    slot.open = false;
    this.#open -= 1;
    this.#bytes -= slot.message.body.length;
    slot.judged.settle(slot.index, verdict);
  }

  #compact(): void {
    const front = this.#firstOpen();
    if (front < COMPACT_FROM && front < this.#slots.length) return;
    this.#slots.splice(0, front);
    this.#base += front;
    this.#front = 0;
  }
}

function verdictOf(slot: Slot): Verdict {
  return slot.returned === undefined ? CONFIRMED : { kind: 'returned', text: slot.returned };
}

function isSame(
  message: AmqpMessage,
  exchange: string,
  routingKey: string,
  body: Uint8Array,
): boolean {
  return (
    message.routingKey === routingKey &&
    message.exchange === exchange &&
    message.body.length === body.length &&
    Buffer.compare(message.body, body) === 0
  );
}
