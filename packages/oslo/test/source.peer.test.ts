import { supervise } from '@viaduct/core';
import { queueState } from '@viaduct/amqp';
import { systemClock, testContext, waitFor, within } from '@viaduct/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { startRabbitmq } from '../../../tools/peers/rabbitmq.ts';
import { freshVhost, type Vhost } from '../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import type { OsloSourceConfig } from '../src/config.ts';
import { createOsloSource } from '../src/source.ts';
import { nestedTable, publishRaw } from '../../amqp/test/hostile-frames.ts';
import { declareExchange, never, onRabbitmq, publish } from './amqp-client.ts';
import { eventTypeOf, notification, sourceConfig } from './configured.ts';
import { startReading } from './reading.ts';

requirePeer('rabbitmq');

let vhost: Vhost;
beforeAll(async () => {
  vhost = await freshVhost();
});
afterAll(() => vhost.drop());

let context: ReturnType<typeof testContext>;
let count = 0;
beforeEach(() => {
  count += 1;
  context = testContext(systemClock, `s${count}`);
});

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

function sourceOf(given: Partial<OsloSourceConfig>): ReturnType<typeof createOsloSource> {
  return createOsloSource(sourceConfig({ url: [vhost.url], ...given }), context);
}

async function reading(
  given: Partial<OsloSourceConfig>,
  options: { readonly ack?: boolean } = {},
): ReturnType<typeof startReading> {
  const started = await startReading(sourceOf(given), options);
  open.push(started);
  return started;
}

const queueNow = (queue: string): ReturnType<typeof queueState> =>
  onRabbitmq(vhost.url, (connection) => queueState(connection, queue));

