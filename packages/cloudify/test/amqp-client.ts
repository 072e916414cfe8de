import { createServer, type AddressInfo, type Socket } from 'node:net';

import { connectAmqp, Publisher, type AmqpConnection } from '@viaduct/amqp';
import { systemClock } from '@viaduct/testkit';

import type { CloudifyMessage } from '../src/message.ts';

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

/** Declares an exchange as managers since 4.5.5 do, or of another type. */
export function declareExchange(url: string, name: string, type = 'topic'): Promise<void> {
  return onRabbitmq(url, async (connection) => {
    const channel = await connection.openChannel();
    await channel.assertExchange(name, type, { durable: true, autoDelete: false });
  });
}

/** Declares a queue and binds it as the manager's own consumers do. */
export function bind(url: string, exchange: string, queue: string, key: string): Promise<void> {
  return onRabbitmq(url, async (connection) => {
    const channel = await connection.openChannel();
    await channel.assertQueue(queue, { durable: true, autoDelete: false });
    await channel.bindQueue(queue, exchange, key);
  });
}

/** Publishes with confirms; throws unless each message reached a queue. */
export function publish(
  url: string,
  exchange: string,
  messages: readonly CloudifyMessage[],
): Promise<void> {
  return onRabbitmq(url, async (connection) => {
    const publisher = await Publisher.open(connection, {
      clock: systemClock,
      inFlightMax: 1_000,
      inFlightBytesMax: 100_000_000,
      confirmTimeoutMs: 30_000,
      mandatory: true,
    });
    const results = await publisher.publish(
      messages.map(({ routingKey = 'events.hooks', properties = { deliveryMode: 2 }, body }) => ({
        exchange,
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
export function drain(url: string, queue: string): Promise<readonly CloudifyMessage[]> {
  return onRabbitmq(url, async (connection) => {
    const channel = await connection.openChannel();
    const taken: CloudifyMessage[] = [];
    const get = () => channel.get(queue, { noAck: true }).catch(() => false as const);
    for (let message = await get(); message; message = await get()) {
      const { routingKey } = message.fields;
      const headers = message.properties.headers as Record<string, string> | undefined;
      const properties = headers === undefined ? {} : { headers };
      taken.push({ routingKey, properties, body: message.content.toString() });
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
