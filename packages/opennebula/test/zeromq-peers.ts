import { createServer, type AddressInfo, type Server } from 'node:net';

import { waitFor } from '@viaduct/testkit';
import { Subscriber, XPublisher, type SocketOptions } from 'zeromq';

/** Opens a server that accepts connections and says nothing. */
export async function openSilentServer(): Promise<{ endpoint: string; server: Server }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { endpoint: `tcp://127.0.0.1:${port}`, server };
}

/** Closes a server and whatever it accepted. */
export async function closeServer(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}

/**
 * A publisher on the ZeroMQ library that counts the subscriptions which reach it, so that a test
 * need not guess when what it publishes is received.
 */
export class TestPublisher {
  endpoint = 'tcp://127.0.0.1:*';
  /** Subscriptions that arrived since it was bound; one for each prefix of each connection. */
  subscribed = 0;
  /** How many of them have gone again. */
  unsubscribed = 0;
  readonly #options: SocketOptions<XPublisher>;
  #socket: XPublisher | undefined;
  #reading: Promise<void> = Promise.resolve();

  private constructor(options: SocketOptions<XPublisher>) {
    this.#options = options;
  }

  /** Binds a free port, or `endpoint`. */
  static async open(
    options: SocketOptions<XPublisher> = {},
    endpoint?: string,
  ): Promise<TestPublisher> {
    const publisher = new TestPublisher(options);
    if (endpoint !== undefined) publisher.endpoint = endpoint;
    await publisher.bind();
    return publisher;
  }

  get port(): number {
    return Number(this.endpoint.split(':').at(-1));
  }

  /** Publishes one message of any number of frames. */
  async send(...frames: (string | Uint8Array)[]): Promise<void> {
    if (!this.#socket) throw new Error('the publisher is stopped');
    await this.#socket.send(frames);
  }

  /** Binds again, at the same address, after `stop`. */
  async bind(): Promise<void> {
    const socket = new XPublisher({
      linger: 1_000,
      sendHighWaterMark: 0,
      verbosity: 'allSubsUnsubs',
      ...this.#options,
    });
    // The address may be busy for a moment after `stop`: libzmq closes in its own thread.
    await waitFor(async () => {
      await socket.bind(this.endpoint);
      return true;
    });
    this.endpoint = socket.lastEndpoint ?? this.endpoint;
    this.subscribed = 0;
    this.unsubscribed = 0;
    this.#socket = socket;
    this.#reading = this.#read(socket);
  }

  /** Closes the socket: every subscriber is disconnected. */
  async stop(): Promise<void> {
    this.#socket?.close();
    this.#socket = undefined;
    await this.#reading;
  }

  async waitForSubscriptions(count: number): Promise<void> {
    await waitFor(() => this.subscribed >= count, { what: `${count} subscriptions` });
  }

  async #read(socket: XPublisher): Promise<void> {
    try {
      for (;;) {
        const [frame] = await socket.receive();
        if (frame?.[0] === 1) this.subscribed += 1;
        else this.unsubscribed += 1;
      }
    } catch (thrown) {
      if (!socket.closed) throw thrown;
    }
  }
}

/** A subscriber on the ZeroMQ library that keeps what it receives. */
export class TestSubscriber {
  /** Every message as its frames in Latin-1. */
  readonly messages: string[][] = [];
  readonly #socket: Subscriber;
  readonly #reading: Promise<void>;

  constructor(endpoint: string, options: SocketOptions<Subscriber> = {}, prefixes = ['EVENT ']) {
    this.#socket = new Subscriber({
      linger: 0,
      receiveHighWaterMark: 0,
      reconnectInterval: 20,
      ...options,
    });
    this.#socket.subscribe(...prefixes);
    this.#socket.connect(endpoint);
    this.#reading = this.#read();
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.#reading;
  }

  async #read(): Promise<void> {
    try {
      for await (const frames of this.#socket) {
        this.messages.push(frames.map((frame) => frame.toString('latin1')));
      }
    } catch (thrown) {
      if (!this.#socket.closed) throw thrown;
    }
  }
}
