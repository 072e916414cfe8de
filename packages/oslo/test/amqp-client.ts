import { drainAll, onRabbitmq, publishAll } from '../../amqp/test/rabbitmq-client.ts';
import type { OsloMessage } from '../src/message.ts';

export { never } from '../../amqp/test/peer.ts';
export { onRabbitmq, silentServer } from '../../amqp/test/rabbitmq-client.ts';

/** Declares a topic exchange, as the services of a cloud do. */
export function declareExchange(url: string, name: string, durable = false): Promise<void> {
  return onRabbitmq(url, async (connection) => {
    const channel = await connection.openChannel();
    await channel.assertExchange(name, 'topic', { durable });
  });
}

/** Publishes with confirms; throws unless each message reached a queue. */
export function publish(url: string, exchange: string, messages: OsloMessage[]): Promise<void> {
  return publishAll(
    url,
    messages.map(({ routingKey = '', properties = {}, body, ...own }) => ({
      exchange: own.exchange ?? exchange,
      routingKey,
      properties,
      body: Buffer.from(body),
    })),
  );
}

/** Takes everything out of a queue; nothing where it does not exist. */
export async function drain(url: string, queue: string): Promise<readonly OsloMessage[]> {
  return (await drainAll(url, queue)).map(({ fields, content }) => ({
    routingKey: fields.routingKey,
    body: content.toString(),
  }));
}
