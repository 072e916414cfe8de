import { randomUUID } from 'node:crypto';

import { sinkContract, sourceContract, type SinkPeer, type SourcePeer } from '@viaduct/testkit';
import { afterAll, beforeAll } from 'vitest';

import { startRabbitmq, type Rabbitmq } from '../../../tools/peers/rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import type { CloudifyMessage } from '../src/message.ts';
import { CLOUDIFY_SINK_CAPABILITIES, createCloudifySink } from '../src/sink.ts';
import { CLOUDIFY_SOURCE_CAPABILITIES, createCloudifySource } from '../src/source.ts';
import { bind, declareExchange, drain, publish, silentServer } from './amqp-client.ts';
import { sinkConfig, sourceConfig, workflowEvent, workflowOf } from './configured.ts';
import { decoded, golden } from './reading.ts';

requirePeer('rabbitmq');

let server: Rabbitmq;
beforeAll(async () => {
  server = await startRabbitmq();
});
afterAll(() => server.close());

sourceContract<CloudifyMessage>({
  name: 'cloudify, RabbitMQ',
  capabilities: CLOUDIFY_SOURCE_CAPABILITIES,
  async open(): Promise<SourcePeer<CloudifyMessage>> {
    const name = `case-${randomUUID().slice(0, 8)}`;
    const silent = await silentServer();
    await declareExchange(server.url, name);
    const given = { exchanges: [name], queue: name, prefetch: 2_000 };
    return {
      create: (context) =>
        createCloudifySource(sourceConfig({ ...given, url: [server.url] }), context),
      createUnanswered: (context) =>
        createCloudifySource(sourceConfig({ ...given, url: [silent.url] }), context),
      publish: (labels) =>
        publish(
          server.url,
          name,
          labels.map((label) => workflowEvent(label)),
        ),
      labelOf: workflowOf,
      restart: () => server.restart(),
      pending: async () => {
        const queues = await server.ctl('list_queues', 'name', 'messages');
        return Number(new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(queues)?.[1] ?? Number.NaN);
      },
      close: () => silent.close(),
    };
  },
});

sinkContract<CloudifyMessage>({
  name: 'cloudify, RabbitMQ',
  capabilities: CLOUDIFY_SINK_CAPABILITIES,
  async open(): Promise<SinkPeer<CloudifyMessage>> {
    const name = `case-${randomUUID().slice(0, 8)}`;
    const silent = await silentServer();
    const received: string[] = [];
    let stopped = false;
    await declareExchange(server.url, name);
    await bind(server.url, name, name, 'events.#');
    const given = { exchange: name };
    return {
      create: (context) => createCloudifySink(sinkConfig({ ...given, url: [server.url] }), context),
      createUnanswered: (context) =>
        createCloudifySink(sinkConfig({ ...given, url: [silent.url] }), context),
      parcel: (labels) => ({
        event: decoded(golden('v7-workflow-started')),
        natives: labels.map((label) => workflowEvent(label)),
      }),
      ready: () => Promise.resolve(),
      received: async () => {
        received.push(...(await drain(server.url, name)).map(workflowOf));
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
