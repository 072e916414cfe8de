/** What tests do at RabbitMQ beside the adapter that they are about. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { GetMessage } from 'amqplib';
import { systemClock } from '@viaduct/testkit';

import type { AmqpConnection, AmqpMessage } from '../src/index.ts';
import { connect, never, openPublisher } from './peer.ts';

/** Runs `work` on a connection of its own. */
export async function onRabbitmq<T>(
  url: string,
  work: (connection: AmqpConnection) => Promise<T>,
): Promise<T> {
  const connection = await connect(url, { clock: systemClock });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** Publishes with confirms; throws unless each message reached a queue. */
export function publishAll(url: string, messages: readonly AmqpMessage[]): Promise<void> {
  return onRabbitmq(url, async (connection) => {
    const publisher = await openPublisher(connection, { inFlightBytesMax: 100_000_000 });
    const results = await publisher.publish(messages, never());
    const bad = results.find(({ kind }) => kind !== 'confirmed');
    if (bad !== undefined) throw new Error(`not delivered: ${JSON.stringify(bad)}`);
  });
}

/** Takes everything out of a queue; nothing where it does not exist. */
export function drainAll(url: string, queue: string): Promise<readonly GetMessage[]> {
  return onRabbitmq(url, async (connection) => {
    const channel = await connection.openChannel();
    const taken: GetMessage[] = [];
    const get = () => channel.get(queue, { noAck: true }).catch(() => false as const);
    for (let message = await get(); message; message = await get()) taken.push(message);
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