describe('a listener with a queue of its own', () => {
  test('receives every priority of each topic and exchange, and nothing else', async () => {
    await declareExchange(vhost.url, 'nova');
    await declareExchange(vhost.url, 'cinder');
    const read = await reading({ exchanges: ['nova', 'cinder'], topics: ['t1', 't2'] });
    const wanted = [
      notification('a', { exchange: 'nova', topic: 't1', priority: 'info' }),
      notification('b', { exchange: 'nova', topic: 't2', priority: 'critical' }),
      notification('c', { exchange: 'cinder', topic: 't1', priority: 'sample' }),
    ];
    await onRabbitmq(vhost.url, async (connection) => {
      const channel = await connection.openChannel();
      channel.publish('nova', 'conductor', Buffer.from('an RPC call'));
      channel.publish('nova', 't3.info', Buffer.from('another topic'));
    });
    await publish(vhost.url, '', wanted);
    await read.waitFor(3);
    expect(read.eventTypes()).toEqual(['a', 'b', 'c']);
    expect(read.deliveries[0]).toMatchObject({
      redelivered: false,
      native: {
        exchange: 'nova',
        routingKey: 't1.info',
        properties: { contentType: 'application/json', deliveryMode: 2, headers: {} },
      },
    });
  });

  test('takes only the priorities it was told to, whatever it was told before', async () => {
    await declareExchange(vhost.url, 'x2');
    await (await reading({ exchanges: ['x2'] })).stop();
    const read = await reading({ exchanges: ['x2'], priorities: ['error'] });
    await onRabbitmq(vhost.url, async (connection) => {
      const channel = await connection.openChannel();
      channel.publish('x2', 'notifications.info', Buffer.from('{}'));
    });
    await publish(vhost.url, 'x2', [notification('e', { priority: 'error' })]);
    await read.waitFor(1);
    expect(read.eventTypes()).toEqual(['e']);
  });

  test('limits its queue, so that nobody has to remember it', async () => {
    const given = { exchanges: ['amq.topic'], queueMessagesMax: 5, queueExpiresMs: 60_000 };
    const read = await reading(given);
    await read.stop();
    const labels = ['1', '2', '3', '4', '5', '6', '7'];
    await publish(
      vhost.url,
      'amq.topic',
      labels.map((label) => notification(label)),
    );
    const queue = `viaduct.${context.name}`;
    expect(await queueNow(queue)).toEqual({ messages: 5, consumers: 0 });
    const listed = await vhost.ctl('list_queues', 'name', 'durable', 'arguments');
    expect(listed).toMatch(new RegExp(`${queue}\\s+true.*x-overflow.*drop-head`));
    const again = await reading(given);
    await again.waitFor(5);
    expect(again.eventTypes()).toEqual(['3', '4', '5', '6', '7']);
  });

  test('waits for an exchange, hears the others meanwhile, and says so once', async () => {
    await declareExchange(vhost.url, 'here');
    const read = await reading({ exchanges: ['late', 'here'], exchangeCheckMs: 100 });
    await publish(vhost.url, 'here', [notification('meanwhile')]);
    await read.waitFor(1);
    expect(await vhost.ctl('list_exchanges', 'name')).not.toContain('late');
    await declareExchange(vhost.url, 'late');
    await waitFor(() => context.logger.messages('info').length === 2);
    await publish(vhost.url, 'late', [notification('afterwards')]);
    await read.waitFor(2);
    expect(context.logger.lines).toEqual([
      {
        level: 'info',
        message: 'waiting for exchanges that do not exist yet',
        fields: { exchanges: ['late'] },
      },
      {
        level: 'info',
        message: 'exchanges waited for are there now',
        fields: { exchanges: ['late'] },
      },
    ]);
  });

  test('binds again when somebody re-creates an exchange', async () => {
    await declareExchange(vhost.url, 'again');
    const read = await reading({ exchanges: ['again'], exchangeCheckMs: 100 });
    await onRabbitmq(vhost.url, async (connection) => {
      await (await connection.openChannel()).deleteExchange('again');
    });
    await declareExchange(vhost.url, 'again', true);
    await waitFor(async () => {
      await publish(vhost.url, 'again', [notification('after')]);
      return true;
    });
    await read.waitFor(1);
  });

  test('never declares an exchange or a queue of others', async () => {
    const read = await reading({ exchanges: ['not-ours'] });
    expect(await vhost.ctl('list_exchanges', 'name')).not.toContain('not-ours');
    expect(await vhost.ctl('list_queues', 'name')).not.toContain('notifications');
    await read.stop();
  });

  test('ends with a reason to reconnect when its queue is deleted, then makes a new one', async () => {
    await declareExchange(vhost.url, 'x3');
    const given = { exchanges: ['x3'] };
    const read = await reading(given);
    await vhost.ctl('delete_queue', `viaduct.${context.name}`);
    expect(await within(read.ended, 30_000, 'noticing')).toMatchObject({
      kind: 'reconnect',
      code: 'VIA_AMQP_CONSUMER_CANCELLED',
    });
    await read.stop();
    const again = await reading(given);
    await publish(vhost.url, 'x3', [notification('new queue')]);
    await again.waitFor(1);
  });

  test('gives a message over the limit as malformed, without its content', async () => {
    const read = await reading({ exchanges: ['amq.topic'], messageBytesMax: 1_000 });
    const secret = 's3cret'.repeat(1_000);
    await publish(vhost.url, 'amq.topic', [{ ...notification('x'), body: secret }]);
    await read.waitFor(1);
    expect(read.deliveries[0]).toMatchObject({
      malformed: { error: { code: 'VIA_AMQP_MESSAGE_TOO_LARGE' }, bytes: 6_000 },
    });
    expect(JSON.stringify(read.deliveries[0])).not.toContain('s3cret');
  });

  test('survives headers that break the AMQP library, and gives them as malformed', async () => {
    const read = await reading({ exchanges: ['amq.topic'] });
    await publishRaw(vhost.url, 'amq.topic', 'notifications.info', nestedTable(15_000));
    await publish(vhost.url, 'amq.topic', [notification('after')]);
    await read.waitFor(2);
    expect(read.deliveries).toMatchObject([
      { malformed: { error: { code: 'VIA_AMQP_MESSAGE_INVALID' }, bytes: 2 } },
      { native: { routingKey: 'notifications.info' } },
    ]);
  });

  test('holds a bounded number of bytes while nobody settles', async () => {
    const given = { exchanges: ['amq.topic'], inFlightBytesMax: 500_000, prefetch: 4 };
    const read = await reading(given, { ack: false });
    const body = 'x'.repeat(200_000);
    const large = Array.from({ length: 20 }, () => ({ ...notification('x'), body }));
    await publish(vhost.url, 'amq.topic', large);
    const queue = `viaduct.${context.name}`;
    await waitFor(async () => (await queueNow(queue))?.consumers === 0);
    expect(read.deliveries.length).toBeLessThanOrEqual(4);
    let settled = 0;
    await waitFor(() => {
      for (; settled < read.deliveries.length; settled += 1) read.deliveries[settled]?.ack();
      return settled === 20;
    });
  });
});

