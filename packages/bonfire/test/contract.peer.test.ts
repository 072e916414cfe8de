import { randomUUID } from 'node:crypto';

import { queueState } from '@viaduct/amqp';
import {
  sinkContract,
  sourceContract,
  waitFor,
  type SinkPeer,
  type SourcePeer,
} from '@viaduct/testkit';
import { afterAll, beforeAll } from 'vitest';

import { startRabbitmq, type Rabbitmq } from '../../../tools/peers/rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import type { BonfireMessage } from '../src/message.ts';
import { BONFIRE_SINK_CAPABILITIES, createBonfireSink } from '../src/sink.ts';
import {
  BONFIRE_DURABLE_SOURCE_CAPABILITIES,
  BONFIRE_SOURCE_CAPABILITIES,
  createBonfireDurableSource,
  createBonfireSource,
} from '../src/source.ts';
import { bind, drain, makeBonfireHost, onRabbitmq, publish, silentServer } from './amqp-client.ts';
import type { BonfireHost } from './amqp-client.ts';
import { durableConfig, labelOf, simpleMessage, sinkConfig, sourceConfig } from './configured.ts';
import { decoded } from './messages.ts';

requirePeer('rabbitmq');

let server: Rabbitmq;
let host: BonfireHost;
beforeAll(async () => {
  server = await startRabbitmq();
  host = await makeBonfireHost(server);
});
afterAll(() => server.close());

const newKey = (): string => randomUUID().replaceAll('-', '').slice(0, 20);

const messages = (labels: readonly string[], key: string): readonly BonfireMessage[] =>
  labels.map((label) => simpleMessage(label, 'experiments', key));

// As a user of BonFIRE, who may have nothing but a server-named queue.
sourceContract<BonfireMessage>({
  name: 'bonfire, a queue that RabbitMQ names',
  capabilities: BONFIRE_SOURCE_CAPABILITIES,
  async open(): Promise<SourcePeer<BonfireMessage>> {
    const key = newKey();
    const silent = await silentServer();
    const given = { routingKeys: [key], prefetch: 2_000 };
    return {
      create: (context) =>
        createBonfireSource(sourceConfig({ ...given, url: [host.userUrl] }), context),
      createUnanswered: (context) =>
        createBonfireSource(sourceConfig({ ...given, url: [silent.url] }), context),
      // Without a queue the message comes back: the source is not connected yet.
      publish: (labels) =>
        waitFor(() => publish(host.userUrl, messages(labels, key)).then(() => true)).then(
          () => undefined,
        ),
      labelOf,
      restart: () => server.restart(),
      close: () => silent.close(),
    };
  },
});

sourceContract<BonfireMessage>({
  name: 'bonfire, a durable queue',
  capabilities: BONFIRE_DURABLE_SOURCE_CAPABILITIES,
  async open(): Promise<SourcePeer<BonfireMessage>> {
    const key = newKey();
    const silent = await silentServer();
    const given = { routingKeys: [key], queue: key, prefetch: 2_000 };
    return {
      create: (context) =>
        createBonfireDurableSource(durableConfig({ ...given, url: [host.platformUrl] }), context),
      createUnanswered: (context) =>
        createBonfireDurableSource(durableConfig({ ...given, url: [silent.url] }), context),
      publish: (labels) => publish(host.platformUrl, messages(labels, key)),
      labelOf,
      restart: () => server.restart(),
      pending: () =>
        onRabbitmq(host.platformUrl, async (connection) => {
          const state = await queueState(connection, key);
          const listed = await server.ctl('list_queues', '-p', 'bonfire', 'name', 'messages');
          const all = Number(new RegExp(`^${key}\\s+(\\d+)`, 'm').exec(listed)?.[1]);
          return Math.max(all, state?.messages ?? Number.NaN);
        }),
      close: () => silent.close(),
    };
  },
});

sinkContract<BonfireMessage>({
  name: 'bonfire',
  capabilities: BONFIRE_SINK_CAPABILITIES,
  async open(): Promise<SinkPeer<BonfireMessage>> {
    const key = newKey();
    const silent = await silentServer();
    const received: string[] = [];
    let stopped = false;
    await bind(host.platformUrl, 'experiments', key, key);
    return {
      create: (context) => createBonfireSink(sinkConfig({ url: [host.userUrl] }), context),
      createUnanswered: (context) => createBonfireSink(sinkConfig({ url: [silent.url] }), context),
      parcel: (labels) => ({
        event: decoded(simpleMessage('1', 'experiments', key)).event,
        natives: messages(labels, key),
      }),
      ready: () => Promise.resolve(),
      received: async () => {
        received.push(...(await drain(host.platformUrl, key)).map(labelOf));
        return received;
      },
      restart: () => server.restart(),
      stop: async () => {
        stopped = true;
        await server.stop();
      },
      close: async () => {
        await silent.close();
        // The case that stops the peer for good leaves the others one to talk to.
        if (stopped) await server.start();
      },
    };
  },
});
