/**
 * What the promise costs when things die: the broker by `kill -9`, RabbitMQ by a restart, both in
 * mid-stream and on real processes. A producer's confirm makes a notification an obligation;
 * a queue that nobody else reads records what arrived.
 */
import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { randomInt, randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '@viaduct/testkit';
import { startRabbitmq, type Rabbitmq } from '../../../../tools/peers/rabbitmq.ts';
import { requirePeer } from '../../../../tools/peers/started.ts';
import { startBroker, type LiveBroker } from './live-broker.ts';

requirePeer('rabbitmq');

const NOTIFICATIONS = 4_000;
const KILLS = 3;
/** What a sink may send twice after one crash: its `claimMax`, here at its default. */
const DUPLICATES_PER_KILL_MAX = 1_024;
const SETTLE_TIMEOUT_MS = 90_000;

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe('a broker between two exchanges of a real RabbitMQ', () => {
  it('delivers everything that was accepted although it is killed in mid-stream', async () => {
    const { rabbitmq, broker } = await startChain();
    const seed = randomInt(1_000_000);
    const producer = await Producer.open(rabbitmq.url, 'in');
    let arrived = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const published = producer.publish(NOTIFICATIONS / KILLS);
      const enough = arrived + ((seed + kill * 331) % 600) + 50;
      await waitFor(async () => (await arrivals(rabbitmq.url)) >= enough, {
        timeoutMs: SETTLE_TIMEOUT_MS,
        what: `${String(enough)} notifications at the collector before kill ${String(kill + 1)}`,
      });
      await broker.kill();
      await published;
      arrived = await arrivals(rabbitmq.url);
      await broker.start();
    }
    await producer.close();
    const figures = await judge(rabbitmq.url, producer.confirmed);
    console.log(`kill -9 of the broker: seed ${String(seed)}, ${JSON.stringify(figures)}`);
    expect(figures).toMatchObject({ lost: 0, strangers: 0 });
    expect(figures.duplicates).toBeLessThanOrEqual(KILLS * DUPLICATES_PER_KILL_MAX);
    expect(await broker.stop()).toBe(0);
  });

  it('loses nothing when RabbitMQ is restarted in mid-stream', async () => {
    const { rabbitmq, broker } = await startChain();
    const producer = await Producer.open(rabbitmq.url, 'in');
    await producer.publish(NOTIFICATIONS / 2);
    await waitFor(async () => (await arrivals(rabbitmq.url)) > 0, { what: 'a first arrival' });
    await producer.close();
    await rabbitmq.restart();
    const again = await Producer.open(rabbitmq.url, 'in');
    await again.publish(NOTIFICATIONS / 2);
    await again.close();
    const confirmed = new Set([...producer.confirmed, ...again.confirmed]);
    const figures = await judge(rabbitmq.url, confirmed);
    console.log(`restart of RabbitMQ: ${JSON.stringify(figures)}`);
    expect(figures).toMatchObject({ lost: 0, strangers: 0 });
    await broker.logged('the connection was lost', (line) => line.level === 'warn');
    expect(await broker.stop()).toBe(0);
  });
});

async function startChain(): Promise<{ rabbitmq: Rabbitmq; broker: LiveBroker }> {
  const rabbitmq = await startRabbitmq();
  cleanups.push(() => rabbitmq.close());
  const connection = await connect(rabbitmq.url);
  const channel = await connection.createChannel();
  await channel.assertExchange('in', 'topic', { durable: true });
  await channel.assertExchange('out', 'topic', { durable: true });
  await channel.assertQueue('collector', { durable: true });
  await channel.bindQueue('collector', 'out', 'notifications.*');
  await connection.close();
  const broker = await startBroker(
    `
sources: { in: { adapter: oslo, url: "${rabbitmq.url}", exchanges: [in] } }
sinks: { out: { adapter: oslo, url: "${rabbitmq.url}", exchange: out, durable: true } }
routes: [{ from: in, to: out }]
`,
    ['in', 'out'],
  );
  cleanups.push(() => broker.remove());
  return { rabbitmq, broker };
}

/** Publishes notifications with ids of its own and keeps those that RabbitMQ confirmed. */
class Producer {
  readonly confirmed: Set<string> = new Set<string>();
  readonly #connection: ChannelModel;
  readonly #channel: ConfirmChannel;
  readonly #exchange: string;

  private constructor(connection: ChannelModel, channel: ConfirmChannel, exchange: string) {
    this.#connection = connection;
    this.#channel = channel;
    this.#exchange = exchange;
  }

  static async open(url: string, exchange: string): Promise<Producer> {
    const connection = await connect(url);
    return new Producer(connection, await connection.createConfirmChannel(), exchange);
  }

  /** Resolves when all are confirmed. */
  async publish(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const id = randomUUID();
      this.#channel.publish(
        this.#exchange,
        'notifications.info',
        Buffer.from(notification(id, index)),
        { contentType: 'application/json', deliveryMode: 2 },
        (error: unknown) => {
          if (!error) this.confirmed.add(id);
        },
      );
    }
    await this.#channel.waitForConfirms();
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}

function notification(id: string, index: number): string {
  return JSON.stringify({
    message_id: id,
    publisher_id: 'compute.host1',
    event_type: 'compute.instance.update',
    priority: 'INFO',
    payload: { instance_id: `instance-${String(index % 500)}`, state: 'active', index },
    timestamp: '2026-01-01 00:00:00.000000',
    _unique_id: id.replaceAll('-', ''),
  });
}

/** How many messages wait at the collector. */
async function arrivals(url: string): Promise<number> {
  const connection = await connect(url);
  try {
    const channel = await connection.createChannel();
    return (await channel.checkQueue('collector')).messageCount;
  } finally {
    await connection.close();
  }
}

interface Figures {
  readonly obligations: number;
  readonly arrived: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly strangers: number;
}

/** Reads the collector until every obligation is met (or time is up) and judges what came. */
async function judge(url: string, obligations: ReadonlySet<string>): Promise<Figures> {
  const connection = await connect(url);
  const counts = new Map<string, number>();
  let arrived = 0;
  try {
    const channel = await connection.createChannel();
    await channel.consume('collector', (message) => {
      if (!message) return;
      arrived += 1;
      const id =
        /message_id\\*": ?\\*"([0-9a-f-]{36})/.exec(message.content.toString())?.[1] ?? '?';
      counts.set(id, (counts.get(id) ?? 0) + 1);
      channel.ack(message);
    });
    const open = (): number => [...obligations].filter((id) => !counts.has(id)).length;
    await waitFor(() => open() === 0, { timeoutMs: SETTLE_TIMEOUT_MS, what: 'all obligations met' })
      // The figures say more than the time-out.
      .catch(() => undefined);
    return {
      obligations: obligations.size,
      arrived,
      lost: open(),
      duplicates: arrived - counts.size,
      strangers: [...counts.keys()].filter((id) => !obligations.has(id)).length,
    };
  } finally {
    await connection.close();
  }
}
