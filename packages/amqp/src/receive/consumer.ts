import { TransportError, type Clock, type Settlement } from '@viaduct/core';
import type { Channel, ConsumeMessage } from 'amqplib';

import type { AmqpConnection } from '../connection.ts';
import { DeliveryLedger, type Entry } from './delivery-ledger.ts';
import { unreadableBecause } from '../header-guard.ts';

/** What a {@link Consumer} may hold. */
export interface ConsumerOptions {
  readonly clock: Clock;
  /** Messages that RabbitMQ may send ahead of acknowledgements, for each queue. 1 to 65535. */
  readonly prefetch: number;
  /** Body bytes not settled; beyond it the consumer is cancelled until half of them are. */
  readonly inFlightBytesMax: number;
  /**
   * Deliveries that nobody asked for go back to their queue after this long, and the consumer is
   * cancelled until somebody asks; default {@link HOLD_MAX_MS}.
   */
  readonly holdMaxMs?: number;
}

/**
 * RabbitMQ closes a channel whose deliveries stay unacknowledged for 30 minutes, and each return
 * counts as one of the 20 redeliveries of a quorum queue: late enough to be rare, early enough.
 */
const HOLD_MAX_MS = 600_000;

/** One delivered message, to be settled once; after the connection is gone, to no effect. */
export interface AmqpDelivery extends Settlement {
  readonly queue: string;
  readonly exchange: string;
  readonly routingKey: string;
  /** As amqplib decoded them: unset ones are undefined, header tables may hold Buffers. */
  readonly properties: object;
  /** A window on the receive buffer; copy what is kept for long. */
  readonly body: Uint8Array;
  /** Why the headers could not be read, and there are no properties; undefined where they could. */
  readonly unreadable: string | undefined;
  readonly redelivered: boolean;
  readonly receivedAt: number;
}

interface Held {
  readonly entry: Entry;
  readonly delivery: AmqpDelivery;
}

/**
 * Consumes one or several queues on one channel. Back-pressure is honest: RabbitMQ is asked for
 * no more than `prefetch` messages, and where their bodies are too large, or nobody takes them,
 * the consumer is cancelled, so that the messages wait in their queue and not here.
 */
export class Consumer {
  readonly #connection: AmqpConnection;
  readonly #clock: Clock;
  readonly #options: ConsumerOptions;
  readonly #ledger = new DeliveryLedger();
  readonly #tags = new Map<string, string | undefined>();
  #channel: Channel | undefined;
  #buffer: Held[] = [];
  #wake: (() => void) | undefined;
  #failure: TransportError | undefined;
  #flushing = false;
  #overfull = false;
  #parked = false;
  #switching: Promise<void> | undefined;
  #cancelHold: (() => void) | undefined;
  #closed = false;

  private constructor(connection: AmqpConnection, options: ConsumerOptions) {
    this.#connection = connection;
    this.#clock = options.clock;
    this.#options = options;
  }

