import { TransportError, type Clock } from '@viaduct/core';
import { connect, credentials, type Channel, type ChannelModel } from 'amqplib';
import type { ConfirmChannel } from 'amqplib';

import { parseAddresses, type Address } from './address.ts';
import { channelError, connectError, lostError } from './classify.ts';
import { guardHeaders } from './header-guard.ts';
import { readTlsMaterial, type TlsFiles } from './tls-material.ts';

/** What {@link connectAmqp} needs to know. */
export interface ConnectionOptions {
  /** RabbitMQ URLs, tried in their order; see `parseAddresses`. */
  readonly urls: readonly string[];
  /** Shown by RabbitMQ's management page and `rabbitmqctl list_connections`. */
  readonly name: string;
  readonly clock: Clock;
  /** `external`: the client certificate says who we are (SASL EXTERNAL). Default `plain`. */
  readonly auth?: 'plain' | 'external';
  readonly tls?: TlsFiles;
  /** A peer silent for two of these is lost. Whole seconds on the wire; 0 asks for none. */
  readonly heartbeatMs?: number;
  /** For each server: TCP, TLS and AMQP handshake together. */
  readonly connectTimeoutMs?: number;
  /** RabbitMQ stopped (`reason` is its own text) or resumed (`undefined`) taking messages. */
  readonly onBlocked?: (reason: string | undefined) => void;
}

/** What is used where {@link ConnectionOptions} says nothing. */
export const CONNECTION_DEFAULTS = {
  heartbeatMs: 20_000,
  connectTimeoutMs: 10_000,
} as const;

/** How long the goodbye of a channel, and that of the connection, may wait for their answers. */
const CLOSE_TIMEOUT_MS = 1_000;

const TIMED_OUT = new Error('connecting took too long');

/**
 * Connects to the first server that takes us: one pass, no retry. Aborting the signal ends it at
 * once. Throws the error of the only server, or one that lists what each server said; that one is
 * `permanent` only when all were.
 */
export async function connectAmqp(
  options: ConnectionOptions,
  signal: AbortSignal,
): Promise<AmqpConnection> {
  const failures: TransportError[] = [];
  for (const address of parseAddresses(options.urls)) {
    if (isAborted(signal)) throw aborted();
    try {
      return await connectTo(address, options, signal);
    } catch (error) {
      if (isAborted(signal)) throw aborted();
      failures.push(connectError(error, address));
    }
  }
  throw summary(failures);
}

async function connectTo(
  address: Address,
  options: ConnectionOptions,
  signal: AbortSignal,
): Promise<AmqpConnection> {
  const material = address.secure ? await readTlsMaterial(options.tls ?? {}) : {};
  const timeoutMs = options.connectTimeoutMs ?? CONNECTION_DEFAULTS.connectTimeoutMs;
  // The socket obeys this signal for its whole life: amqplib shows us no other handle on it.
  const socket = new AbortController();
  const abort = (): void => socket.abort();
  const cancelTimeout = options.clock.after(timeoutMs, () => socket.abort(TIMED_OUT));
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (isAborted(signal)) throw aborted();
    const heartbeatMs = options.heartbeatMs ?? CONNECTION_DEFAULTS.heartbeatMs;
    const model = await connect(
      {
        protocol: address.secure ? 'amqps' : 'amqp',
        hostname: address.host,
        port: address.port,
        // amqplib decodes this one itself, and the other parts not at all.
        vhost: encodeURIComponent(address.vhost),
        heartbeat: Math.ceil(heartbeatMs / 1000),
      },
      {
        ...material,
        ...({ signal: socket.signal } as object),
        noDelay: true,
        keepAlive: true,
        credentials:
          options.auth === 'external'
            ? credentials.external()
            : credentials.plain(address.username, address.password),
        clientProperties: { connection_name: options.name, product: 'viaduct' },
      },
    );
    guardHeaders(model);
    return new AmqpConnection(model, address, socket, options);
  } catch (error) {
    socket.abort();
    if (socket.signal.reason !== TIMED_OUT) throw error;
    const text = `${address.label}: no answer within ${String(timeoutMs)} ms`;
    throw new TransportError('reconnect', 'VIA_AMQP_TIMEOUT', text, { cause: error });
  } finally {
    cancelTimeout();
    signal.removeEventListener('abort', abort);
  }
}

/** One open connection. Made by {@link connectAmqp}. */
export class AmqpConnection {
  readonly address: Address;
  /** Resolves once, when the connection is gone, with the reason; also after `close`. */
  readonly lost: Promise<TransportError>;
  readonly #model: ChannelModel;
  readonly #socket: AbortController;
  readonly #clock: Clock;
  #error: TransportError | undefined;
  #blockedBecause: string | undefined;
  readonly #blockedListeners = new Set<(reason: string | undefined) => void>();
  #closing: Promise<void> | undefined;

