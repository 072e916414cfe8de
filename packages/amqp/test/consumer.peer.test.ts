import { fakeClock, waitFor, within } from '@viaduct/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { freshVhost, type Vhost } from '../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { queueState, type AmqpConnection, type AmqpDelivery, type Consumer } from '../src/index.ts';
import { nestedTable, publishRaw } from './hostile-frames.ts';
import { connect, never, openConsumer, openPublisher, toQueue } from './peer.ts';

requirePeer('rabbitmq');

let vhost: Vhost;
let connection: AmqpConnection;

beforeAll(async () => {
  vhost = await freshVhost();
});
afterAll(() => vhost.drop());

let queue: string;
let count = 0;
beforeEach(async () => {
  connection = await connect(vhost.url);
  count += 1;
  queue = `q${count}`;
  const channel = await connection.openChannel();
  await channel.assertQueue(queue);
});
afterEach(() => connection.close());

async function fill(...bodies: readonly (string | Uint8Array)[]): Promise<void> {
  const other = await connect(vhost.url);
  const publisher = await openPublisher(other);
  const results = await publisher.publish(
    bodies.map((body) => toQueue(queue, body)),
    never(),
  );
  expect(results.every(({ kind }) => kind === 'confirmed')).toBe(true);
  await other.close();
}

/** Reads until `count` deliveries came; settles none of them. */
async function read(consumer: Consumer, wanted: number): Promise<readonly AmqpDelivery[]> {
  const deliveries: AmqpDelivery[] = [];
  for await (const batch of consumer.batches(AbortSignal.timeout(30_000))) {
    deliveries.push(...batch);
    if (deliveries.length >= wanted) break;
  }
  return deliveries;
}

const text = ({ body }: AmqpDelivery): string => Buffer.from(body).toString();
const ready = async (): Promise<number> => (await queueState(connection, queue))?.messages ?? -1;

describe('a consumer', () => {
  test('delivers in order and acknowledges in any', async () => {
    await fill('a', 'b', 'c', 'd');
    const consumer = await openConsumer(connection);
    await consumer.consume(queue);
    const deliveries = await read(consumer, 4);
    expect(deliveries.map(text)).toEqual(['a', 'b', 'c', 'd']);
    for (const index of [3, 0, 2]) deliveries[index]!.ack();
    deliveries[1]!.reject('retry');
    const [again] = await read(consumer, 1);
    expect(again).toMatchObject({ redelivered: true, queue, exchange: '', routingKey: queue });
    expect(text(again!)).toBe('b');
    again!.reject('discard');
    await consumer.close();
    expect(await ready()).toBe(0);
  });

  test('sends what was acknowledged in the last moment before it closes', async () => {
    await fill(...Array.from({ length: 50 }, (_, index) => `m${index}`));
    const consumer = await openConsumer(connection);
    await consumer.consume(queue);
    const deliveries = await read(consumer, 50);
    for (const delivery of deliveries.slice(0, 40)) delivery.ack();
    await consumer.close();
    await connection.close();
    connection = await connect(vhost.url);
    await waitFor(async () => (await ready()) === 10);
  });

  test('takes no more than the prefetch count', async () => {
    await fill('1', '2', '3', '4', '5');
    const consumer = await openConsumer(connection, { prefetch: 2 });
    await consumer.consume(queue);
    const first = await read(consumer, 2);
    expect(await ready()).toBe(3);
    for (const delivery of first) delivery.ack();
    expect((await read(consumer, 2)).map(text)).toEqual(['3', '4']);
    await consumer.close();
  });

  test('is cancelled while too many bytes are in flight, and comes back', async () => {
    const body = new Uint8Array(100_000);
    await fill(...Array.from({ length: 30 }, () => body));
    const consumer = await openConsumer(connection, { prefetch: 3, inFlightBytesMax: 250_000 });
    await consumer.consume(queue);
    const first = await read(consumer, 3);
    await waitFor(async () => (await queueState(connection, queue))?.consumers === 0);
    expect(consumer.paused).toBe(true);
    expect(consumer.inFlight).toBe(3);
    for (const delivery of first) delivery.ack();
    let left = 27;
    let mostBytes = 0;
    for await (const batch of consumer.batches(AbortSignal.timeout(60_000))) {
      mostBytes = Math.max(mostBytes, consumer.inFlightBytes);
      for (const delivery of batch) delivery.ack();
      left -= batch.length;
      if (left === 0) break;
    }
    expect(left).toBe(0);
    // What was on its way when the limit was reached is bounded by the prefetch count.
    expect(mostBytes).toBeLessThan(250_000 + 3 * 101_000);
    await consumer.close();
    expect(await ready()).toBe(0);
  });

  test('returns what nobody asks for, once, and takes it when somebody does', async () => {
    const clock = fakeClock();
    await fill('a', 'b');
    const consumer = await openConsumer(connection, { clock, holdMaxMs: 600_000 });
    await consumer.consume(queue);
    await waitFor(() => consumer.inFlight === 2);
    await clock.advance(600_000);
    await waitFor(async () => (await ready()) === 2);
    expect((await queueState(connection, queue))?.consumers).toBe(0);
    const deliveries = await read(consumer, 2);
    expect(deliveries.map(text).sort()).toEqual(['a', 'b']);
    for (const delivery of deliveries) delivery.ack();
    await consumer.close();
  });

  test('ends with a reason to reconnect when its queue is deleted', async () => {
    const consumer = await openConsumer(connection);
    await consumer.consume(queue);
    const noticing = expect(within(read(consumer, 1), 30_000, 'noticing')).rejects.toMatchObject({
      kind: 'reconnect',
      code: 'VIA_AMQP_CONSUMER_CANCELLED',
    });
    await vhost.ctl('delete_queue', queue);
    await noticing;
    await consumer.close();
  });

  test('survives a message with headers nested thousands deep, and gets rid of it', async () => {
    await publishRaw(vhost.url, '', queue, nestedTable(15_000));
    await fill('after');
    const consumer = await openConsumer(connection);
    await consumer.consume(queue);
    const [hostile, good] = await read(consumer, 2);
    expect(hostile?.unreadable).toContain('call stack');
    expect(text(hostile!)).toBe('{}');
    expect(good).toMatchObject({ unreadable: undefined });
    expect(text(good!)).toBe('after');
    hostile!.ack();
    good!.ack();
    await consumer.close();
    expect(await ready()).toBe(0);
  });

  test('refuses a queue that does not exist', async () => {
    const consumer = await openConsumer(connection);
    await expect(consumer.consume('nowhere')).rejects.toMatchObject({
      kind: 'permanent',
      code: 'VIA_AMQP_NOT_FOUND',
    });
    await consumer.close();
  });
});
