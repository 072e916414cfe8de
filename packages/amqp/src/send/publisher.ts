import { TransportError, type Clock } from '@viaduct/core';
import { IllegalOperationError, type ConfirmChannel, type Options } from 'amqplib';

import { ConfirmLedger, type Judged, type Verdict } from './confirm-ledger.ts';
import type { AmqpConnection } from '../connection.ts';
import type { AmqpMessage } from '../message.ts';

/** What a {@link Publisher} may have in flight. */
export interface PublisherOptions {
  readonly clock: Clock;
  /** Messages published and not confirmed. */
  readonly inFlightMax: number;
  /** Their bodies together; one message may always go. */
  readonly inFlightBytesMax: number;
  /** The connection counts as lost when nothing is confirmed for this long. */
  readonly confirmTimeoutMs: number;
  /** Whether a message for which no queue is bound comes back (`returned`) or vanishes. */
  readonly mandatory: boolean;
}

/** What became of one message of a batch. */
export type PublishResult =
  | Verdict
  /** It cannot be expressed in AMQP, and was not sent. */
  | { readonly kind: 'invalid'; readonly text: string }
  /** Not known to have arrived: the connection was lost, or the wait was called off. */
  | { readonly kind: 'unconfirmed'; readonly error: TransportError };

/**
 * Publishes with confirms. A batch costs one promise, whatever its size; messages go out in their
 * order, those of concurrent batches one batch after the other.
 */
export class Publisher {
  /** Resolves once, when nothing can be published any more, with the reason; also after `close`. */
  readonly lost: Promise<TransportError>;
  readonly #lose: (error: TransportError) => void;
  readonly #connection: AmqpConnection;
  readonly #options: PublisherOptions;
  readonly #ledger = new ConfirmLedger();
  readonly #batches = new Set<Batch>();
  readonly #endBlockedWatch: () => void;
  #channel: ConfirmChannel | undefined;
  #turn: Promise<void> = Promise.resolve();
  #roomWaiter: (() => void) | undefined;
  #failure: TransportError | undefined;
  #progressAt = 0;
  #cancelWatch: (() => void) | undefined;

  private constructor(connection: AmqpConnection, options: PublisherOptions) {
    this.#connection = connection;
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<TransportError>();
    this.lost = promise;
    this.#lose = resolve;
    this.#endBlockedWatch = connection.onBlocked(() => this.#blockedChanged());
  }