  constructor(
    model: ChannelModel,
    address: Address,
    socket: AbortController,
    options: ConnectionOptions,
  ) {
    this.#model = model;
    this.address = address;
    this.#socket = socket;
    this.#clock = options.clock;
    const { promise, resolve } = Promise.withResolvers<TransportError>();
    this.lost = promise;
    const gone = (error: unknown): void => resolve(this.#end(error));
    model.on('error', gone);
    model.on('close', gone);
    if (options.onBlocked !== undefined) this.#blockedListeners.add(options.onBlocked);
    const blocked = (reason: string | undefined): void => {
      this.#blockedBecause = reason;
      for (const listener of this.#blockedListeners) listener(reason);
    };
    model.on('blocked', blocked);
    model.on('unblocked', () => blocked(undefined));
  }

  #end(error: unknown): TransportError {
    this.#error ??= this.#closing === undefined ? lostError(error, this.address) : closedByUs();
    // Where the peer is silent, a half-closed socket would stay for minutes.
    this.#socket.abort();
    return this.#error;
  }

  /** Why RabbitMQ takes no messages at the moment; undefined while it does. */
  get blocked(): string | undefined {
    return this.#blockedBecause;
  }

  /** Calls `listener` at each change of {@link blocked}; the returned function ends that. */
  onBlocked(listener: (reason: string | undefined) => void): () => void {
    this.#blockedListeners.add(listener);
    return () => this.#blockedListeners.delete(listener);
  }

  /** Why the connection is gone; undefined while it is there. */
  get error(): TransportError | undefined {
    return this.#error;
  }

  /** What a failed operation means: the end of the connection, where that is why it failed. */
  explain(error: unknown, doing: string): TransportError {
    return this.#error ?? channelError(error, doing);
  }

  /** A new channel. `onClosed` is told why when the server or the connection ends it. */
  async openChannel(onClosed?: (error: TransportError) => void): Promise<Channel> {
    return this.#open(() => this.#model.createChannel(), onClosed);
  }

  /** A new channel with publisher confirms switched on. */
  async openConfirmChannel(onClosed?: (error: TransportError) => void): Promise<ConfirmChannel> {
    return this.#open(() => this.#model.createConfirmChannel(), onClosed);
  }

  async #open<C extends Channel>(
    open: () => Promise<C>,
    onClosed: ((error: TransportError) => void) | undefined,
  ): Promise<C> {
    if (this.#error !== undefined) throw this.#error;
    try {
      const channel = await open();
      const reasons: unknown[] = ['the channel was closed'];
      channel.on('error', (error) => reasons.unshift(error));
      channel.on('close', () => {
        // An error of the connection reaches its channels first as a bare close.
        queueMicrotask(() => onClosed?.(this.explain(reasons[0], 'channel')));
      });
      return channel;
    } catch (error) {
      throw this.explain(error, 'opening a channel');
    }
  }

  /**
   * Closes a channel. What was written to it before reaches the server first, which the goodbye of
   * the connection alone does not see to. Waits a moment for the answer, and for none while
   * RabbitMQ reads nothing from us.
   */
  async closeChannel(channel: Channel): Promise<void> {
    if (this.#error !== undefined) return;
    const answered = channel.close().catch(() => undefined); // gone already: the same thing
    if (this.#blockedBecause === undefined) await this.#atMost(CLOSE_TIMEOUT_MS, answered);
  }

  /** Says goodbye, waits a moment for the answer, and leaves no socket behind. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Ends the connection without a goodbye. */
  destroy(): void {
    this.#closing ??= Promise.resolve();
    this.#socket.abort();
  }

  async #close(): Promise<void> {
    if (this.#error === undefined) {
      const answered = this.#model.close().catch(() => undefined); // gone in the same moment
      await this.#atMost(CLOSE_TIMEOUT_MS, answered);
    }
    this.#socket.abort();
  }

  /** Waits for `work`, the end of the connection, or so long. */
  async #atMost(delayMs: number, work: Promise<void>): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const cancel = this.#clock.after(delayMs, () => resolve(undefined));
    await Promise.race([work, this.lost, late]);
    cancel();
  }
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function aborted(): TransportError {
  return new TransportError('reconnect', 'VIA_AMQP_ABORTED', 'connecting was called off');
}

function closedByUs(): TransportError {
  return new TransportError('reconnect', 'VIA_AMQP_ABORTED', 'the connection was closed by us');
}

function summary(failures: readonly TransportError[]): TransportError {
  const [first] = failures;
  if (first !== undefined && failures.length === 1) return first;
  const texts = failures.map(({ message }) => message);
  const chosen = failures.find(({ kind }) => kind !== 'permanent') ?? first;
  return new TransportError(
    chosen?.kind ?? 'permanent',
    chosen?.code ?? 'VIA_AMQP_UNREACHABLE',
    `none of ${String(failures.length)} servers: ${texts.join('; ')}`,
    { cause: first },
  );
}
