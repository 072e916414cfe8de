/** An agent that sends SNMP informs and takes the response for the proof that they are kept. */
import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as delay } from 'node:timers/promises';
import { issueNext, pace, type Producer, type ProducerOptions } from './producer.ts';
import { readResponse, writeInform } from './snmp-datagram.ts';
import { mibNotification } from './viaduct-mib.ts';

const IN_FLIGHT_MAX = 16;
/** As snmpinform does it, but more patient: a broker that was killed is back within a minute. */
const RETRANSMIT_MS = 1_000;
const TRANSMISSIONS_MAX = 90;
const LOOK_EVERY_MS = 10;

/** Where it sends. */
export interface InformProducerOptions extends ProducerOptions {
  readonly name: string;
  /** On 127.0.0.1. */
  readonly port: number;
}

/**
 * Sends each event as one inform, with one request id however often it is sent again; one at a time
 * of each machine. What is answered by nobody in the end is no obligation.
 */
export class InformProducer implements Producer {
  readonly name: string;
  readonly #options: InformProducerOptions;
  readonly #socket: Socket = createSocket('udp4');
  readonly #waiting = new Map<number, () => void>();
  readonly #lanes = new Map<string, Promise<void>>();
  #requestId = 1;
  #isClosed = false;

  constructor(options: InformProducerOptions) {
    this.name = options.name;
    this.#options = options;
    this.#socket.on('error', () => undefined);
    this.#socket.on('message', (bytes) => {
      const id = readResponse(bytes);
      if (id !== undefined) this.#waiting.get(id)?.();
    });
  }

  async flow(perSecond: number, signal: AbortSignal): Promise<void> {
    await pace(perSecond, signal, (count) => this.#send(count, signal));
    await Promise.all(this.#lanes.values());
  }

  async issue(count: number): Promise<void> {
    await this.#send(count);
    await Promise.all(this.#lanes.values());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#lanes.values());
    this.#socket.close();
  }

  async #send(count: number, signal?: AbortSignal): Promise<void> {
    for (let index = 0; index < count && signal?.aborted !== true; index += 1) {
      while (this.#lanes.size >= IN_FLIGHT_MAX) await delay(LOOK_EVERY_MS);
      const sample = issueNext(this.#options);
      const { trapOid, varbinds } = mibNotification(sample);
      const requestId = this.#requestId;
      this.#requestId += 1;
      const before = this.#lanes.get(sample.resource) ?? Promise.resolve();
      const done = before
        .then(() => this.#untilAnswered(requestId, writeInform(requestId, trapOid, varbinds)))
        .then((isAnswered) => {
          if (isAnswered) this.#options.ledger.acknowledge(sample.id);
          if (this.#lanes.get(sample.resource) === done) this.#lanes.delete(sample.resource);
        });
      this.#lanes.set(sample.resource, done);
    }
  }

  async #untilAnswered(requestId: number, datagram: Buffer): Promise<boolean> {
    const answer = new Promise<true>((resolve) => {
      this.#waiting.set(requestId, () => resolve(true));
    });
    try {
      for (let sent = 0; sent < TRANSMISSIONS_MAX && !this.#isClosed; sent += 1) {
        this.#socket.send(datagram, this.#options.port, '127.0.0.1');
        if (await Promise.race([answer, delay(RETRANSMIT_MS, false)])) return true;
      }
      return false;
    } finally {
      this.#waiting.delete(requestId);
    }
  }
}
