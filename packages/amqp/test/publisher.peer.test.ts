import { fakeClock, TcpProxy, waitFor, within } from '@viaduct/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { freshVhost, type Vhost } from '../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { queueState, type AmqpConnection, type AmqpMessage } from '../src/index.ts';
import { connect, never, openPublisher, toQueue } from './peer.ts';

requirePeer('rabbitmq');

let vhost: Vhost;
let connection: AmqpConnection;
beforeAll(async () => {
  vhost = await freshVhost();
});
afterAll(() => vhost.drop());
beforeEach(async () => {
  connection = await connect(vhost.url);
  const channel = await connection.openChannel();
  await channel.assertQueue('q');
  await channel.purgeQueue('q');
  await channel.close();
});
afterEach(() => connection.close());

const kinds = (results: readonly { readonly kind: string }[]): readonly string[] =>
  results.map(({ kind }) => kind);

describe('a publisher', () => {
  test('keeps its bounds and the order, over concurrent batches', async () => {
    const publisher = await openPublisher(connection, { inFlightMax: 10, inFlightBytesMax: 2_000 });
    let most = 0;
    const batch = async (name: string): Promise<void> => {
      const messages = Array.from({ length: 300 }, (_, n) => toQueue('q', `${name}-${n}`));
      const publishing = publisher.publish(messages, never());
      most = Math.max(most, publisher.inFlight);
      expect(new Set(kinds(await publishing))).toEqual(new Set(['confirmed']));
    };
    await Promise.all([batch('a'), batch('b'), batch('c')]);
    expect(most).toBeLessThanOrEqual(10);
    const channel = await connection.openChannel();
    const received: string[] = [];
    for (let message = await channel.get('q'); message; message = await channel.get('q')) {
      received.push(message.content.toString());
    }
    const expected = ['a', 'b', 'c'].flatMap((name) =>
      Array.from({ length: 300 }, (_, n) => `${name}-${n}`),
    );
    expect(received).toEqual(expected);
  });

  test('tells which messages had no queue', async () => {
    const publisher = await openPublisher(connection);
    const messages = Array.from({ length: 200 }, (_, n) => toQueue(n % 3 ? 'q' : 'nobody', 'same'));
    const results = kinds(await publisher.publish(messages, never()));
    expect(results).toEqual(messages.map((_, n) => (n % 3 ? 'confirmed' : 'returned')));
  });

  test('does not ask where mandatory is off', async () => {
    const publisher = await openPublisher(connection, { mandatory: false });
    const results = await publisher.publish([toQueue('nobody', 'x')], never());
    expect(results).toEqual([{ kind: 'confirmed' }]);
  });

  test('says when a queue rejects what is over its limit', async () => {
    const channel = await connection.openChannel();
    const limits = { maxLength: 2, arguments: { 'x-overflow': 'reject-publish' } };
    await channel.assertQueue('full', limits);
    const publisher = await openPublisher(connection);
    const messages = Array.from({ length: 4 }, () => toQueue('full', 'x'));
    const results = kinds(await publisher.publish(messages, never()));
    expect(results).toEqual(['confirmed', 'confirmed', 'nacked', 'nacked']);
  });

  test('refuses only the message that AMQP cannot express', async () => {
    const publisher = await openPublisher(connection);
    const good = toQueue('q', 'x');
    const bad: AmqpMessage[] = [
      { ...good, routingKey: 'x'.repeat(300) },
      { ...good, properties: { headers: { ['k'.repeat(300)]: 1 } } },
      { ...good, properties: { priority: 1_000 } },
    ];
    const results = await publisher.publish([good, ...bad, good], never());
    expect(kinds(results)).toEqual(['confirmed', 'invalid', 'invalid', 'invalid', 'confirmed']);
    expect((await queueState(connection, 'q'))?.messages).toBe(2);
  });

  test('leaves what was not confirmed unconfirmed when it is called off', async () => {
    const publisher = await openPublisher(connection, { inFlightMax: 1 });
    const abort = new AbortController();
    const messages = Array.from({ length: 50 }, () => toQueue('q', 'x'));
    const publishing = publisher.publish(messages, abort.signal);
    abort.abort();
    const results = await within(publishing, 10_000, 'calling off');
    expect(results.at(-1)).toMatchObject({
      kind: 'unconfirmed',
      error: { code: 'VIA_AMQP_ABORTED' },
    });
    expect(kinds(await publisher.publish([toQueue('q', 'y')], never()))).toEqual(['confirmed']);
  });

  test('tells what was confirmed from what was not when its channel is closed', async () => {
    const publisher = await openPublisher(connection);
    const gone = { ...toQueue('q', 'x'), exchange: 'no-such-exchange' };
    expect(kinds(await publisher.publish([toQueue('q', 'a')], never()))).toEqual(['confirmed']);
    const [result] = await publisher.publish([gone], never());
    expect(result).toMatchObject({
      kind: 'unconfirmed',
      error: { code: 'VIA_AMQP_NOT_FOUND', kind: 'permanent' },
    });
    expect(await publisher.lost).toMatchObject({ code: 'VIA_AMQP_NOT_FOUND' });
    expect(kinds(await publisher.publish([toQueue('q', 'b')], never()))).toEqual(['unconfirmed']);
  });

  test('loses patience with a server that confirms nothing', async () => {
    const port = Number(new URL(vhost.url).port);
    const proxy = await TcpProxy.start({ port });
    const silent = await connect(vhost.url.replace(String(port), String(proxy.port)), {
      heartbeatMs: 0,
    });
    const clock = fakeClock();
    const publisher = await openPublisher(silent, { clock, confirmTimeoutMs: 60_000 });
    proxy.setFaults({ drop: true });
    const publishing = publisher.publish([toQueue('q', 'x')], never());
    await waitFor(() => publisher.inFlight === 1);
    await clock.advance(60_000);
    const [result] = await within(publishing, 20_000, 'losing patience');
    expect(result).toMatchObject({
      error: { code: 'VIA_AMQP_CONFIRM_TIMEOUT', kind: 'reconnect' },
    });
    silent.destroy();
    await proxy.close();
  });
});
