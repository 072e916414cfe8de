import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { labelled, labelOf } from './notifications.ts';
import { answerToInform, readDatagram } from '../src/wire/read-datagram.ts';
import { writeDatagram } from '../src/wire/write-pdu.ts';

async function closed(socket: Socket): Promise<void> {
  const done = once(socket, 'close');
  socket.close();
  await done;
}

/** A manager that keeps the labels of what it receives and answers informs. */
export class TestManager {
  readonly labels: string[] = [];
  readonly port: number;
  #socket: Socket | undefined;

  constructor(port: number) {
    this.port = port;
  }

  async open(): Promise<void> {
    const socket = createSocket('udp4');
    this.#socket = socket;
    socket.on('message', (bytes, { port, address }) => {
      const read = readDatagram(bytes);
      if (!read.ok) return;
      const label = labelOf(read.value);
      const isAgain = read.value.pdu === 'inform' && this.labels.includes(label);
      if (!isAgain) this.labels.push(label);
      if (read.value.pdu === 'inform') socket.send(answerToInform(bytes), port, address);
    });
    socket.bind(this.port, '127.0.0.1');
    await once(socket, 'listening');
    socket.setRecvBufferSize(4 * 1024 * 1024);
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) await closed(socket);
  }
}

/** How often an unanswered inform is sent again, and how many are under way at once. */
const AGAIN_MS = 200;
const UNDER_WAY_MAX = 100;

/** An agent that sends traps, or informs until they are answered. */
export class TestAgent {
  readonly #target: number;
  readonly #pdu: 'trap' | 'inform';
  #socket: Socket | undefined;
  #nextId = 1;
  readonly #unanswered = new Map<number, Uint8Array>();
  #timer: NodeJS.Timeout | undefined;

  constructor(target: number, pdu: 'trap' | 'inform') {
    this.#target = target;
    this.#pdu = pdu;
  }

  async open(): Promise<void> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    this.#socket = socket;
    socket.on('message', (bytes) => this.#answered(bytes));
    this.#timer = setInterval(() => {
      for (const bytes of [...this.#unanswered.values()].slice(0, UNDER_WAY_MAX)) {
        socket.send(bytes, this.#target, '127.0.0.1', () => undefined);
      }
    }, AGAIN_MS);
  }

  /** How many informs are not answered yet. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  async send(label: string): Promise<void> {
    const requestId = this.#nextId++;
    const bytes = writeDatagram(labelled(label, this.#pdu), 'public', { requestId, upTime: 0 });
    if (this.#pdu === 'inform') this.#unanswered.set(requestId, bytes);
    await new Promise<void>((resolve) => {
      this.#socket?.send(bytes, this.#target, '127.0.0.1', () => resolve());
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) await closed(socket);
  }

  /** An answer differs from its inform by one tag; the request id tells which it is for. */
  #answered(bytes: Uint8Array): void {
    for (const [requestId, inform] of this.#unanswered) {
      if (Buffer.from(answerToInform(inform)).equals(bytes)) this.#unanswered.delete(requestId);
    }
  }
}
