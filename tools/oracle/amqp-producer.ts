/** A service of OpenStack that notifies: publishes with confirms, and comes back after failures. */
import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { setTimeout as delay } from 'node:timers/promises';
import { notificationOf } from './notification.ts';
import { issueNext, pace, type Producer, type ProducerOptions } from './producer.ts';

const IN_FLIGHT_MAX = 1_000;
const RECONNECT_MS = 200;
const LOOK_EVERY_MS = 10;

/** Where a producer publishes. */
export interface AmqpProducerOptions extends ProducerOptions {
  readonly name: string;
  readonly url: string;
  readonly exchange: string;
}

/**
 * Publishes each event once: what was not confirmed when the connection broke may have arrived or
 * not, so it is no obligation. Neither is what RabbitMQ returned because no queue was bound.
 */
export class AmqpProducer implements Producer {
  readonly name: string;
  readonly #options: AmqpProducerOptions;
  readonly #returned = new Set<string>();
  #connection: ChannelModel | undefined;
  #channel: ConfirmChannel | undefined;
  #inFlight = 0;
  #generation = 0;
  #isClosed = false;

  constructor(options: AmqpProducerOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Connects, and makes the exchange, as the service would at its start. */
  async open(): Promise<void> {
    await this.#connected();
  }

  async flow(perSecond: number, signal: AbortSignal): Promise<void> {
    await pace(perSecond, signal, async (count) => {
      for (let index = 0; index < count && !signal.aborted; index += 1) await this.#publish();
    });
    await this.#untilInFlight(0);
  }

  async issue(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) await this.#publish();
    await this.#untilInFlight(0);
  }

  /** Publishes something that is no event: nothing is owed of it. */
  async publishGarbage(body: Buffer, headers: Readonly<Record<string, string>>): Promise<void> {
    const channel = await this.#connected();
    const { exchange } = this.#options;
    channel.publish(exchange, 'notifications.info', body, { deliveryMode: 2, headers });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connection?.close().catch(() => undefined);
  }

  async #publish(): Promise<void> {
    await this.#untilInFlight(IN_FLIGHT_MAX - 1);
    const channel = await this.#connected();
    const { ledger, exchange } = this.#options;
    const sample = issueNext(this.#options);
    const generation = this.#generation;
    this.#inFlight += 1;
    const confirmed = (error: unknown): void => {
      if (generation !== this.#generation) return;
      this.#inFlight -= 1;
      const wasReturned = this.#returned.delete(sample.id);
      if (error === null && !wasReturned) ledger.acknowledge(sample.id);
    };
    const properties = { contentType: 'application/json', deliveryMode: 2, mandatory: true };
    const priority = sample.hasFailed ? 'error' : 'info';
    channel.publish(
      exchange,
      `notifications.${priority}`,
      Buffer.from(notificationOf(sample)),
      { ...properties, messageId: sample.id },
      confirmed,
    );
  }

  async #connected(): Promise<ConfirmChannel> {
    while (this.#channel === undefined) {
      if (this.#isClosed) throw new Error(`${this.name} was closed`);
      try {
        await this.#open();
      } catch {
        await delay(RECONNECT_MS);
      }
    }
    return this.#channel;
  }

  async #open(): Promise<void> {
    const connection = await connect(this.#options.url);
    const lose = (): void => {
      if (this.#connection !== connection) return;
      this.#connection = undefined;
      this.#channel = undefined;
      // No confirm can come any more.
      this.#generation += 1;
      this.#inFlight = 0;
    };
    connection.on('error', () => undefined).on('close', lose);
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => undefined).on('close', lose);
    channel.on('return', (message) => {
      this.#returned.add(String(message.properties.messageId));
    });
    await channel.assertExchange(this.#options.exchange, 'topic', { durable: true });
    this.#connection = connection;
    this.#channel = channel;
  }

  async #untilInFlight(max: number): Promise<void> {
    while (this.#inFlight > max && !this.#isClosed) await delay(LOOK_EVERY_MS);
  }
}
