import {
  TransportError,
  type AdapterContext,
  type Delivery,
  type Source,
  type SourceCapabilities,
  type SourceGap,
} from '@viaduct/core';
import { SOURCE_DEFAULTS, type SnmpSourceConfig, type SourceSettings } from './config.ts';
import { parseEndpoint, type Endpoint } from './endpoint.ts';
import { createEngine, type Engine } from './security/engine.ts';
import type { SnmpMessage } from './message.ts';
import { hexOf } from './wire/read-datagram.ts';
import { ReceiveQueue } from './receive/receive-queue.ts';
import { Receiver } from './receive/receiver.ts';
import { ReplayMemory } from './security/replay-memory.ts';
import { UdpListener } from './receive/udp-listener.ts';
import { userProblem } from './security/user.ts';

/** Most notifications given out at once. */
const BATCH_MAX = 256;

/** How often the kernel's counter of dropped datagrams is looked at, milliseconds. */
const DROPS_EVERY_MS = 5_000;

/** The port where none is given. */
const DEFAULT_PORT = 1162;

/**
 * What a receiver can promise: informs come again until they are answered. Traps do neither. They
 * wait in the buffer until the journal has room; one that is given back is counted as `trap-lost`.
 */
export const SOURCE_CAPABILITIES: SourceCapabilities = {
  redelivery: 'requeue',
  confirmation: 'peer',
  ordering: 'none',
  buffers: true,
};

/**
 * Receives traps and informs on UDP. An inform is answered when its delivery is acknowledged, not
 * before; one that comes again meanwhile is the same delivery.
 */
export class SnmpSource implements Source<SnmpMessage> {
  readonly #settings: SourceSettings;
  readonly #context: AdapterContext;
  readonly #engine: Engine;
  readonly #replays: ReplayMemory;
  #receiver: Receiver | undefined;
  #session: Session | undefined;
  #tell: (gap: SourceGap) => void = () => undefined;

  constructor(config: SnmpSourceConfig, context: AdapterContext) {
    this.#settings = { ...SOURCE_DEFAULTS, ...config };
    this.#context = context;
    this.#engine = createEngine(context, config.engineId);
    this.#replays = new ReplayMemory(this.#settings.replayProtection, context);
  }

  /** The id of our engine, hexadecimal: senders of v3 informs find it out by themselves. */
  get engineId(): string {
    return hexOf(this.#engine.id);
  }

  /** Hears of every trap that was received, or reached the kernel, and is gone. */
  onGap(tell: (gap: SourceGap) => void): void {
    this.#tell = tell;
  }

  async connect(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.close();
    const endpoints = checked(this.#settings);
    const tell = (gap: SourceGap): void => this.#tell(gap);
    const replays = this.#replays;
    this.#receiver ??= new Receiver(this.#settings, this.#context, this.#engine, replays, tell);
    const session = new Session(this.#settings, this.#context, this.#receiver, tell);
    this.#session = session;
    try {
      await replays.load();
      await session.open(endpoints);
    } catch (thrown) {
      await session.close();
      throw thrown;
    }
    if (this.#session === session && !signal.aborted) return;
    await session.close();
    signal.throwIfAborted();
    throw closedError();
  }

  deliveries(signal: AbortSignal): AsyncIterable<readonly Delivery<SnmpMessage>[]> {
    if (this.#session !== undefined) return this.#session.deliveries(signal);
    throw closedError();
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
    await this.#replays.save();
  }
}

/** From `connect` to `close`. */
class Session {
  readonly #settings: SourceSettings;
  readonly #context: AdapterContext;
  readonly #receiver: Receiver;
  readonly #queue: ReceiveQueue<SnmpMessage>;
  readonly #listeners: UdpListener[] = [];
  #failure: TransportError | undefined;
  #isClosed = false;
  #cancelWatch: () => void = () => undefined;
  readonly #tell: (gap: SourceGap) => void;

  constructor(
    settings: SourceSettings,
    context: AdapterContext,
    receiver: Receiver,
    tell: (gap: SourceGap) => void,
  ) {
    this.#tell = tell;
    this.#settings = settings;
    this.#context = context;
    this.#receiver = receiver;
    this.#queue = new ReceiveQueue(settings.bufferBytesMax);
  }

  async open(endpoints: readonly Endpoint[]): Promise<void> {
    for (const endpoint of endpoints) {
      const listener = await UdpListener.open(endpoint, this.#settings.receiveBufferBytes, {
        received: (bytes, from, own) => {
          const receivedAt = this.#context.clock.now();
          const reply = (answer: Uint8Array): void => own.reply(answer, from);
          this.#receiver.receive({ bytes, from, receivedAt, reply }, (delivery, length) =>
            this.#queue.push(delivery, length),
          );
        },
        failed: (cause) => {
          const message = `the UDP socket failed: ${cause.message}`;
          this.#failure ??= new TransportError('reconnect', 'VIA_SNMP_SOCKET_LOST', message, {
            cause,
          });
          this.#queue.wake();
        },
      });
      this.#listeners.push(listener);
    }
    if (this.#isClosed) await this.close();
    else this.#watchDrops();
  }

  async *deliveries(
    signal: AbortSignal,
  ): AsyncGenerator<readonly Delivery<SnmpMessage>[], void, undefined> {
    const wake = (): void => this.#queue.wake();
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        const batch = this.#queue.take(BATCH_MAX);
        if (batch.length > 0) yield batch;
        else if (this.#failure !== undefined) throw this.#failure;
        else if (this.#isClosed) throw closedError();
        else await this.#queue.changed();
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  /** What nobody took goes: informs are not answered and come again, traps are counted. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelWatch();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    for (const delivery of this.#queue.take(Number.MAX_SAFE_INTEGER)) delivery.reject('retry');
    this.#receiver.forgetPending();
    this.#queue.wake();
  }

  #watchDrops(): void {
    this.#cancelWatch = this.#context.clock.after(DROPS_EVERY_MS, () => void this.#countDrops());
  }

  async #countDrops(): Promise<void> {
    const drops = await Promise.all(this.#listeners.map((listener) => listener.newDrops()));
    if (this.#isClosed) return;
    const total = drops.reduce((sum, more) => sum + more, 0);
    if (total > 0) {
      this.#context.count('kernel-drops', total);
      this.#tell({ reason: 'kernel', messages: total });
      const message = 'the kernel dropped notifications: its receive buffer was full';
      this.#context.logger.warn({ total }, message);
    }
    this.#watchDrops();
  }
}

/** Where to listen; throws where the configuration cannot work. */
function checked({ listen, users }: SourceSettings): readonly Endpoint[] {
  const problem = users.map(userProblem).find((found) => found !== undefined);
  if (problem !== undefined) throw invalid(problem);
  return listen.map((text) => {
    const endpoint = parseEndpoint(text, DEFAULT_PORT);
    if (endpoint === undefined) throw invalid(`listen: ${JSON.stringify(text)} is no address`);
    return endpoint;
  });
}

function invalid(message: string): TransportError {
  return new TransportError('permanent', 'VIA_SNMP_CONFIG_INVALID', message);
}

function closedError(): TransportError {
  return new TransportError('reconnect', 'VIA_SNMP_NOT_CONNECTED', 'it is not open');
}
