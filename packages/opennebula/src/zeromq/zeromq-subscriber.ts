import { TransportError, type Clock } from '@viaduct/core';
import { curveKeyPair, Subscriber, type Event } from 'zeromq';

import type { SourceSettings } from '../config.ts';
import { closePrefix } from '../key.ts';
import { heartbeatOptions, openMonitor, watchMonitor } from './zeromq-monitor.ts';

/** How long ZeroMQ may try to come back by itself before its socket is replaced, milliseconds. */
export const REBUILD_AFTER_MS = 5_000;

/** What a {@link ZeromqSubscriber} reports. */
export interface SubscriberListener {
  received(frames: readonly Uint8Array[]): void;
  /** The handshake is done: what matches is received from now on. */
  connected(): void;
  /** An established connection is gone. ZeroMQ goes on trying. */
  lost(): void;
  /** The socket itself failed, which libzmq does not do in normal life. */
  failed(error: Error): void;
}

/**
 * The connection to one publisher. ZeroMQ connects and comes back by itself; this says when it
 * did, which only its monitor knows, and replaces a socket that does not come back.
 */
export class ZeromqSubscriber {
  readonly endpoint: string;
  /** Why there is no connection, as far as the monitor told: for the error's text. */
  problem = 'nothing answers';
  readonly #settings: SourceSettings;
  readonly #listener: SubscriberListener;
  readonly #clock: Clock;
  #socket: Subscriber | undefined;
  #loops: Promise<void> = Promise.resolve();
  #isConnected = false;
  #cancelRebuild: (() => void) | undefined;

  constructor(
    endpoint: string,
    settings: SourceSettings,
    listener: SubscriberListener,
    clock: Clock,
  ) {
    this.endpoint = endpoint;
    this.#settings = settings;
    this.#listener = listener;
    this.#clock = clock;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Begins to connect. Throws a `TransportError` for an address or key that cannot be. */
  open(): void {
    const socket = this.#createSocket();
    this.#socket = socket;
    this.#loops = this.#runLoops(socket, this.#loops);
  }

  /** Closes the socket; resolves when nothing of it is left. */
  async close(): Promise<void> {
    this.#cancelRebuild?.();
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isConnected = false;
    socket?.close();
    await this.#loops;
  }

  #createSocket(): Subscriber {
    const { endpoint } = this;
    const { connectTimeoutMs, heartbeatMs, subscribe } = this.#settings;
    let socket: Subscriber | undefined;
    try {
      socket = new Subscriber({
        receiveHighWaterMark: 0,
        linger: 0,
        connectTimeout: connectTimeoutMs,
        handshakeInterval: connectTimeoutMs,
        ipv6: endpoint.includes('['),
        ...heartbeatOptions(heartbeatMs),
        ...this.#curveOptions(),
      });
      openMonitor(socket);
      socket.subscribe(...subscribe.map(closePrefix));
      socket.connect(endpoint);
      return socket;
    } catch (thrown) {
      socket?.close();
      const message = `ZeroMQ does not take the endpoint ${endpoint} or its keys: ${String(thrown)}`;
      throw new TransportError('permanent', 'VIA_OPENNEBULA_ENDPOINT_INVALID', message, {
        cause: thrown,
      });
    }
  }

  #curveOptions(): object {
    const { curve } = this.#settings;
    if (!curve) return {};
    const { publicKey, secretKey } = curve;
    const own = publicKey && secretKey ? { publicKey, secretKey } : curveKeyPair();
    return {
      curveServerKey: curve.serverKey,
      curvePublicKey: own.publicKey,
      curveSecretKey: own.secretKey,
    };
  }

  async #runLoops(socket: Subscriber, earlier: Promise<void>): Promise<void> {
    const watching = watchMonitor(socket.events, (event) => {
      if (this.#socket === socket) this.#observe(event);
    });
    await Promise.all([
      earlier,
      this.#readLoop(socket),
      watching.catch((thrown: unknown) => this.#listener.failed(thrown as Error)),
    ]);
  }

  async #readLoop(socket: Subscriber): Promise<void> {
    try {
      // zeromq gives the event loop its turn after 512 messages that were there at once.
      for (;;) this.#listener.received(await socket.receive());
    } catch (thrown) {
      if (!socket.closed) this.#listener.failed(thrown as Error);
    }
  }

  #observe(event: Event): void {
    switch (event.type) {
      case 'connect':
        this.problem =
          'the connection is accepted without a ZeroMQ handshake (another protocol? CURVE keys?)';
        break;
      case 'handshake:error:protocol':
      case 'handshake:error:auth':
      case 'handshake:error:other':
        this.problem = `the handshake failed (${event.error.message})`;
        break;
      case 'handshake':
        this.#cancelRebuild?.();
        this.#isConnected = true;
        this.#listener.connected();
        break;
      case 'disconnect':
        this.#onDisconnect();
        break;
      default:
        break;
    }
  }

  #onDisconnect(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.problem = 'the connection was lost';
    this.#rebuildLater();
    this.#listener.lost();
  }

  #rebuildLater(): void {
    this.#cancelRebuild?.();
    this.#cancelRebuild = this.#clock.after(REBUILD_AFTER_MS, () => {
      const socket = this.#socket;
      if (!socket || this.#isConnected) return;
      socket.close();
      this.#rebuildLater();
      try {
        this.open();
      } catch (thrown) {
        this.#listener.failed(thrown as Error); // out of file descriptors, say
      }
    });
  }
}
