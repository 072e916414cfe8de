/**
 * A message of BonFIRE has no id. What tells a second delivery from a second message is RabbitMQ's
 * word that it brings it again, and the key that the first delivery left in the journal.
 */
import { connect } from 'amqplib';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { TcpProxy, waitFor } from '@viaduct/testkit';
import { freshVhost } from '../../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../../tools/peers/started.ts';
import { startBroker, type LiveBroker } from './live-broker.ts';

requirePeer('rabbitmq');

const TIMEOUT_MS = 60_000;
const KEY = '3fdff0c64c51135f4e5e';
const MESSAGE = JSON.stringify({
  timestamp: 1369737154,
  type: 'compute',
  status: 'running',
  path: '/locations/uk-epcc/computes/583',
});

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

it('counts what RabbitMQ brings again, and takes what is published twice on purpose', async () => {
  const vhost = await freshVhost();
  cleanups.push(() => vhost.drop());
  const connection = await connect(vhost.url);
  cleanups.push(() => connection.close());
  const channel = await connection.createConfirmChannel();
  await channel.assertExchange('experiments', 'direct');
  const publish = async (): Promise<void> => {
    channel.publish('experiments', KEY, Buffer.from(MESSAGE));
    await channel.waitForConfirms();
  };
  const { proxy, url } = await throughProxy(vhost.url);
  const broker = await startBroker(configurationOf(url), ['bf']);
  cleanups.push(() => broker.remove());

  // The connection ends in the middle of the acknowledgement, which RabbitMQ never gets.
  const { bytesToTarget } = proxy.counters;
  proxy.setFaults({ cutAfter: { direction: 'toTarget', bytes: bytesToTarget + 1 } });
  await publish();
  await waitFor(() => proxy.counters.connectionsOpen === 0, { timeoutMs: TIMEOUT_MS });
  proxy.setFaults({});
  const queue = 'viaduct.bf';
  const connections = () => broker.log().filter(({ msg, source }) => msg === 'connected' && source);
  await waitFor(() => connections().length === 2, { timeoutMs: TIMEOUT_MS });
  await waitFor(async () => (await channel.checkQueue(queue)).consumerCount === 1);
  await publish();
  await publish();
  await waitFor(async () => (await eventsOf(broker)).length >= 3, { timeoutMs: TIMEOUT_MS });
  await waitFor(async () => (await channel.checkQueue(queue)).messageCount === 0);
  expect(await broker.stop()).toBe(0);
  expect(await eventsOf(broker)).toHaveLength(3);
  expect(broker.log().at(-1)).toMatchObject({ accepted: 3, duplicates: 1 });
});

async function throughProxy(rabbitmq: string): Promise<{ proxy: TcpProxy; url: string }> {
  const url = new URL(rabbitmq);
  const proxy = await TcpProxy.start({ port: Number(url.port) });
  cleanups.push(() => proxy.close());
  url.port = String(proxy.port);
  return { proxy, url: url.href };
}

function configurationOf(url: string): string {
  return `
sources:
  bf: { adapter: bonfire.durable, url: "${url}", routingKeys: ${KEY}, exchangeCheckMs: 3600000 }
sinks:
  file: { adapter: cloudevents.file, file: ./events.jsonl }
routes: [{ from: bf, to: file }]
`;
}

/** The events that the sink has written. */
async function eventsOf({ folder }: LiveBroker): Promise<readonly string[]> {
  const text = await readFile(join(folder, 'events.jsonl'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}
