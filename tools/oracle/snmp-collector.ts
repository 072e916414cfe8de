/** A manager that receives traps and informs, answers informs, and can be away or silent. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type Collector, enter } from './collector.ts';
import type { SinkTerms } from './history.ts';
import type { Notebook } from './ledger.ts';
import { readDatagram } from './snmp-datagram.ts';
import { isHeartbeat, readMibNotification } from './viaduct-mib.ts';

/** Which sink sends to it. */
export interface SnmpCollectorOptions {
  readonly sink: string;
  readonly ledger: Notebook;
  readonly terms: SinkTerms;
}

/** Informs whose retransmission is still known: as a manager keeps them. */
const ANSWERED_MAX = 20_000;

const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;

/** Listens on a loopback port of its own, which it keeps when it comes back. */
export class SnmpCollector implements Collector {
  readonly sink: string;
  readonly terms: SinkTerms;
  /** It receives, and neither records nor answers. */
  isSilent = false;
  readonly #ledger: Notebook;
  #socket: Socket | undefined;
  #port = 0;
  /** Sender and request id of informs that were answered: a retransmission is no second one. */
  readonly #answered = new Set<string>();

  private constructor(options: SnmpCollectorOptions) {
    this.sink = options.sink;
    this.terms = options.terms;
    this.#ledger = options.ledger;
  }

  static async start(options: SnmpCollectorOptions): Promise<SnmpCollector> {
    const collector = new SnmpCollector(options);
    await collector.listen();
    return collector;
  }

  get port(): number {
    return this.#port;
  }

  /** Nobody is there any more: the kernel says so to the sender. */
  async leave(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#socket = undefined;
    socket.close();
    await once(socket, 'close');
  }

  /** Is there (again). */
  async listen(): Promise<void> {
    if (this.#socket !== undefined) return;
    const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES });
    socket.on('message', (bytes, from) => this.#take(socket, bytes, from));
    socket.bind(this.#port, '127.0.0.1');
    await once(socket, 'listening');
    this.#port = socket.address().port;
    this.#socket = socket;
  }

  /** It records from its start. */
  async collect(): Promise<void> {
    this.isSilent = false;
    await this.listen();
  }

  async close(): Promise<void> {
    await this.leave();
  }

  #take(socket: Socket, bytes: Buffer, from: { address: string; port: number }): void {
    if (this.isSilent) return;
    const datagram = readDatagram(bytes);
    if (datagram?.isInform === true) {
      socket.send(datagram.response, from.port, from.address);
      if (!this.#isFirst(`${from.port} ${datagram.requestId}`)) return;
    }
    if (datagram !== undefined && isHeartbeat(datagram)) return;
    enter(this.#ledger, this.sink, datagram && readMibNotification(datagram));
  }

  #isFirst(inform: string): boolean {
    if (this.#answered.has(inform)) return false;
    this.#answered.add(inform);
    if (this.#answered.size > ANSWERED_MAX) {
      const [oldest] = this.#answered;
      if (oldest !== undefined) this.#answered.delete(oldest);
    }
    return true;
  }
}
