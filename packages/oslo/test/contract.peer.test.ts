import { randomUUID } from 'node:crypto';

import { sinkContract, sourceContract, type SinkPeer, type SourcePeer } from '@viaduct/testkit';
import { afterAll, beforeAll } from 'vitest';

import { startRabbitmq, type Rabbitmq } from '../../../tools/peers/rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import type { OsloMessage } from '../src/message.ts';
import { createOsloSink, OSLO_SINK_CAPABILITIES } from '../src/sink.ts';
import { createOsloSource, OSLO_SOURCE_CAPABILITIES } from '../src/source.ts';
import { declareExchange, drain, publish, silentServer } from './amqp-client.ts';
import { anyEvent, eventTypeOf, notification, sinkConfig, sourceConfig } from './configured.ts';

requirePeer('rabbitmq');

let server: Rabbitmq;
beforeAll(async () => {
  server = await startRabbitmq();
});
afterAll(() => server.close());

sourceContract<OsloMessage>({
  name: 'oslo, RabbitMQ',
  capabilities: OSLO_SOURCE_CAPABILITIES,
  async open(): Promise<SourcePeer<OsloMessage>> {
    const name = `case-${randomUUID().slice(0, 8)}`;
    const silent = await silentServer();
    await declareExchange(server.url, name, true);
    const given = { exchanges: [name], queue: name, prefetch: 2_000 };
    return {
      create: (context) => createOsloSource(sourceConfig({ ...given, url: [server.url] }), context),
      createUnanswered: (context) =>
        createOsloSource(sourceConfig({ ...given, url: [silent.url] }), context),
      publish: (labels) =>
        publish(
          server.url,
          name,
          labels.map((label) => notification(label)),
        ),
      labelOf: eventTypeOf,
      restart: () => server.restart(),
      pending: async () => {
        const queues = await server.ctl('list_queues', 'name', 'messages');
        return Number(new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(queues)?.[1] ?? Number.NaN);
      },
      close: () => silent.close(),
    };
  },
});

sinkContract<OsloMessage>({
  name: 'oslo, RabbitMQ',
  capabilities: OSLO_SINK_CAPABILITIES,
  async open(): Promise<SinkPeer<OsloMessage>> {
    const topic = `case-${randomUUID().slice(0, 8)}`;
    const silent = await silentServer();
    const received: string[] = [];
    let stopped = false;
    const given = { topic, exchange: topic, durable: true };
    return {
      create: (context) => createOsloSink(sinkConfig({ ...given, url: [server.url] }), context),
      createUnanswered: (context) =>
        createOsloSink(sinkConfig({ ...given, url: [silent.url] }), context),
      parcel: (labels) => ({
        event: anyEvent(),
        natives: labels.map((label) => notification(label, { topic })),
      }),
      ready: () => Promise.resolve(),
      received: async () => {
        received.push(...(await drain(server.url, `${topic}.info`)).map(eventTypeOf));
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
