import type { Delivery, Sink, Source } from '@viaduct/core';
import { systemClock, testContext, waitFor } from '@viaduct/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';

import { rabbitmqctl } from '../../../tools/peers/rabbitmq.ts';
import { freshVhost, type Vhost } from '../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import type { CloudifySinkConfig, CloudifySourceConfig } from '../src/config.ts';
import { EVENTS_EXCHANGE, type CloudifyMessage } from '../src/message.ts';
import { createCloudifySink } from '../src/sink.ts';
import { createCloudifySource } from '../src/source.ts';
import { bind, declareExchange, drain, never, onRabbitmq, publish } from './amqp-client.ts';
import { sinkConfig, sourceConfig, workflowEvent, workflowOf } from './configured.ts';
import { decoded, encoded, golden } from './reading.ts';

requirePeer('rabbitmq');

let vhost: Vhost;
let context: ReturnType<typeof testContext>;
const open: { close(): Promise<void> }[] = [];

// A virtual host for each test: all of them use the exchange of the product's name.
beforeEach(async () => {
  vhost = await freshVhost();
  context = testContext(systemClock, 'flows');
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await vhost.drop();
});

const users: string[] = [];
beforeAll(async () => {
  await rabbitmqctl(inject('rabbitmq'), 'add_user', 'cfy-reader', 'pass');
  users.push('cfy-reader');
});
afterAll(async () => {
  for (const user of users) await rabbitmqctl(inject('rabbitmq'), 'delete_user', user);
});

interface Read {
  readonly deliveries: readonly Delivery<CloudifyMessage>[];
  stop(): Promise<void>;
}

async function reading(given: Partial<CloudifySourceConfig> = {}): Promise<Read> {
  const config = sourceConfig({ url: [vhost.url], ...given });
  const source: Source<CloudifyMessage> = createCloudifySource(config, context);
  open.push(source);
  const abort = new AbortController();
  await source.connect(abort.signal);
  const deliveries: Delivery<CloudifyMessage>[] = [];
  const read = async (): Promise<void> => {
    for await (const batch of source.deliveries(abort.signal)) {
      deliveries.push(...batch);
      for (const delivery of batch) delivery.ack();
    }
  };
  const ended = read().catch(() => undefined);
  return {
    deliveries,
    stop: async () => {
      abort.abort();
      await ended;
      await source.close();
    },
  };
}

const workflowsOf = ({ deliveries }: Read): readonly string[] =>
  deliveries.map((one) => ('native' in one ? workflowOf(one.native) : ''));

async function sinkOf(given: Partial<CloudifySinkConfig> = {}): Promise<Sink<CloudifyMessage>> {
  const sink = createCloudifySink(sinkConfig({ url: [vhost.url], ...given }), context);
  open.push(sink);
  await sink.connect(never());
  return sink;
}

/** The user of a tenant or agent may configure nothing, or only what the product names. */
async function asUser(configure: string): Promise<string> {
  await vhost.ctl('set_permissions', 'cfy-reader', configure, '.*', '.*');
  return vhost.url.replace('guest:guest', 'cfy-reader:pass');
}

