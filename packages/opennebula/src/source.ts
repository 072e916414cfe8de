import {
  TransportError,
  type AdapterContext,
  type Delivery,
  type Malformed,
  type Result,
  type Settlement,
  type Source,
  type SourceCapabilities,
  type SourceGap,
} from '@viaduct/core';

import { SOURCE_DEFAULTS, type OpennebulaSourceConfig, type SourceSettings } from './config.ts';
import { framesLength, readFrames } from './zeromq/frames.ts';
import { FRAMES, type OpennebulaMessage } from './message.ts';
import { ReceiveBuffer } from './zeromq/receive-buffer.ts';
import { RESYNC_DEFAULTS } from './resync/resync-config.ts';
import { Resync } from './resync/resync.ts';
import { SilenceWatch } from './zeromq/silence-watch.ts';
import { ZeromqSubscriber } from './zeromq/zeromq-subscriber.ts';

/** Most messages given out at once: some milliseconds of work for whoever takes them. */
const BATCH_MAX = 256;

/** How soon a lost connection is made again, milliseconds: what is published until then is lost. */
const RECONNECT_AFTER_MS = 100;

/** What a ZeroMQ subscription can promise: next to nothing. */
export const SOURCE_CAPABILITIES: SourceCapabilities = {
  redelivery: 'none',
  confirmation: 'none',
  ordering: 'per-connection',
};

/** ZeroMQ has no acknowledgement: what was received is gone from the publisher. */
const SETTLEMENT: Settlement = { ack: () => undefined, reject: () => undefined };

/**
 * Receives what OpenNebula's hook manager publishes. `connect` resolves when at least one publisher
 * of the list has finished its handshake; `deliveries` throws when the last one is lost.
 */
export class ZeromqSource implements Source<OpennebulaMessage> {
  readonly #settings: SourceSettings;
  readonly #context: AdapterContext;
  #session: Session | undefined;
  #tell: (gap: SourceGap) => void = () => undefined;
  readonly #resync: Resync | undefined;
  #wasConnected = false;

  constructor(config: OpennebulaSourceConfig, context: AdapterContext) {
    this.#settings = { ...SOURCE_DEFAULTS, ...config };
    this.#context = context;
    const { resync } = config;
    if (resync === undefined) return;
    const settings = { ...RESYNC_DEFAULTS, ...resync };
    this.#resync = new Resync(settings, context, () => this.#session?.wake());
  }

  /** Hears of every message that the receive buffer could not hold. */
  onGap(tell: (gap: SourceGap) => void): void {
    this.#tell = tell;
  }

