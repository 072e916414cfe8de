import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** Which way bytes go: to the server behind the proxy, or back to whoever connected. */
export type Direction = 'toTarget' | 'toClient';

/** What the proxy does to the bytes that pass. All of it can be changed while connections live. */
export interface TcpFaults {
  /** How long each chunk is held, milliseconds. */
  readonly delayMs?: number;
  /** How fast each direction of each connection may be. */
  readonly bytesPerSecondMax?: number;
  /**
   * A black hole: connections stay open, new ones are accepted, and nothing that either side says
   * reaches the other. When it ends, connections that lost bytes are cut.
   */
  readonly drop?: boolean;
  /** Cut a connection once this many of its bytes went one way: in the middle of a frame. */
  readonly cutAfter?: { readonly direction: Direction; readonly bytes: number };
}

/** What went through a {@link TcpProxy} so far. */
export interface TcpCounters {
  readonly connectionsTotal: number;
  readonly connectionsOpen: number;
  readonly bytesToTarget: number;
  readonly bytesToClient: number;
  readonly bytesDropped: number;
}

/** Bytes held for one direction before its sender is made to wait. */
const HELD_BYTES_MAX = 1_048_576;

/**
 * A TCP proxy on the loopback interface that misbehaves on request: what a network does between
 * two real programs, made repeatable.
 */
export class TcpProxy {
  /** Where to connect instead of the target. */
  readonly port: number;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #shared: SharedState;

  private constructor(server: Server, target: TcpTarget, faults: TcpFaults) {
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#shared = { faults, bytes: { toTarget: 0, toClient: 0 }, dropped: 0, accepted: 0 };
    server.on('connection', (client) => {
      this.#shared.accepted += 1;
      const link = new Link(client, target, this.#shared, () => this.#links.delete(link));
      this.#links.add(link);
    });
  }

  /** Listens on a free loopback port (or `port`) and forwards to `target`. */
  static async start(target: TcpTarget, faults: TcpFaults = {}, port = 0): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return new TcpProxy(server, target, faults);
  }

  get counters(): TcpCounters {
    const { bytes, dropped, accepted } = this.#shared;
    return {
      connectionsTotal: accepted,
      connectionsOpen: this.#links.size,
      bytesToTarget: bytes.toTarget,
      bytesToClient: bytes.toClient,
      bytesDropped: dropped,
    };
  }

  /** Replaces the faults; `setFaults({})` behaves well again. */
  setFaults(faults: TcpFaults): void {
    const healed = this.#shared.faults.drop === true && faults.drop !== true;
    this.#shared.faults = faults;
    if (!healed) return;
    for (const link of this.#links) if (link.lostBytes) link.cut();
  }

  /** Ends one direction of every connection in good order and leaves the other open. */
  halfClose(direction: Direction): void {
    for (const link of this.#links) link.end(direction);
  }

  /** Resets every connection. */
  cut(): void {
    for (const link of this.#links) link.cut();
  }

  /** Stops listening and resets what is open. Idempotent. */
  async close(): Promise<void> {
    this.cut();
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}

/** The server behind the proxy. */
export interface TcpTarget {
  readonly port: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
}

interface SharedState {
  faults: TcpFaults;
  readonly bytes: Record<Direction, number>;
  dropped: number;
  accepted: number;
}

/** One connection through the proxy: two sockets. */
class Link {
  lostBytes = false;
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #onClosed: () => void;

  constructor(client: Socket, target: TcpTarget, shared: SharedState, onClosed: () => void) {
    this.#client = client;
    this.#onClosed = onClosed;
    this.#target = connect({
      port: target.port,
      host: target.host ?? '127.0.0.1',
      allowHalfOpen: true,
    });
    for (const socket of [this.#client, this.#target]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.cut());
      socket.on('close', () => this.#closeIfBothEnded());
    }
    this.#forward('toTarget', client, this.#target, shared);
    this.#forward('toClient', this.#target, client, shared);
  }

  end(direction: Direction): void {
    (direction === 'toTarget' ? this.#target : this.#client).end();
  }

  cut(): void {
    for (const socket of [this.#client, this.#target]) {
      if (socket.destroyed) continue;
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
    }
    this.#onClosed();
  }

  #forward(direction: Direction, from: Socket, to: Socket, shared: SharedState): void {
    let passed = 0;
    let freeAt = 0;
    let heldBytes = 0;
    const held: (() => void)[] = [];
    const write = (chunk: Buffer): void => {
      if (to.destroyed || to.writableEnded) return;
      const { cutAfter } = shared.faults;
      const left = cutAfter?.direction === direction ? cutAfter.bytes - passed : Infinity;
      const part = left < chunk.length ? chunk.subarray(0, Math.max(0, left)) : chunk;
      passed += part.length;
      shared.bytes[direction] += part.length;
      if (part.length === chunk.length) {
        if (!to.write(part)) from.pause();
        return;
      }
      to.write(part, () => this.cut());
    };
    to.on('drain', () => from.resume());
    /** Runs `action` after the delay, never before what was held earlier. */
    const later = (bytes: number, action: () => void): void => {
      const { delayMs = 0, bytesPerSecondMax } = shared.faults;
      const now = performance.now();
      const transferMs = bytesPerSecondMax ? (bytes * 1000) / bytesPerSecondMax : 0;
      freeAt = Math.max(now + delayMs, freeAt) + transferMs;
      if (held.length === 0 && freeAt <= now) {
        action();
        return;
      }
      held.push(action);
      heldBytes += bytes;
      if (heldBytes > HELD_BYTES_MAX) from.pause();
      // Timers of different lengths may fire out of order: each takes the oldest that is held.
      setTimeout(() => {
        heldBytes -= bytes;
        if (heldBytes <= HELD_BYTES_MAX) from.resume();
        held.shift()?.();
      }, freeAt - now);
    };
    from.on('data', (chunk: Buffer) => {
      if (shared.faults.drop) {
        this.lostBytes = true;
        shared.dropped += chunk.length;
        return;
      }
      later(chunk.length, () => write(chunk));
    });
    from.on('end', () => {
      if (!shared.faults.drop) later(0, () => to.end());
    });
  }

  #closeIfBothEnded(): void {
    if (this.#client.destroyed && this.#target.destroyed) this.#onClosed();
  }
}
