import { createServer, type AddressInfo, type Socket } from 'node:net';

import { connectAmqp, Publisher, type AmqpConnection } from '@viaduct/amqp';
import { systemClock } from '@viaduct/testkit';

import type { OsloMessage } from '../src/message.ts';

/** A signal that is never aborted. */
export const never = (): AbortSignal => new AbortController().signal;

/** Runs `work` on a connection of its own. */
export async function onRabbitmq<T>(
  url: string,
  work: (connection: AmqpConnection) => Promise<T>,
): Promise<T> {
  const options = { urls: [url], name: 'test', clock: systemClock };
  const connection = await connectAmqp(options, never());
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** Declares a topic exchange, as the services of a cloud do. */
export function declareExchange(url: string, name: string, durable = false): Promise<void> {
  return onRabbitmq(url, async (connection) => {
    const channel = await connection.openChannel();
    await channel.assertExchange(name, 'topic', { durable });
  });
}

/** Publishes with confirms; throws unless each message reached a queue. */
export function publish(url: string, exchange: string, messages: OsloMessage[]): Promise<void> {
  return onRabbitmq(url, async (connection) => {
    const publisher = await Publisher.open(connection, {
      clock: systemClock,
      inFlightMax: 1_000,
      inFlightBytesMax: 100_000_000,
      confirmTimeoutMs: 30_000,
      mandatory: true,
    });
    const results = await publisher.publish(
      messages.map(({ routingKey = '', properties = {}, body, ...own }) => ({
        exchange: own.exchange ?? exchange,
        routingKey,
        properties,
        body: Buffer.from(body),
      })),
      never(),
    );
    const bad = results.find(({ kind }) => kind !== 'confirmed');
    if (bad !== undefined) throw new Error(`not delivered: ${JSON.stringify(bad)}`);
  });
}

/** Takes everything out of a queue; nothing where it does not exist. */
export function drain(url: string, queue: string): Promise<readonly OsloMessage[]> {
  return onRabbitmq(url, async (connection) => {
    const channel = await connection.openChannel();
    const taken: OsloMessage[] = [];
    const get = () => channel.get(queue, { noAck: true }).catch(() => false as const);
    for (let message = await get(); message; message = await get()) {
      taken.push({ routingKey: message.fields.routingKey, body: message.content.toString() });
    }
    return taken;
  });
}

/** A port that accepts connections and says nothing. */
export interface SilentServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on a free loopback port. */
export async function silentServer(): Promise<SilentServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `amqp://127.0.0.1:${port}/`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
