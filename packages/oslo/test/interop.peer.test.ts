import type { Outcome } from '@viaduct/core';
import { systemClock, testContext, waitFor } from '@viaduct/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  OSLO_PRIORITIES,
  startListener,
  startNotifier,
  type OsloListener,
  type OsloNotifier,
} from '../../../tools/peers/oslo.ts';
import { freshVhost, type Vhost } from '../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { createOsloSink } from '../src/sink.ts';
import { createOsloSource } from '../src/source.ts';
import type { OsloSinkConfig, OsloSourceConfig } from '../src/config.ts';
import { declareExchange, never, onRabbitmq } from './amqp-client.ts';
import { anyEvent, eventTypeOf, notification, sinkConfig, sourceConfig } from './configured.ts';
import { startReading, type Reading } from './reading.ts';

requirePeer('rabbitmq');
requirePeer('oslo');

let vhost: Vhost;
beforeEach(async () => {
  vhost = await freshVhost();
});

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function listener(
  options: Omit<Parameters<typeof startListener>[0], 'url'>,
): Promise<OsloListener> {
  const started = await startListener({ url: vhost.url, ...options });
  open.push(() => started.stop());
  return started;
}

async function notifier(
  options: Omit<Parameters<typeof startNotifier>[0], 'url'>,
): Promise<OsloNotifier> {
  const started = await startNotifier({ url: vhost.url, ...options });
  open.push(() => started.stop());
  return started;
}

async function read(given: Partial<OsloSourceConfig>): Promise<Reading> {
  const config = sourceConfig({ url: [vhost.url], exchangeCheckMs: 100, ...given });
  const started = await startReading(createOsloSource(config, testContext(systemClock, 'interop')));
  open.push(() => started.stop());
  return started;
}

async function notify(
  given: Partial<OsloSinkConfig>,
  ...natives: ReturnType<typeof notification>[]
): Promise<readonly Outcome[]> {
  const context = testContext();
  const sink = createOsloSink(sinkConfig({ url: [vhost.url], ...given }), context);
  try {
    await sink.connect(never());
    return await sink.send(
      natives.map((native) => ({ event: anyEvent(), natives: [native] })),
      never(),
    );
  } finally {
    await sink.close();
  }
}

const typesOf = (heard: OsloListener): readonly string[] =>
  heard.notifications().map(({ event_type: type, priority }) => `${type} ${priority}`);

describe('a real oslo.messaging listener', () => {
  test.each(['v1', 'v2'] as const)('understands all seven priorities in %s', async (format) => {
    const heard = await listener({ exchanges: ['viaduct'] });
    const natives = OSLO_PRIORITIES.map((priority) =>
      notification(`test.${priority}`, { priority, format, exchange: 'viaduct' }),
    );
    const outcomes = await notify({ exchange: 'viaduct' }, ...natives);
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['delivered']));
    await heard.waitForCount(7);
    expect([...typesOf(heard)].sort()).toEqual(
      OSLO_PRIORITIES.map((priority) => `test.${priority} ${priority}`).sort(),
    );
    expect(heard.notifications()[0]).toMatchObject({ payload: { instance_id: 'i-1' } });
  });

  test.each([
    ['durable queues', { durable: true }, { 'oslo_messaging_rabbit.amqp_durable_queues': true }],
    [
      'quorum queues',
      { queueType: 'quorum' as const },
      { 'oslo_messaging_rabbit.rabbit_quorum_queue': true },
    ],
  ])('that uses %s starts after our notifier did', async (_case, given, conf) => {
    const outcomes = await notify(given, notification('before'));
    expect(outcomes).toEqual([{ kind: 'delivered' }]);
    const heard = await listener({ priorities: ['info'], exchanges: ['openstack'], conf });
    await heard.waitForCount(1);
    expect(typesOf(heard)).toEqual(['before info']);
  });

  test('of a pool gets its copy', async () => {
    const heard = await listener({ pool: 'watchers', exchanges: ['viaduct'] });
    await notify({ exchange: 'viaduct' }, notification('pooled'));
    await heard.waitForCount(1);
    expect(typesOf(heard)).toEqual(['pooled info']);
  });
});

