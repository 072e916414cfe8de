/**
 * Two brokers as an operator starts them, with bridges in both directions between two exchanges of
 * a real RabbitMQ. What a broker finds its own id on, it drops; so a ring comes to rest, with each
 * notification carried as often as there are ways that pass no broker twice.
 */
import { connect, type Channel } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '@viaduct/testkit';
import { freshVhost } from '../../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../../tools/peers/started.ts';
import { startBroker } from './live-broker.ts';

requirePeer('rabbitmq');

const NOTIFICATIONS = 20;
const SETTLE_TIMEOUT_MS = 60_000;
const EXCHANGES = ['left', 'right'] as const;
type Exchange = (typeof EXCHANGES)[number];

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const EAST = { from: 'left', to: 'right' } as const;
const WEST = { from: 'right', to: 'left' } as const;

describe('two brokers between two exchanges', () => {
  it('come to rest where each bridges one direction', async () => {
    // The original, the way there, and the way back: not on any further.
    const ways = { left: ['', 'A B'], right: ['A'] };
    expect(await bridge([EAST], [WEST], ways)).toEqual(ways);
  });

  it('come to rest where both bridge both directions', async () => {
    const ways = { left: ['', 'A B', 'B A'], right: ['A', 'B'] };
    expect(await bridge([EAST, WEST], [EAST, WEST], ways)).toEqual(ways);
  });
});

type Direction = typeof EAST | typeof WEST;

/** By exchange, the trails of what is seen there; brokers are called A and B. */
type Ways = Readonly<Record<Exchange, readonly string[]>>;

/**
 * Starts both brokers, lets notifications through until each has gone all the ways it can, and
 * more of them, and gives the ways that were really gone.
 */
async function bridge(a: readonly Direction[], b: readonly Direction[], ways: Ways): Promise<Ways> {
  const vhost = await freshVhost();
  cleanups.push(() => vhost.drop());
  const connection = await connect(vhost.url);
  cleanups.push(() => connection.close());
  const channel = await connection.createChannel();
  const seen = await watch(channel);
  const brokers = [];
  for (const directions of [a, b]) {
    const names = directions.flatMap(({ from, to }) => [`from-${from}`, `to-${to}`]);
    const broker = await startBroker(configuration(vhost.url, directions), names);
    cleanups.push(() => broker.remove());
    brokers.push(broker);
  }
  for (let batch = 1; batch <= 2; batch += 1) {
    // The second batch passes through where an endless first one would still be under way.
    for (let index = 0; index < NOTIFICATIONS; index += 1) publish(channel, index);
    await waitFor(
      () =>
        EXCHANGES.every((name) => seen[name].length >= ways[name].length * NOTIFICATIONS * batch),
      { timeoutMs: SETTLE_TIMEOUT_MS, what: `batch ${String(batch)} on both exchanges` },
    );
  }
  for (const broker of brokers) expect(await broker.stop()).toBe(0);
  for (const name of EXCHANGES) {
    expect(seen[name], name).toHaveLength(ways[name].length * NOTIFICATIONS * 2);
  }
  return { left: named(seen, 'left'), right: named(seen, 'right') };
}

function configuration(url: string, directions: readonly Direction[]): string {
  // Sources of one name would share a queue by default: each broker has its own here.
  const sources = directions.map(({ from }) => {
    const options = `exchanges: [${from}], queue: ${randomUUID()}`;
    return `  from-${from}: { adapter: oslo, url: "${url}", ${options} }`;
  });
  const sinks = directions.map(
    ({ to }) => `  to-${to}: { adapter: oslo, url: "${url}", exchange: ${to}, durable: true }`,
  );
  const routes = directions.map(({ from, to }) => `  - { from: from-${from}, to: to-${to} }`);
  return ['sources:', ...sources, 'sinks:', ...sinks, 'routes:', ...routes, ''].join('\n');
}

/** Every notification of both exchanges, by its trail. */
async function watch(channel: Channel): Promise<Record<Exchange, string[]>> {
  const seen: Record<Exchange, string[]> = { left: [], right: [] };
  for (const exchange of EXCHANGES) {
    await channel.assertExchange(exchange, 'topic', { durable: true });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, exchange, '#');
    await channel.consume(
      queue,
      (message) => {
        const trail: unknown = message?.properties.headers?.['x-viaduct-trail'];
        seen[exchange].push(typeof trail === 'string' ? trail : '');
      },
      { noAck: true },
    );
  }
  return seen;
}

/** Half of them have no id: what cannot be known by its id is known by its trail. */
function publish(channel: Channel, index: number): void {
  const notification = {
    ...(index % 2 === 0 ? { message_id: randomUUID() } : {}),
    publisher_id: 'compute.host1',
    event_type: 'compute.instance.update',
    priority: 'INFO',
    payload: { instance_id: randomUUID(), state: 'active' },
    timestamp: '2026-01-01 00:00:00.000000',
  };
  const options = { contentType: 'application/json' };
  channel.publish('left', 'notifications.info', Buffer.from(JSON.stringify(notification)), options);
}

/** The distinct trails of an exchange; the broker that stands first on the right is A. */
function named(seen: Readonly<Record<Exchange, readonly string[]>>, exchange: Exchange): string[] {
  const ids = [...new Set(seen.right.concat(seen.left).flatMap((trail) => trail.split(' ')))];
  const brokers = ids.filter((id) => id !== '');
  expect(brokers).toHaveLength(2);
  const names = new Map(brokers.map((id, index) => [id, index === 0 ? 'A' : 'B']));
  const trails = seen[exchange].map((trail) =>
    trail
      .split(' ')
      .map((id) => names.get(id) ?? '')
      .join(' '),
  );
  return [...new Set(trails)].sort();
}