describe('a queue that exists with other flags', () => {
  async function existing(queue: string, options: object): Promise<void> {
    await onRabbitmq(vhost.url, async (connection) => {
      await (await connection.openChannel()).assertQueue(queue, options);
    });
  }

  test('is a permanent error that says what to set', async () => {
    await existing('mine', { durable: false });
    await expect(sourceOf({ queue: 'mine' }).connect(never())).rejects.toMatchObject({
      kind: 'permanent',
      code: 'VIA_AMQP_CLASH',
      message: expect.stringMatching(/"mine".*durable=false.*set durable: false/) as string,
    });
  });

  test('is used with a warning where only its limits differ', async () => {
    await existing('limits', { durable: true });
    const read = await reading({ queue: 'limits', exchanges: ['amq.topic'] });
    await publish(vhost.url, 'amq.topic', [notification('x')]);
    await read.waitFor(1);
    expect(context.logger.lines).toMatchObject([
      { level: 'warn', fields: { queue: 'limits', limit: 'x-expires' } },
    ]);
  });
});

describe('a listener that consumes the default queues', () => {
  test('waits for them and takes what is in them', async () => {
    const read = await reading({
      mode: 'consume-default',
      topics: ['shared'],
      priorities: ['info', 'error'],
      exchangeCheckMs: 100,
    });
    expect(context.logger.lines[0]?.fields).toEqual({ queues: ['shared.info', 'shared.error'] });
    await onRabbitmq(vhost.url, async (connection) => {
      await (await connection.openChannel()).assertQueue('shared.info', { durable: false });
    });
    await publish(vhost.url, '', [notification('taken', { topic: 'shared' })]);
    await read.waitFor(1);
    expect(read.eventTypes()).toEqual(['taken']);
  });
});

describe('a RabbitMQ that restarts in mid-stream', () => {
  test('costs nothing: bound again, delivered again, nothing lost', async () => {
    const server = await startRabbitmq();
    const abort = new AbortController();
    try {
      await declareExchange(server.url, 'nova', true);
      const source = createOsloSource(
        sourceConfig({ url: [server.url], exchanges: ['nova', 'volatile'], exchangeCheckMs: 100 }),
        context,
      );
      const seen = new Set<string>();
      let acknowledge = false;
      const running = supervise(
        source,
        async (signal) => {
          for await (const batch of source.deliveries(signal)) {
            for (const delivery of batch) {
              if ('native' in delivery) seen.add(eventTypeOf(delivery.native));
              if (acknowledge) delivery.ack();
            }
          }
        },
        {
          clock: systemClock,
          random: () => 0.5,
          signal: abort.signal,
          backoff: { initialMs: 20, maxMs: 200, factor: 2 },
        },
      );
      const send = (from: number, to: number, exchange: string): Promise<void> =>
        publish(
          server.url,
          exchange,
          Array.from({ length: to - from }, (_, index) => notification(`n${from + index}`)),
        );
      await waitFor(() => send(0, 100, 'nova').then(() => true));
      await waitFor(() => seen.size === 100);
      seen.clear();
      acknowledge = true;
      await server.restart();
      // Not one was acknowledged: all come again, with what is published afterwards.
      await send(100, 200, 'nova');
      await waitFor(() => seen.size === 200);
      // The restart took this exchange away with its binding, as it does with OpenStack's.
      await declareExchange(server.url, 'volatile');
      await waitFor(() => send(200, 201, 'volatile').then(() => true));
      await waitFor(() => seen.has('n200'));
      abort.abort();
      await running;
    } finally {
      abort.abort();
      await server.close();
    }
  });
});
