import { createServer, type AddressInfo, type Socket } from 'node:net';

import { connectAmqp, Publisher, type AmqpConnection } from '@viaduct/amqp';
import { systemClock } from '@viaduct/testkit';

import type { Rabbitmq } from '../../../tools/peers/rabbitmq.ts';
import { bonfireMessage, type BonfireMessage } from '../src/message.ts';

/** A signal that is never aborted. */
export const never = (): AbortSignal => new AbortController().signal;

/** BonFIRE's RabbitMQ: its virtual host, and who may do what there. */
export interface BonfireHost {
  /** As the platform's own modules connect, with all rights. */
  readonly platformUrl: string;
  /** As its users connect: no queue but a server-named one, publishing to `experiments`. */
  readonly userUrl: string;
}

/**
 * Makes the virtual host as the real one was: exchange `experiments` of type direct, `resourceUsage`
 * of type topic, a user for readers who may create nothing but queues that RabbitMQ names.
 */
export async function makeBonfireHost(server: Rabbitmq): Promise<BonfireHost> {
  await server.ctl('add_vhost', 'bonfire');
  await server.ctl('set_permissions', '-p', 'bonfire', 'guest', '.*', '.*', '.*');
  await server.ctl('add_user', 'eventReader', 'a-test-password');
  const own = '^amq\\.gen.*';
  await server.ctl(
    ...['set_permissions', '-p', 'bonfire', 'eventReader', own],
    ...[`${own}|^experiments$`, '.*'],
  );
  const platformUrl = `${server.url}/bonfire`;
  await declareExchange(platformUrl, 'experiments', 'direct');
  await declareExchange(platformUrl, 'resourceUsage', 'topic');
  const userUrl = `amqp://eventReader:a-test-password@127.0.0.1:${server.port}/bonfire`;
  return { platformUrl, userUrl };
}

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

/** Declares a durable exchange. */
export function declareExchange(url: string, name: string, type: string): Promise<void> {
  return onRabbitmq(url, async (connection) => {
    const channel = await connection.openChannel();
    await channel.assertExchange(name, type, { durable: true });
  });
}

/** Declares a queue and binds it. */
export function bind(url: string, exchange: string, queue: string, key: string): Promise<void> {
  return onRabbitmq(url, async (connection) => {
    const channel = await connection.openChannel();
    await channel.assertQueue(queue, { durable: true });
    await channel.bindQueue(queue, exchange, key);
  });
}

/** Publishes with confirms; throws unless each message reached a queue. */
export function publish(url: string, messages: readonly BonfireMessage[]): Promise<void> {
  return onRabbitmq(url, async (connection) => {
    const publisher = await Publisher.open(connection, {
      clock: systemClock,
      inFlightMax: 1_000,
      inFlightBytesMax: 100_000_000,
      confirmTimeoutMs: 30_000,
      mandatory: true,
    });
    const results = await publisher.publish(
      messages.map(({ exchange = '', routingKey = '', properties = {}, body }) => ({
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
export function drain(url: string, queue: string): Promise<readonly BonfireMessage[]> {
  return onRabbitmq(url, async (connection) => {
    const channel = await connection.openChannel();
    const taken: BonfireMessage[] = [];
    const get = () => channel.get(queue, { noAck: true }).catch(() => false as const);
    for (let message = await get(); message; message = await get()) {
      const { fields, properties, content } = message;
      taken.push(bonfireMessage({ ...fields, properties, body: content }));
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
