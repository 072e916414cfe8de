import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { TransportError } from '@viaduct/core';
import { formatEndpoint, type Endpoint } from '../endpoint.ts';
import { kernelDrops } from './kernel-drops.ts';

/** What a listener tells. */
export interface DatagramHandler {
  received(bytes: Uint8Array, from: RemoteInfo, listener: UdpListener): void;
  failed(error: Error): void;
}

/** One bound UDP socket. */
export class UdpListener {
  readonly #endpoint: Endpoint;
  readonly #socket: Socket;
  #drops = 0;
  #isClosed = false;

  private constructor(endpoint: Endpoint, socket: Socket) {
    this.#endpoint = endpoint;
    this.#socket = socket;
  }

  /** Binds; throws a `TransportError` where that fails. */
  static async open(
    endpoint: Endpoint,
    receiveBufferBytes: number,
    handler: DatagramHandler,
  ): Promise<UdpListener> {
    const { host, port } = endpoint;
    // IPv6 only, so that 0.0.0.0 and :: can both be listened on.
    const socket = createSocket(isIPv6(host) ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' });
    const listener = new UdpListener(endpoint, socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (cause: NodeJS.ErrnoException) => {
        socket.close();
        reject(listenFailed(endpoint, cause));
      });
      socket.once('listening', resolve);
      socket.bind({ port, address: host, exclusive: true });
    });
    socket.removeAllListeners('error');
    socket.on('error', (error) => handler.failed(error));
    socket.on('message', (bytes, from) => handler.received(bytes, from, listener));
    socket.setRecvBufferSize(receiveBufferBytes);
    listener.#drops = await kernelDrops(host, port);
    return listener;
  }

  /** Sends a datagram back; what goes wrong is what UDP may lose anyway. */
  reply(bytes: Uint8Array, { port, address }: RemoteInfo): void {
    if (!this.#isClosed) this.#socket.send(bytes, port, address, () => undefined);
  }

  /** Datagrams that the kernel dropped since the last call. */
  async newDrops(): Promise<number> {
    const { host, port } = this.#endpoint;
    const drops = await kernelDrops(host, port);
    const more = Math.max(0, drops - this.#drops);
    this.#drops = drops;
    return more;
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

function listenFailed(endpoint: Endpoint, cause: NodeJS.ErrnoException): TransportError {
  const place = formatEndpoint(endpoint);
  const hint =
    cause.code === 'EACCES'
      ? 'ports below 1024 need a privilege: take another, and redirect 162 to it'
      : cause.code === 'EADDRINUSE'
        ? 'another program listens there'
        : cause.message;
  const kind = cause.code === 'EADDRINUSE' ? 'reconnect' : 'permanent';
  return new TransportError(kind, 'VIA_SNMP_LISTEN_FAILED', `cannot listen on ${place}: ${hint}`, {
    cause,
  });
}
