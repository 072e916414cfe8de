import type { AmqpMessage } from '@viaduct/amqp';
import { drainAll, onRabbitmq, publishAll } from '../../amqp/test/rabbitmq-client.ts';
import { readAmqp, type CloudEventMessage } from '../src/codec.ts';

/** A message to publish. */
export type Published = Omit<AmqpMessage, 'exchange'>;

/** Publishes with confirms; throws unless each message reached a queue. */
export function publish(url: string, exchange: string, messages: Published[]): Promise<void> {
  return publishAll(
    url,
    messages.map((message) => ({ exchange, ...message })),
  );
}

/** Declares a topic or headers exchange that survives restarts. */
export function declareExchange(
  url: string,
  name: string,
  type: 'topic' | 'headers' = 'topic',
): Promise<void> {
  return onRabbitmq(url, async (connection) => {
    const channel = await connection.openChannel();
    await channel.assertExchange(name, type, { durable: true });
  });
}

/** Declares a queue that survives restarts, bound to an exchange. */
export function declareQueue(
  url: string,
  queue: string,
  exchange?: string,
  binding: Readonly<Record<string, string>> = {},
): Promise<void> {
  return onRabbitmq(url, async (connection) => {
    const channel = await connection.openChannel();
    await channel.assertQueue(queue, { durable: true });
    if (exchange !== undefined) await channel.bindQueue(queue, exchange, '#', binding);
  });
}

/** Takes everything out of a queue; nothing where it does not exist. */
export async function drain(
  url: string,
  queue: string,
): Promise<readonly { readonly routingKey: string; readonly message: CloudEventMessage }[]> {
  return (await drainAll(url, queue)).map(({ fields, properties, content }) => {
    const { contentType, headers = {} } = properties as {
      contentType?: string;
      headers?: Record<string, unknown>;
    };
    const read = readAmqp({ contentType, headers, body: content });
    if (!read.ok) throw new Error(read.error.message);
    return { routingKey: fields.routingKey, message: read.value };
  });
}