describe('the source', () => {
  test('receives the workflow events and those of tasks, beside the manager', async () => {
    await declareExchange(vhost.url, EVENTS_EXCHANGE);
    await bind(vhost.url, EVENTS_EXCHANGE, 'cloudify-hooks', 'events.hooks');
    const read = await reading();
    await publish(vhost.url, EVENTS_EXCHANGE, [
      workflowEvent('install'),
      workflowEvent('configure', { eventType: 'task_failed', routingKey: 'events' }),
    ]);
    await waitFor(() => read.deliveries.length === 2);
    expect(workflowsOf(read)).toEqual(['install', 'configure']);
    expect(await drain(vhost.url, 'cloudify-hooks')).toHaveLength(1);
  });

  test('takes the five workflow events alone where told so', async () => {
    await declareExchange(vhost.url, EVENTS_EXCHANGE);
    await bind(vhost.url, EVENTS_EXCHANGE, 'all', 'events.#');
    const read = await reading({ routingKeys: ['events.hooks'] });
    await publish(vhost.url, EVENTS_EXCHANGE, [
      workflowEvent('task', { routingKey: 'events' }),
      workflowEvent('install'),
    ]);
    await waitFor(() => read.deliveries.length === 1);
    expect(workflowsOf(read)).toEqual(['install']);
  });

  test('reads the logs of older versions from their fanout exchange', async () => {
    await declareExchange(vhost.url, 'cloudify-logs', 'fanout');
    const read = await reading({ exchanges: ['cloudify-logs'] });
    await publish(vhost.url, 'cloudify-logs', [{ ...golden('v5-log'), routingKey: '' }]);
    await waitFor(() => read.deliveries.length === 1);
    const [delivery] = read.deliveries;
    if (delivery === undefined || !('native' in delivery)) throw new Error('no message');
    expect(decoded(delivery.native).data).toMatchObject({
      severity: 'info',
      message: 'configuring',
    });
  });

  test('waits for the exchange, and never declares it', async () => {
    const read = await reading({ exchangeCheckMs: 100 });
    expect(await vhost.ctl('list_exchanges', 'name')).not.toContain(EVENTS_EXCHANGE);
    await declareExchange(vhost.url, EVENTS_EXCHANGE);
    await waitFor(() => context.logger.messages('info').length === 2);
    await publish(vhost.url, EVENTS_EXCHANGE, [workflowEvent('install')]);
    await waitFor(() => read.deliveries.length === 1);
  });

  test('reads a queue that somebody made for a user without configure rights', async () => {
    await declareExchange(vhost.url, EVENTS_EXCHANGE);
    await bind(vhost.url, EVENTS_EXCHANGE, 'outside', 'events.#');
    const url = await asUser('^$');
    const read = await reading({ url: [url], queue: 'outside', declare: 'never' });
    await publish(vhost.url, EVENTS_EXCHANGE, [workflowEvent('install')]);
    await waitFor(() => read.deliveries.length === 1);
  });

  test('says what a user without configure rights lacks', async () => {
    await declareExchange(vhost.url, EVENTS_EXCHANGE);
    const url = await asUser('^$');
    await expect(reading({ url: [url] })).rejects.toMatchObject({
      kind: 'permanent',
      code: 'VIA_AMQP_ACCESS_REFUSED',
    });
  });

  test('shows nothing of a message that is too large', async () => {
    await declareExchange(vhost.url, EVENTS_EXCHANGE);
    const read = await reading({ messageBytesMax: 100 });
    await publish(vhost.url, EVENTS_EXCHANGE, [workflowEvent('install')]);
    await waitFor(() => read.deliveries.length === 1);
    expect(read.deliveries[0]).toMatchObject({
      malformed: { error: { code: 'VIA_AMQP_MESSAGE_TOO_LARGE' } },
    });
    expect(JSON.stringify(read.deliveries)).not.toContain('ctok');
  });
});

describe('the sink', () => {
  const event = decoded(golden('v7-workflow-started'));
  const parcel = { event, natives: [encoded(event)] };

  test('makes the exchange where it is missing, as the manager makes it', async () => {
    const sink = await sinkOf();
    const exchanges = await vhost.ctl('list_exchanges', 'name', 'type', 'durable', 'auto_delete');
    expect(exchanges).toMatch(new RegExp(`${EVENTS_EXCHANGE}\\s+topic\\s+true\\s+false`));
    expect(await sink.send([parcel], never())).toMatchObject([
      { kind: 'unavailable', code: 'VIA_AMQP_UNROUTABLE' },
    ]);
    // As a manager that comes later would: the same arguments, or this throws.
    await declareExchange(vhost.url, EVENTS_EXCHANGE);
    await bind(vhost.url, EVENTS_EXCHANGE, 'cloudify-hooks', 'events.hooks');
    expect(await sink.send([parcel], never())).toEqual([{ kind: 'delivered' }]);
    const [message] = await drain(vhost.url, 'cloudify-hooks');
    expect(decoded(message as CloudifyMessage)).toMatchObject({ id: event.id, data: event.data });
  });

  test('says what is wrong with an exchange of another type', async () => {
    await declareExchange(vhost.url, EVENTS_EXCHANGE, 'fanout');
    await expect(sinkOf()).rejects.toMatchObject({ kind: 'permanent', code: 'VIA_AMQP_CLASH' });
  });

  test('needs the exchange where it may not declare', async () => {
    await expect(sinkOf({ declare: 'never' })).rejects.toMatchObject({
      code: 'VIA_AMQP_NOT_FOUND',
    });
  });

  test('publishes as a user who may configure nothing', async () => {
    await declareExchange(vhost.url, EVENTS_EXCHANGE);
    await bind(vhost.url, EVENTS_EXCHANGE, 'q', 'events.#');
    const sink = await sinkOf({ url: [await asUser('^$')] });
    expect(await sink.send([parcel], never())).toEqual([{ kind: 'delivered' }]);
    await onRabbitmq(vhost.url, async (connection) => {
      const channel = await connection.openChannel();
      expect(await channel.checkQueue('q')).toMatchObject({ messageCount: 1 });
    });
  });

  test('refuses an event that is too large, for good', async () => {
    await declareExchange(vhost.url, EVENTS_EXCHANGE);
    const sink = await sinkOf({ messageBytesMax: 10 });
    expect(await sink.send([parcel], never())).toMatchObject([
      { kind: 'refused', code: 'VIA_AMQP_MESSAGE_TOO_LARGE', permanent: true },
    ]);
  });
});
