import { TransportError } from '@viaduct/core';
import { XPublisher, type Observer } from 'zeromq';

import type { SinkSettings } from '../config.ts';
import { heartbeatOptions, keepaliveOptions, openMonitor, watchMonitor } from './zeromq-monitor.ts';

/** How long messages may stay in the socket after `close`, for subscribers to fetch them. */
const LINGER_MS = 1_000;

/** First byte of what an XPUB socket receives when the first subscriber asks for a prefix. */
const SUBSCRIBE = 1;

/** The same when the last subscriber of a prefix has gone. */
const UNSUBSCRIBE = 0;

/**
 * A bound socket that publishes: an XPUB, which is a PUB that knows its subscriptions and can say
 * that the queue to a subscriber is full, where a PUB drops silently.
 */
export class ZeromqPublisher {
  readonly #settings: SinkSettings;
  readonly #socket: XPublisher;
  #reading: Promise<void> = Promise.resolve();
  /** Resolves when libzmq has given the address free, after `close`. */
  readonly #released: Promise<void>;
  #subscriptions = 0;

  /** Opens nothing. Throws a `TransportError` for CURVE keys that cannot be. */
  constructor(settings: SinkSettings) {
    this.#settings = settings;
    const { curve, heartbeatMs, onSlowSubscriber, subscriberQueueMax, bind } = settings;
    const waits = onSlowSubscriber === 'wait';
    try {
      this.#socket = new XPublisher({
        linger: LINGER_MS,
        noDrop: waits,
        sendTimeout: 0,
        sendHighWaterMark: subscriberQueueMax,
        ipv6: bind.includes('['),
        ...(waits ? keepaliveOptions(heartbeatMs) : heartbeatOptions(heartbeatMs)),
        ...(curve ? { curveServer: true, curveSecretKey: curve.secretKey } : {}),
      });
    } catch (thrown) {
      const message = `ZeroMQ does not accept the CURVE key: ${String(thrown)}`;
      throw new TransportError('permanent', 'VIA_OPENNEBULA_ENDPOINT_INVALID', message);
    }
    this.#released = released(openMonitor(this.#socket));
  }

  /** How many different prefixes somebody is subscribed to. */
  get subscriptions(): number {
    return this.#subscriptions;
  }

  /** Binds. Throws a `TransportError` that says who may hold the port. */
  async open(): Promise<void> {
    try {
      await this.#socket.bind(this.#settings.bind);
    } catch (thrown) {
      await this.close();
      throw bindError(this.#settings.bind, thrown);
    }
    if (!this.#socket.closed) this.#reading = this.#readSubscriptions();
  }

  /**
   * Sends to everybody who is subscribed. Where one queue is full: to nobody (`false`) if slow
   * subscribers are waited for, else to all but that one.
   */
  async send(frames: [Uint8Array, Uint8Array]): Promise<boolean> {
    try {
      await this.#socket.send(frames);
      return true;
    } catch (thrown) {
      if (codeOf(thrown) === 'EAGAIN') return false;
      throw new TransportError('reconnect', 'VIA_OPENNEBULA_NOT_CONNECTED', String(thrown));
    }
  }

  /**
   * Stops listening and closes; queued messages linger for a moment. Idempotent. Resolves when the
   * address is free: libzmq closes in a thread of its own.
   */
  async close(): Promise<void> {
    this.#subscriptions = 0;
    this.#socket.close();
    await this.#reading;
    await this.#released;
  }

  async #readSubscriptions(): Promise<void> {
    try {
      for (;;) {
        const [frame] = await this.#socket.receive();
        if (frame?.[0] === SUBSCRIBE) this.#subscriptions += 1;
        else if (frame?.[0] === UNSUBSCRIBE) this.#subscriptions -= 1;
      }
    } catch (thrown) {
      if (!this.#socket.closed) throw thrown;
    }
  }
}

/** Reads a monitor to its end; resolves when the listening socket is closed, or else then. */
async function released(monitor: Observer): Promise<void> {
  await new Promise<void>((resolve) => {
    const watching = watchMonitor(monitor, ({ type }) => {
      if (type === 'close') resolve();
    });
    // A monitor that fails costs the wait for the address, nothing else.
    watching.then(resolve, resolve);
  });
}

function bindError(endpoint: string, thrown: unknown): TransportError {
  const port = /:(\d+)$/.exec(endpoint)?.[1];
  if (codeOf(thrown) === 'EADDRINUSE') {
    const find = port === undefined ? '' : `; \`ss -ltnp sport = :${port}\` names the process`;
    return new TransportError(
      'permanent',
      'VIA_OPENNEBULA_PORT_IN_USE',
      `${endpoint} is in use: another sink, or OpenNebula's own hook driver (one_hm.rb), which ` +
        `publishes on port 2101 by default${find}`,
      { cause: thrown },
    );
  }
  return new TransportError(
    'permanent',
    'VIA_OPENNEBULA_BIND_FAILED',
    `${endpoint} cannot be bound: ${String(thrown)}`,
    { cause: thrown },
  );
}

function codeOf(thrown: unknown): string | undefined {
  return (thrown as { readonly code?: string } | undefined)?.code;
}
