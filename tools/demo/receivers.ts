/** Who reads at the other ends in the demo: a listener on the bus, a subscriber of hook events. */
import { connect } from 'amqplib';
import { Subscriber } from 'zeromq';
import { notificationOf } from './passages.ts';
import type { Screen } from './screen.ts';

/** Something that receives until it is stopped. */
export interface Receiver {
  stop(): Promise<void>;
}

/** Reads the queues that the broker's oslo sink publishes to, as a notification listener would. */
export async function startListener(
  url: string,
  exchange: string,
  topic: string,
  screen: Screen,
): Promise<Receiver> {
  const connection = await connect(url);
  connection.on('error', () => undefined);
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  // Declared exactly as the sink declares them: whoever comes first makes them.
  await channel.assertExchange(exchange, 'topic', { durable: true, autoDelete: true });
  for (const priority of ['info', 'error']) {
    const queue = `${topic}.${priority}`;
    await channel.assertQueue(queue, { durable: true, autoDelete: true });
    await channel.bindQueue(queue, exchange, queue);
    await channel.consume(
      queue,
      (message) => {
        if (message === null) return;
        const { event_type, payload } = notificationOf(message.content.toString());
        const name = payload?.display_name ?? '';
        screen.arrived(`listener, ${priority}`, `${event_type ?? ''} ${name}`);
      },
      { noAck: true },
    );
  }
  return {
    stop: async () => {
      await connection.close().catch(() => undefined);
    },
  };
}

/** Where {@link startReader} reads, and what it says. */
export interface Reading {
  /** A topic exchange; it is made, and goes with its last binding. */
  readonly exchange: string;
  /** Who reads, for the terminal. */
  readonly who: string;
  /** What of a message is shown. */
  readonly show: (body: string) => string;
}

/** Reads everything on an exchange that the broker publishes to. */
export async function startReader(
  url: string,
  { exchange, who, show }: Reading,
  screen: Screen,
): Promise<Receiver> {
  const connection = await connect(url);
  connection.on('error', () => undefined);
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  await channel.assertExchange(exchange, 'topic', { durable: false, autoDelete: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, exchange, '#');
  await channel.consume(
    queue,
    (message) => {
      if (message !== null) screen.arrived(who, show(message.content.toString()));
    },
    { noAck: true },
  );
  return {
    stop: async () => {
      await connection.close().catch(() => undefined);
    },
  };
}

/** Subscribes to hook events as a script of an OpenNebula user would. */
export function startSubscriber(port: number, screen: Screen): Receiver {
  const socket = new Subscriber({ linger: 0 });
  socket.connect(`tcp://127.0.0.1:${port}`);
  // By state only: the same change also leaves under its object's id.
  socket.subscribe('EVENT STATE ', 'EVENT API ');
  const reading = read(socket, screen);
  return {
    stop: async () => {
      socket.close();
      await reading;
    },
  };
}

async function read(socket: Subscriber, screen: Screen): Promise<void> {
  for await (const [key] of socket) {
    screen.arrived('subscriber', String(key).trim());
  }
}
