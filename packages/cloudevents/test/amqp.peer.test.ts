import { randomUUID } from 'node:crypto';
import {
  sinkContract,
  sourceContract,
  testContext,
  waitFor,
  type SinkPeer,
  type SourcePeer,
} from '@viaduct/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Delivery } from '@viaduct/core';

import { startRabbitmq, type Rabbitmq } from '../../../tools/peers/rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { AMQP_SINK_CAPABILITIES, createAmqpSink } from '../src/amqp/amqp-sink.ts';
import { AMQP_SOURCE_CAPABILITIES, createAmqpSource } from '../src/amqp/amqp-source.ts';
import { writeAmqp, type AmqpForm, type CloudEventMessage } from '../src/codec.ts';
import { declareExchange, declareQueue, drain, publish, type Published } from './amqp-client.ts';
import { anyEvent, cloudEvent, encoded, labelOf } from './canonical-events.ts';
import { amqpSinkConfig, amqpSourceConfig } from './configured.ts';
import { silentServer } from './webhook-target.ts';

requirePeer('rabbitmq');

const never = new AbortController().signal;
const BINARY: AmqpForm = { mode: 'binary', headerNames: 'prefixed' };

let server: Rabbitmq;
beforeAll(async () => {
  server = await startRabbitmq();
});
afterAll(() => server.close());

const freshName = (): string => `case-${randomUUID().slice(0, 8)}`;

function published(message: CloudEventMessage, form: AmqpForm = BINARY): Published {
  const { contentType, headers, body } = writeAmqp(message, form);
  const type = contentType === undefined ? {} : { contentType };
  return { routingKey: 'any', properties: { ...type, headers }, body };
}

async function silentRabbitmq(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const silent = await silentServer();
  return { ...silent, url: silent.url.replace('http:', 'amqp:') };
}

sourceContract<CloudEventMessage>({
  name: 'cloudevents, RabbitMQ',
  capabilities: AMQP_SOURCE_CAPABILITIES,
  async open(): Promise<SourcePeer<CloudEventMessage>> {
    const name = freshName();
    const silent = await silentRabbitmq();
    await declareExchange(server.url, name);
    const given = { exchange: name, queue: name, prefetch: 2_000 };
    const sourceAt = (url: string) => amqpSourceConfig({ ...given, url: [url] });
    return {
      create: (context) => createAmqpSource(sourceAt(server.url), context),
      createUnanswered: (context) => createAmqpSource(sourceAt(silent.url), context),
      publish: (labels) =>
        publish(
          server.url,
          name,
          labels.map((label) => published(cloudEvent(label))),
        ),
      labelOf,
      restart: () => server.restart(),
      pending: async () => {
        const queues = await server.ctl('list_queues', 'name', 'messages');
        return Number(new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(queues)?.[1] ?? Number.NaN);
      },
      close: () => silent.close(),
    };
  },
});

sinkContract<CloudEventMessage>({
  name: 'cloudevents, RabbitMQ',
  capabilities: AMQP_SINK_CAPABILITIES,
  async open(): Promise<SinkPeer<CloudEventMessage>> {
    const name = freshName();
    const silent = await silentRabbitmq();
    await declareExchange(server.url, name);
    await declareQueue(server.url, name, name);
    const sinkAt = (url: string) => amqpSinkConfig({ exchange: name, url: [url] });
    const received: string[] = [];
    let isStopped = false;
    return {
      create: (context) => createAmqpSink(sinkAt(server.url), context),
      createUnanswered: (context) => createAmqpSink(sinkAt(silent.url), context),
      parcel: (labels) => ({
        event: anyEvent(),
        natives: labels.map((label) => cloudEvent(label)),
      }),
      ready: () => Promise.resolve(),
      received: async () => {
        const taken = await drain(server.url, name);
        received.push(...taken.map(({ message }) => labelOf(message)));
        return received;
      },
      restart: () => server.restart(),
      stop: async () => {
        isStopped = true;
        await server.stop();
      },
      close: async () => {
        await silent.close();
        // The case that stops the peer for good leaves the others one to talk to.
        if (isStopped) await server.start();
      },
    };
  },
});

