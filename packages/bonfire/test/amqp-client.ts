import type { Rabbitmq } from '../../../tools/peers/rabbitmq.ts';
import { drainAll, onRabbitmq, publishAll } from '../../amqp/test/rabbitmq-client.ts';
import { bonfireMessage, type BonfireMessage } from '../src/message.ts';

export { never } from '../../amqp/test/peer.ts';
export { onRabbitmq, silentServer } from '../../amqp/test/rabbitmq-client.ts';

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
  return publishAll(
    url,
    messages.map(({ exchange = '', routingKey = '', properties = {}, body }) => ({
      exchange,
      routingKey,
      properties,
      body: Buffer.from(body),
    })),
  );
}

/** Takes everything out of a queue; nothing where it does not exist. */
export async function drain(url: string, queue: string): Promise<readonly BonfireMessage[]> {
  return (await drainAll(url, queue)).map(({ fields, properties, content }) =>
    bonfireMessage({ ...fields, properties, body: content }),
  );
}
