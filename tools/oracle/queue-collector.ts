/** A queue of a real RabbitMQ that keeps everything until the faults are over, and is then read. */
import { connect, type Channel, type ChannelModel } from 'amqplib';
import { type Collector, enter } from './collector.ts';
import type { SinkTerms } from './history.ts';
import type { Notebook } from './ledger.ts';
import { readNotification } from './notification.ts';

/** Which queue it reads. */
export interface QueueCollectorOptions {
  readonly sink: string;
  readonly ledger: Notebook;
  readonly url: string;
  /** The topic exchange that the sink publishes to. */
  readonly exchange: string;
  readonly queue: string;
  readonly terms: SinkTerms;
}

/**
 * Reads without acknowledging, so nothing comes to it twice by its own doing; therefore it reads
 * only while RabbitMQ is left alone.
 */
export class QueueCollector implements Collector {
  readonly sink: string;
  readonly terms: SinkTerms;
  readonly #options: QueueCollectorOptions;
  #connection: ChannelModel | undefined;

  constructor(options: QueueCollectorOptions) {
    this.sink = options.sink;
    this.terms = options.terms;
    this.#options = options;
  }

  /** Makes exchange and queue, as whoever runs RabbitMQ would. */
  async declare(): Promise<void> {
    await this.#briefly((channel) => this.#declare(channel));
  }

  /** How many messages wait in the queue. */
  async waiting(): Promise<number> {
    let count = 0;
    await this.#briefly(async (channel) => {
      count = (await channel.checkQueue(this.#options.queue)).messageCount;
    });
    return count;
  }

  /**
   * Deletes the queue as an operator would, and loses nothing of what had arrived: it takes it from
   * the exchange, reads what is in it, and deletes it.
   */
  async deleteQueue(): Promise<void> {
    const { exchange, queue } = this.#options;
    await this.#briefly(async (channel) => {
      await channel.unbindQueue(queue, exchange, 'notifications.*');
      for (;;) {
        const message = await channel.get(queue, { noAck: true });
        if (message === false) break;
        this.#enter(message.content);
      }
      await channel.deleteQueue(queue, { ifEmpty: true });
    });
  }

  async collect(): Promise<void> {
    if (this.#connection !== undefined) return;
    this.#connection = await connect(this.#options.url);
    this.#connection.on('error', () => undefined);
    const channel = await this.#connection.createChannel();
    await this.#declare(channel);
    await channel.consume(
      this.#options.queue,
      (message) => {
        if (message !== null) this.#enter(message.content);
      },
      { noAck: true },
    );
  }

  async close(): Promise<void> {
    await this.#connection?.close().catch(() => undefined);
    this.#connection = undefined;
  }

  #enter(content: Buffer): void {
    enter(this.#options.ledger, this.sink, readNotification(content.toString('utf8')));
  }

  async #declare(channel: Channel): Promise<void> {
    const { exchange, queue } = this.#options;
    await channel.assertExchange(exchange, 'topic', { durable: true });
    await channel.assertQueue(queue, { durable: true });
    await channel.bindQueue(queue, exchange, 'notifications.*');
  }

  async #briefly(work: (channel: Channel) => Promise<void>): Promise<void> {
    const connection = await connect(this.#options.url);
    connection.on('error', () => undefined);
    try {
      await work(await connection.createChannel());
    } finally {
      await connection.close().catch(() => undefined);
    }
  }
}