describe('a source on RabbitMQ', () => {
  test('takes both modes from an existing queue, and gives back what is no event', async () => {
    const queue = freshName();
    await declareQueue(server.url, queue);
    const sent: Published[] = [
      published(cloudEvent('binary', { data: { a: 1 } })),
      published(cloudEvent('structured'), { mode: 'structured', headerNames: 'prefixed' }),
      published(cloudEvent('plain'), { mode: 'binary', headerNames: 'plain' }),
      { routingKey: queue, properties: { contentType: 'text/plain' }, body: Buffer.from('hello') },
      published(cloudEvent('large', { data: 'x'.repeat(2_000) })),
    ];
    await publish(
      server.url,
      '',
      sent.map((message) => ({ ...message, routingKey: queue })),
    );
    const config = amqpSourceConfig({ url: [server.url], queue, messageBytesMax: 1_000 });
    const source = createAmqpSource(config, testContext());
    await source.connect(never);
    const taken: Delivery<CloudEventMessage>[] = [];
    const abort = new AbortController();
    const reading = (async () => {
      for await (const batch of source.deliveries(abort.signal)) taken.push(...batch);
    })();
    await waitFor(() => taken.length === 5);
    const said = taken.map((one) =>
      'native' in one ? labelOf(one.native) : one.malformed.error.code,
    );
    expect(said).toEqual([
      'binary',
      'structured',
      'plain',
      'VIA_CLOUDEVENTS_FORMAT',
      'VIA_AMQP_MESSAGE_TOO_LARGE',
    ]);
    abort.abort();
    await reading;
    await source.close();
  });

  test('says what is missing', async () => {
    const connect = (given: object): Promise<void> =>
      createAmqpSource(amqpSourceConfig({ url: [server.url], ...given }), testContext()).connect(
        never,
      );
    const missing = { code: 'VIA_AMQP_NOT_FOUND' };
    await expect(connect({ queue: 'no-such-queue' })).rejects.toMatchObject(missing);
    await expect(connect({ exchange: 'no-such-exchange' })).rejects.toMatchObject(missing);
    await expect(connect({})).rejects.toMatchObject({ code: 'VIA_CLOUDEVENTS_NO_QUEUE' });
  });
});

describe('a sink on RabbitMQ', () => {
  test('reaches the trigger of a Knative broker by its headers', async () => {
    const name = freshName();
    await declareExchange(server.url, name, 'headers');
    const type = 'io.viaduct.compute.create.end';
    await declareQueue(server.url, name, name, { 'x-match': 'all', type });
    const given = { url: [server.url], exchange: name, headerNames: 'plain' } as const;
    const sink = createAmqpSink(amqpSinkConfig(given), testContext());
    await sink.connect(never);
    const parcel = { event: anyEvent(), natives: [encoded(anyEvent())] };
    expect(await sink.send([parcel], never)).toEqual([{ kind: 'delivered' }]);
    const [taken] = await drain(server.url, name);
    expect(taken).toEqual({ routingKey: type, message: parcel.natives[0] });
    // No trigger takes this one: it is kept.
    const other = { event: anyEvent(), natives: [cloudEvent('other')] };
    const [outcome] = await sink.send([other], never);
    expect(outcome).toMatchObject({ kind: 'unavailable', code: 'VIA_AMQP_UNROUTABLE' });
    await sink.close();
  });

  test('fills its routing key with attributes, cut to what fits', async () => {
    const name = freshName();
    await declareExchange(server.url, name);
    await declareQueue(server.url, name, name);
    const routingKey = 'a.{subject}.{nothing}{type}';
    const sink = createAmqpSink(
      amqpSinkConfig({ url: [server.url], exchange: name, routingKey }),
      testContext(),
    );
    await sink.connect(never);
    for (const label of ['x', 'é'.repeat(200)]) {
      await sink.send([{ event: anyEvent(), natives: [cloudEvent(label)] }], never);
    }
    const keys = (await drain(server.url, name)).map((taken) => taken.routingKey);
    expect(keys).toEqual(['a.x.com.example.vm.created', `a.${'é'.repeat(126)}`]);
    await sink.close();
  });

  test('says that the exchange is missing', async () => {
    const config = amqpSinkConfig({ url: [server.url], exchange: 'no-such-exchange' });
    await expect(createAmqpSink(config, testContext()).connect(never)).rejects.toMatchObject({
      code: 'VIA_AMQP_NOT_FOUND',
      kind: 'permanent',
    });
  });
});
