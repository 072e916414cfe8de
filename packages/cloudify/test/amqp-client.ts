import { drainAll, onRabbitmq, publishAll } from '../../amqp/test/rabbitmq-client.ts';
import type { CloudifyMessage } from '../src/message.ts';

export { never } from '../../amqp/test/peer.ts';
export { onRabbitmq, silentServer } from '../../amqp/test/rabbitmq-client.ts';

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
  return publishAll(
    url,
    messages.map(({ routingKey = 'events.hooks', properties = { deliveryMode: 2 }, body }) => ({
      exchange,
      routingKey,
      properties,
      body: Buffer.from(body),
    })),
  );
}

/** Takes everything out of a queue; nothing where it does not exist. */
export async function drain(url: string, queue: string): Promise<readonly CloudifyMessage[]> {
  return (await drainAll(url, queue)).map(({ fields, properties, content }) => {
    const headers = properties.headers as Record<string, string> | undefined;
    return {
      routingKey: fields.routingKey,
      properties: headers === undefined ? {} : { headers },
      body: content.toString(),
    };
  });
}