  async connect(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const closed = this.close();
    const tell = (gap: SourceGap): void => this.#tell(gap);
    const session = new Session(this.#settings, this.#context, tell, this.#resync);
    // Before anything is waited for: a close from now on is for this one.
    this.#session = session;
    try {
      await closed;
      await session.open(signal);
    } catch (thrown) {
      await session.close();
      throw thrown;
    }
    this.#resync?.want(this.#wasConnected ? 'reconnect' : 'start');
    this.#wasConnected = true;
  }

  /** Events were missed: the states are asked for, where that is configured. */
  resync(): void {
    if (this.#session !== undefined) this.#resync?.want('gap');
  }

  deliveries(signal: AbortSignal): AsyncIterable<readonly Delivery<OpennebulaMessage>[]> {
    if (this.#session) return this.#session.deliveries(signal);
    throw new TransportError('reconnect', 'VIA_OPENNEBULA_NOT_CONNECTED', 'it was not connected');
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#resync?.close();
    await session?.close();
  }
}

/** What waits in the buffer. */
type Waiting =
  | { readonly frames: readonly Uint8Array[]; readonly receivedAt: number }
  | Delivery<OpennebulaMessage>;

/** One connection: from `connect` to `close`. */
class Session {
  readonly #settings: SourceSettings;
  readonly #context: AdapterContext;
  readonly #subscribers: readonly ZeromqSubscriber[];
  readonly #silence: readonly SilenceWatch[];
  readonly #buffer: ReceiveBuffer<Waiting>;
  readonly #resync: Resync | undefined;
  #isClosed = false;
  #failure: TransportError | undefined;
  #wake: () => void = () => undefined;

  constructor(
    settings: SourceSettings,
    context: AdapterContext,
    tell: (gap: SourceGap) => void,
    resync: Resync | undefined,
  ) {
    this.#settings = settings;
    this.#context = context;
    this.#resync = resync;
    this.#buffer = new ReceiveBuffer(settings.bufferBytesMax, this.#overflowListener(tell));
    this.#silence = settings.endpoint.map(
      (endpoint) => new SilenceWatch(endpoint, settings.silenceMs, context),
    );
    this.#subscribers = settings.endpoint.map((endpoint, index) =>
      this.#createSubscriber(endpoint, this.#silence[index] as SilenceWatch),
    );
  }

  /** Resolves when one endpoint is connected. */
  async open(signal: AbortSignal): Promise<void> {
    const { clock } = this.#context;
    const { connectTimeoutMs } = this.#settings;
    for (const subscriber of this.#subscribers) subscriber.open();
    const late = { isLate: false };
    const cancel = clock.after(connectTimeoutMs, () => {
      late.isLate = true;
      this.#wake();
    });
    const wake = (): void => this.#wake();
    signal.addEventListener('abort', wake);
    try {
      while (!this.#subscribers.some(({ isConnected }) => isConnected)) {
        signal.throwIfAborted();
        if (this.#isClosed) throw closedError();
        if (this.#failure) throw this.#failure;
        if (late.isLate) throw unreachable(this.#subscribers, connectTimeoutMs);
        await this.#nextWake();
      }
    } finally {
      cancel();
      signal.removeEventListener('abort', wake);
    }
  }

  async *deliveries(
    signal: AbortSignal,
  ): AsyncGenerator<readonly Delivery<OpennebulaMessage>[], void, undefined> {
    const wake = (): void => this.#wake();
    signal.addEventListener('abort', wake);
    this.#buffer.onPush(wake);
    try {
      while (!signal.aborted) {
        const batch = this.#buffer.take(BATCH_MAX);
        // What happened goes before what was asked for.
        const found = batch.length > 0 ? [] : (this.#resync?.take(BATCH_MAX) ?? []);
        if (batch.length > 0) yield batch.map((waiting) => this.#delivery(waiting));
        else if (found.length > 0) yield found;
        else if (this.#failure) throw this.#failure;
        else if (this.#isClosed) throw closedError();
        else {
          await this.#nextWake();
          // The first of a burst wakes us: let the rest arrive, or every batch would be of one.
          await eventLoopTurn();
        }
      }
    } finally {
      this.#buffer.onPush(undefined);
      signal.removeEventListener('abort', wake);
    }
  }

  /** There may be something to take. */
  wake(): void {
    this.#wake();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    for (const watch of this.#silence) watch.stop();
    await Promise.all(this.#subscribers.map((subscriber) => subscriber.close()));
  }

  #nextWake(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #fail(error: TransportError): void {
    this.#failure ??= error;
    this.#wake();
  }

  #createSubscriber(endpoint: string, silence: SilenceWatch): ZeromqSubscriber {
    const context = this.#context;
    const { logger } = context;
    return new ZeromqSubscriber(
      endpoint,
      this.#settings,
      {
        received: (frames) => {
          silence.heard();
          this.#receive(frames);
        },
        connected: () => {
          logger.debug({ endpoint }, 'connected');
          silence.start();
          this.#wake();
        },
        lost: () => {
          silence.stop();
          context.count('lost');
          if (this.#subscribers.some(({ isConnected }) => isConnected)) {
            const fields = { code: 'VIA_OPENNEBULA_CONNECTION_LOST', endpoint };
            logger.warn(fields, 'lost the connection to one of several publishers');
          } else {
            this.#fail(connectionLost(endpoint));
          }
        },
        failed: (error) => {
          this.#fail(connectionLost(endpoint, error));
        },
      },
      context.clock,
    );
  }

  /**
   * Messages wait as the frames they came in, outside the heap: in a burst the garbage collector
   * would copy thousands of long texts. What is malformed waits as its description.
   */
  #receive(frames: readonly Uint8Array[]): void {
    const receivedAt = this.#context.clock.now();
    const { messageBytesMax } = this.#settings;
    const bytes = framesLength(frames);
    if (frames.length === FRAMES && bytes <= messageBytesMax) {
      this.#buffer.push({ frames, receivedAt }, bytes);
      return;
    }
    const delivery = deliveryOf(readFrames(frames, messageBytesMax), receivedAt);
    this.#buffer.push(delivery, 'malformed' in delivery ? delivery.malformed.text.length : bytes);
  }

  #delivery(waiting: Waiting): Delivery<OpennebulaMessage> {
    if (!('frames' in waiting)) return waiting;
    const { frames, receivedAt } = waiting;
    return deliveryOf(readFrames(frames, this.#settings.messageBytesMax), receivedAt);
  }

  #overflowListener(
    tell: (gap: SourceGap) => void,
  ): ConstructorParameters<typeof ReceiveBuffer>[1] {
    const context = this.#context;
    const { logger } = context;
    const { bufferBytesMax } = this.#settings;
    return {
      started: () =>
        logger.warn({ bufferBytesMax }, 'the receive buffer is full: messages are being dropped'),
      dropped: () => {
        context.count('overflow');
        tell({ reason: 'overflow', messages: 1 });
      },
      ended: (dropped) => logger.warn({ dropped }, 'the receive buffer has room again'),
    };
  }
}

function deliveryOf(
  message: Result<OpennebulaMessage, Malformed>,
  receivedAt: number,
): Delivery<OpennebulaMessage> {
  return message.ok
    ? { native: message.value, receivedAt, ...SETTLEMENT }
    : { malformed: message.error, receivedAt, ...SETTLEMENT };
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function closedError(): TransportError {
  return new TransportError('reconnect', 'VIA_OPENNEBULA_NOT_CONNECTED', 'it was closed');
}

function connectionLost(endpoint: string, cause?: Error): TransportError {
  return new TransportError(
    'reconnect',
    'VIA_OPENNEBULA_CONNECTION_LOST',
    `the connection to ${endpoint} was lost; what is published until it is back is lost too`,
    { retryAfterMs: RECONNECT_AFTER_MS, ...(cause ? { cause } : {}) },
  );
}

function unreachable(
  subscribers: readonly ZeromqSubscriber[],
  connectTimeoutMs: number,
): TransportError {
  const problems = subscribers.map(({ endpoint, problem }) => `${problem} at ${endpoint}`);
  return new TransportError(
    'reconnect',
    'VIA_OPENNEBULA_UNREACHABLE',
    `no publisher within ${connectTimeoutMs} ms: ${problems.join('; ')}. Is oned running, and ` +
      'is HM_MAD in its oned.conf bound to this address (-b) and port (-p)?',
  );
}