  /** Opens a confirm channel on `connection`. */
  static async open(connection: AmqpConnection, options: PublisherOptions): Promise<Publisher> {
    const publisher = new Publisher(connection, options);
    const channel = await connection.openConfirmChannel((error) => publisher.#fail(error));
    publisher.#channel = channel;
    channel.on('ack', ({ deliveryTag, multiple }) => {
      publisher.#confirmed(deliveryTag, multiple, true);
    });
    channel.on('nack', ({ deliveryTag, multiple }) => {
      publisher.#confirmed(deliveryTag, multiple, false);
    });
    channel.on('return', ({ fields, content }) => {
      const { replyText } = fields as unknown as { readonly replyText: string };
      publisher.#ledger.returned(fields.exchange, fields.routingKey, content, replyText);
    });
    return publisher;
  }

  /** Messages published and not confirmed. */
  get inFlight(): number {
    return this.#ledger.count;
  }

  /** Why nothing can be published any more; undefined while it can. */
  get error(): TransportError | undefined {
    return this.#failure;
  }

  /**
   * Publishes and waits for the confirms: one result a message, in the same order. Never rejects.
   * Waits while the bounds are reached and while RabbitMQ blocks the connection: giving up would
   * mean to send again what may lie in the socket already.
   */
  async publish(
    messages: readonly AmqpMessage[],
    signal: AbortSignal,
  ): Promise<readonly PublishResult[]> {
    const batch = new Batch(messages.length);
    const abort = (): void => {
      batch.giveUp(calledOff());
      this.#roomWaiter?.();
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    this.#batches.add(batch);
    try {
      this.#turn = this.#turn.then(() => this.#publishAll(messages, batch));
      return await batch.done;
    } finally {
      this.#batches.delete(batch);
      signal.removeEventListener('abort', abort);
    }
  }

  /** Closes the channel; what is not confirmed is `unconfirmed`. Idempotent. */
  async close(): Promise<void> {
    const wasOpen = this.#failure === undefined;
    this.#fail(calledOff());
    if (wasOpen && this.#channel !== undefined) await this.#connection.closeChannel(this.#channel);
  }

  async #publishAll(messages: readonly AmqpMessage[], batch: Batch): Promise<void> {
    for (const [index, message] of messages.entries()) {
      while (this.#mustWait(message) && !batch.isDone) await this.#room();
      if (this.#failure !== undefined) batch.giveUp(this.#failure);
      if (batch.isDone) return;
      this.#publishOne(message, index, batch);
    }
  }

  #publishOne(message: AmqpMessage, index: number, batch: Batch): void {
    const { body, properties, exchange, routingKey } = message;
    const content = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    const options: Options.Publish = { ...properties, mandatory: this.#options.mandatory };
    try {
      // The result says "buffer full"; our own bounds are what limits the buffer.
      this.#channel?.publish(exchange, routingKey, content, options);
    } catch (error) {
      if (error instanceof IllegalOperationError) {
        batch.settle(index, { kind: 'unconfirmed', error: this.#connection.error ?? calledOff() });
      } else {
        batch.settle(index, { kind: 'invalid', text: String(error) });
      }
      return;
    }
    this.#ledger.add(message, batch, index);
    if (this.#cancelWatch === undefined) this.#watchProgress(this.#options.confirmTimeoutMs);
  }

  #mustWait(message: AmqpMessage): boolean {
    const { inFlightMax, inFlightBytesMax } = this.#options;
    const { count, bytes } = this.#ledger;
    if (this.#failure !== undefined) return false;
    if (this.#connection.blocked !== undefined) return true;
    if (count === 0) return false;
    return count >= inFlightMax || bytes + message.body.length > inFlightBytesMax;
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#roomWaiter = () => {
        this.#roomWaiter = undefined;
        resolve();
      };
    });
  }

  #confirmed(tag: number, multiple: boolean, ok: boolean): void {
    this.#progressAt = this.#options.clock.now();
    this.#ledger.confirm(tag, multiple, ok);
    this.#roomWaiter?.();
  }

  #blockedChanged(): void {
    this.#progressAt = this.#options.clock.now();
    this.#roomWaiter?.();
  }

  /** One timer, started with the first message after a pause; none while nothing is in flight. */
  #watchProgress(delayMs: number): void {
    const { clock, confirmTimeoutMs } = this.#options;
    if (delayMs === confirmTimeoutMs) this.#progressAt = clock.now();
    this.#cancelWatch = clock.after(delayMs, () => {
      this.#cancelWatch = undefined;
      if (this.#failure !== undefined || this.#ledger.count === 0) return;
      const silentMs = clock.now() - this.#progressAt;
      if (this.#connection.blocked !== undefined) this.#watchProgress(confirmTimeoutMs);
      else if (silentMs < confirmTimeoutMs) this.#watchProgress(confirmTimeoutMs - silentMs);
      else this.#fail(unconfirmedTooLong(this.#connection.address.label, silentMs));
    });
  }

  #fail(error: TransportError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#endBlockedWatch();
    this.#cancelWatch?.();
    this.#cancelWatch = undefined;
    this.#ledger.clear();
    for (const batch of this.#batches) batch.giveUp(error);
    this.#roomWaiter?.();
    this.#lose(error);
  }
}

/** The results of one call, filled in as they come. */
class Batch implements Judged {
  readonly done: Promise<readonly PublishResult[]>;
  readonly #results: (PublishResult | undefined)[];
  readonly #resolve: (results: readonly PublishResult[]) => void;
  #left: number;

  constructor(size: number) {
    const { promise, resolve } = Promise.withResolvers<readonly PublishResult[]>();
    this.done = promise;
    this.#resolve = resolve;
    this.#results = new Array<PublishResult | undefined>(size).fill(undefined);
    this.#left = size;
    if (size === 0) resolve([]);
  }

  get isDone(): boolean {
    return this.#left === 0;
  }

  settle(index: number, result: PublishResult): void {
    if (this.#results[index] !== undefined) return;
    this.#results[index] = result;
    this.#left -= 1;
    if (this.#left === 0) this.#resolve(this.#results as PublishResult[]);
  }

  giveUp(error: TransportError): void {
    for (let index = 0; index < this.#results.length; index += 1) {
      this.settle(index, { kind: 'unconfirmed', error });
    }
  }
}

function calledOff(): TransportError {
  return new TransportError('reconnect', 'VIA_AMQP_ABORTED', 'publishing was called off');
}

function unconfirmedTooLong(label: string, silentMs: number): TransportError {
  const text =
    `${label}: nothing was confirmed for ${String(silentMs)} ms; ` +
    'is its disk full or slow, or a memory or disk alarm on ("rabbitmqctl status")?';
  return new TransportError('reconnect', 'VIA_AMQP_CONFIRM_TIMEOUT', text);
}