describe('a real oslo.messaging notifier', () => {
  test.each(['messaging', 'messagingv2'] as const)(
    'is heard at all seven priorities with driver %s',
    async (driver) => {
      const reading = await read({ exchanges: ['nova'] });
      const cloud = await notifier({ driver, exchange: 'nova' });
      // Its first notification creates the exchange; ours is bound when we notice.
      cloud.send({ event_type: 'first', payload: {}, priority: 'info' });
      await cloud.waitForSent(1);
      await bound('nova');
      for (const priority of OSLO_PRIORITIES) {
        cloud.send({ event_type: `test.${priority}`, payload: { n: 1 }, priority });
      }
      await reading.waitFor(7);
      expect([...reading.eventTypes()].sort()).toEqual(
        OSLO_PRIORITIES.map((priority) => `test.${priority}`).sort(),
      );
      const [first] = reading.deliveries;
      expect(first !== undefined && 'native' in first && first.native).toMatchObject({
        exchange: 'nova',
        properties: {
          contentType: 'application/json',
          contentEncoding: 'utf-8',
          headers: {},
          deliveryMode: 2,
          priority: 0,
        },
      });
    },
  );

  test('keeps its own listener: our queue takes a copy', async () => {
    await declareExchange(vhost.url, 'nova');
    const reading = await read({ exchanges: ['nova'] });
    const ceilometer = await listener({ exchanges: ['nova'] });
    const cloud = await notifier({ exchange: 'nova' });
    for (let n = 0; n < 5; n += 1) {
      cloud.send({ event_type: `n${n}`, payload: {}, priority: 'info' });
    }
    await ceilometer.waitForCount(5);
    await reading.waitFor(5);
    expect(reading.eventTypes()).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
  });

  test('shares a pool between us and a real member of it', async () => {
    const real = await listener({ pool: 'shared', exchanges: ['nova'] });
    const reading = await read({
      exchanges: ['nova'],
      mode: 'pool',
      queue: 'shared',
      durable: false,
    });
    const cloud = await notifier({ exchange: 'nova' });
    for (let n = 0; n < 40; n += 1) {
      cloud.send({ event_type: `n${n}`, payload: {}, priority: n % 2 ? 'info' : 'error' });
    }
    await cloud.waitForSent(40);
    await waitFor(() => reading.deliveries.length + real.notifications().length === 40);
    expect(reading.deliveries.length).toBeGreaterThan(0);
    expect(real.notifications().length).toBeGreaterThan(0);
  });

  test('lets a real member join a pool that we made, where the flags are its own', async () => {
    await declareExchange(vhost.url, 'nova');
    await read({ exchanges: ['nova'], mode: 'pool', queue: 'ours', durable: false });
    const real = await listener({ pool: 'ours', exchanges: ['nova'] });
    expect(real.pid).toBeGreaterThan(0);
  });

  test('is not disturbed by our durable queue on its exchange', async () => {
    const ceilometer = await listener({ exchanges: ['nova'] });
    await read({ exchanges: ['nova'], durable: true });
    const cloud = await notifier({ exchange: 'nova' });
    cloud.send({ event_type: 'still heard', payload: {}, priority: 'info' });
    await ceilometer.waitForCount(1);
  });

  test('fills queues that we drain in its listener’s place', async () => {
    const cloud = await notifier({ exchange: 'nova', topics: ['notifications'] });
    for (const priority of ['info', 'error']) {
      cloud.send({ event_type: `test.${priority}`, payload: {}, priority });
    }
    await cloud.waitForSent(2);
    const reading = await read({ mode: 'consume-default', priorities: ['info', 'error'] });
    await reading.waitFor(2);
    expect([...reading.eventTypes()].sort()).toEqual(['test.error', 'test.info']);
  });

  async function bound(exchange: string): Promise<void> {
    await waitFor(async () => {
      const bindings = await vhost.ctl('list_bindings', 'source_name', 'destination_name');
      return new RegExp(`^${exchange}\\s+viaduct\\.interop`, 'm').test(bindings);
    });
  }
});

describe('what we publish', () => {
  test('is byte for byte what the original would have sent', async () => {
    const natives = [notification('a', { format: 'v1' }), notification('b')];
    await notify({}, ...natives);
    const taken = await onRabbitmq(vhost.url, async (connection) => {
      const channel = await connection.openChannel();
      const get = async () => {
        const message = await channel.get('notifications.info');
        if (message === false) throw new Error('nothing there');
        return message;
      };
      return [await get(), await get()];
    });
    for (const [index, message] of taken.entries()) {
      expect(message.content.toString()).toBe(natives[index]?.body);
      expect(message.fields.exchange).toBe('openstack');
      // The flags of a real notifier's message are 0xf800: these five and no other.
      const set = Object.entries(message.properties as object).filter(
        ([, value]) => value !== undefined,
      );
      expect(Object.fromEntries(set)).toEqual({
        contentType: 'application/json',
        contentEncoding: 'utf-8',
        headers: {},
        deliveryMode: 2,
        priority: 0,
      });
    }
    const types = taken.map(({ content }) => eventTypeOf({ body: content.toString() }));
    expect(types).toEqual(['a', 'b']);
  });
});
