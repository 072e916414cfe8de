import { connectAmqp, Publisher, type AmqpConnection, type AmqpProperties } from '@viaduct/amqp';
import { systemClock } from '@viaduct/testkit';
import { readAmqp, type CloudEventMessage } from '../src/codec.ts';

/** Runs `work` on a connection of its own. */
export async function onRabbitmq<T>(
  url: string,
  work: (connection: AmqpConnection) => Promise<T>,
): Promise<T> {
  const options = { urls: [url], name: 'test', clock: systemClock };
  const connection = await connectAmqp(options, new AbortController().signal);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** A message to publish. */
export interface Published {
  readonly routingKey: string;
  readonly properties: AmqpProperties;
  readonly body: Uint8Array;
}

/** Publishes with confirms; throws unless each message reached a queue. */
export function publish(url: string, exchange: string, messages: Published[]): Promise<void> {
  return onRabbitmq(url, async (connection) => {
    const publisher = await Publisher.open(connection, {
      clock: systemClock,
      inFlightMax: 1_000,
      inFlightBytesMax: 100_000_000,
      confirmTimeoutMs: 30_000,
      mandatory: true,
    });
    const results = await publisher.publish(
      messages.map((message) => ({ exchange, ...message })),
      new AbortController().signal,
    );
    const bad = results.find(({ kind }) => kind !== 'confirmed');
    if (bad !== undefined) throw new Error(`not delivered: ${JSON.stringify(bad)}`);
  });
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

/** Takes everything out of a queue. */
export function drain(
  url: string,
  queue: string,
): Promise<readonly { readonly routingKey: string; readonly message: CloudEventMessage }[]> {
  return onRabbitmq(url, async (connection) => {
    const channel = await connection.openChannel();
    const taken: { routingKey: string; message: CloudEventMessage }[] = [];
    const get = () => channel.get(queue, { noAck: true }).catch(() => false as const);
    for (let got = await get(); got; got = await get()) {
      const { contentType, headers = {} } = got.properties as {
        contentType?: string;
        headers?: Record<string, unknown>;
      };
      const read = readAmqp({ contentType, headers, body: got.content });
      if (!read.ok) throw new Error(read.error.message);
      taken.push({ routingKey: got.fields.routingKey, message: read.value });
    }
    return taken;
  });
}