  /** Opens a channel on `connection` and sets the prefetch count; consumes nothing yet. */
  static async open(connection: AmqpConnection, options: ConsumerOptions): Promise<Consumer> {
    const consumer = new Consumer(connection, options);
    const channel = await connection.openChannel((error) => consumer.#fail(error));
    consumer.#channel = channel;
    try {
      // Per consumer (global = false): RabbitMQ 4.3 refuses the other kind.
      await channel.prefetch(options.prefetch, false);
    } catch (error) {
      throw connection.explain(error, 'setting the prefetch count');
    }
    return consumer;
  }

  /** The queues being consumed, paused ones too. */
  get queues(): readonly string[] {
    return [...this.#tags.keys()];
  }

  /** Whether the consumers are cancelled for the moment, out of back-pressure. */
  get paused(): boolean {
    return this.#overfull || this.#parked;
  }

  /** Body bytes delivered and not settled, with an allowance for each message. */
  get inFlightBytes(): number {
    return this.#ledger.bytes;
  }

  /** Messages delivered and not settled. */
  get inFlight(): number {
    return this.#ledger.count;
  }

  /** Adds a queue. A missing one is `VIA_AMQP_NOT_FOUND` and costs the channel. */
  async consume(queue: string): Promise<void> {
    if (this.#tags.has(queue)) return;
    this.#tags.set(queue, undefined);
    await this.#switch();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * What was delivered since the last batch; waits for the first. Ends when the signal is aborted
   * or the consumer closed; throws the `TransportError` when the channel is gone.
   */
  async *batches(signal: AbortSignal): AsyncGenerator<readonly AmqpDelivery[], void, undefined> {
    const wake = (): void => this.#wake?.();
    signal.addEventListener('abort', wake);
    try {
      for (;;) {
        if (this.#failure !== undefined && !this.#closed) throw this.#failure;
        if (signal.aborted || this.#closed) return;
        const held = this.#take();
        if (held.length > 0) yield held.map(({ delivery }) => delivery);
        else await this.#arrival();
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#holdFrom();
    }
  }

  /** Sends the acknowledgements that wait, returns the rest to their queues, closes the channel. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelHold?.();
    this.#wake?.();
    this.#buffer = [];
    if (this.#failure !== undefined) return;
    this.#sendAcks();
    if (this.#channel !== undefined) await this.#connection.closeChannel(this.#channel);
  }

  #take(): readonly Held[] {
    const taken = this.#buffer;
    this.#buffer = [];
    this.#cancelHold?.();
    this.#cancelHold = undefined;
    if (this.#parked) {
      this.#parked = false;
      void this.#switch();
    }
    return taken;
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #receive(queue: string, message: ConsumeMessage | null): void {
    if (message === null) {
      const text = `queue "${queue}": RabbitMQ ended the consumer, the queue was deleted or moved`;
      this.#fail(new TransportError('reconnect', 'VIA_AMQP_CONSUMER_CANCELLED', text));
      return;
    }
    const { fields, properties, content } = message;
    const entry = this.#ledger.open(fields.deliveryTag, content.length);
    const delivery: AmqpDelivery = {
      queue,
      exchange: fields.exchange,
      routingKey: fields.routingKey,
      properties,
      body: content,
      unreadable: unreadableBecause(properties),
      redelivered: fields.redelivered,
      receivedAt: this.#clock.now(),
      ack: () => this.#ack(entry),
      reject: (reason) => this.#reject(entry, reason === 'retry'),
    };
    this.#buffer.push({ entry, delivery });
    if (this.#ledger.bytes >= this.#options.inFlightBytesMax && !this.#overfull) {
      this.#overfull = true;
      void this.#switch();
    }
    if (this.#wake !== undefined) this.#wake();
    else if (this.#buffer.length === 1) this.#holdFrom();
  }

  #ack(entry: Entry): void {
    if (!this.#ledger.ack(entry) || this.#flushing || !this.#isOpen()) return;
    this.#flushing = true;
    // One turn of the event loop collects what a caller settles in one go.
    setImmediate(() => {
      this.#flushing = false;
      if (!this.#isOpen()) return;
      this.#sendAcks();
      this.#relieve();
    });
  }

  #reject(entry: Entry, requeue: boolean): void {
    if (!this.#ledger.reject(entry) || !this.#isOpen()) return;
    this.#channel?.reject({ fields: { deliveryTag: entry.tag } } as ConsumeMessage, requeue);
    this.#relieve();
  }

  #sendAcks(): void {
    for (const { tag, multiple } of this.#ledger.takeAcks()) {
      this.#channel?.ack({ fields: { deliveryTag: tag } } as ConsumeMessage, multiple);
    }
  }

  #relieve(): void {
    if (!this.#overfull || this.#ledger.bytes > this.#options.inFlightBytesMax / 2) return;
    this.#overfull = false;
    void this.#switch();
  }

  /** From now on nobody asks: what lies in the buffer may do so only for a time. */
  #holdFrom(): void {
    if (this.#cancelHold !== undefined || this.#buffer.length === 0 || !this.#isOpen()) return;
    this.#cancelHold = this.#clock.after(this.#options.holdMaxMs ?? HOLD_MAX_MS, () => {
      this.#cancelHold = undefined;
      this.#parked = true;
      void this.#switch();
      const returned = this.#buffer;
      this.#buffer = [];
      for (const { entry } of returned) this.#reject(entry, true);
    });
  }

  /** Brings the consumers into the state that is wanted, one change at a time. */
  #switch(): Promise<void> {
    this.#switching ??= this.#settleConsumers()
      .catch((error: unknown) => this.#fail(this.#connection.explain(error, 'consuming')))
      .finally(() => {
        this.#switching = undefined;
      });
    return this.#switching;
  }

  async #settleConsumers(): Promise<void> {
    for (;;) {
      const next = this.#nextChange();
      if (next === undefined) return;
      const [queue, tag] = next;
      if (tag === undefined) await this.#start(queue);
      else {
        await this.#channel?.cancel(tag);
        this.#tags.set(queue, undefined);
      }
    }
  }

  #nextChange(): readonly [string, string | undefined] | undefined {
    if (!this.#isOpen()) return undefined;
    for (const [queue, tag] of this.#tags) {
      if ((tag === undefined) !== this.paused) return [queue, tag];
    }
    return undefined;
  }

  async #start(queue: string): Promise<void> {
    try {
      const ok = await this.#channel?.consume(queue, (message) => this.#receive(queue, message));
      this.#tags.set(queue, ok?.consumerTag);
    } catch (error) {
      throw this.#connection.explain(error, `consuming queue "${queue}"`);
    }
  }

  #isOpen(): boolean {
    return this.#failure === undefined && !this.#closed;
  }

  #fail(error: TransportError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#buffer = [];
    this.#cancelHold?.();
    this.#cancelHold = undefined;
    this.#wake?.();
  }
}
