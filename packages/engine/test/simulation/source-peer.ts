import type { Delivery, Source } from '@viaduct/core';
import { TransportError } from '@viaduct/core';
import type { Note, NoteNative } from '../dialect.ts';
import type { Life } from './life.ts';

/** How a simulated source behaves. */
export interface SourceTraits {
  /** Like a queue that keeps what is not acknowledged; else like a radio. */
  readonly redelivers: boolean;
  /** Unacknowledged deliveries at most. */
  readonly prefetch: number;
}

/** The other side of a source: outlives every broker. */
export class SourcePeer {
  readonly name: string;
  readonly traits: SourceTraits;
  readonly published: Note[] = [];
  readonly acked = new Set<string>();
  /** Gone for good without being acknowledged: only a radio loses. */
  readonly missed = new Set<string>();
  /** By note, the lives in which it was handed over. */
  readonly handedOver = new Map<string, Set<number>>();
  /** Times that a connection was lost. */
  cuts = 0;
  readonly #random: () => number;
  #queue: Note[] = [];
  #unacked: Note[] = [];
  #connection: SourceConnection | undefined;
  /** Nobody can connect. */
  down = false;

  constructor(name: string, traits: SourceTraits, random: () => number) {
    this.name = name;
    this.traits = traits;
    this.#random = random;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0 && this.#unacked.length === 0;
  }

  publish(note: Note): void {
    this.published.push(note);
    this.#queue.push(note);
    this.#connection?.wake();
  }

  /** The connection breaks. */
  cut(): void {
    if (this.#connection !== undefined) this.cuts += 1;
    this.#connection?.break();
  }

  /** A source for one life of the broker. */
  source(life: Life): Source<NoteNative> {
    let mine: SourceConnection | undefined;
    return {
      connect: async () => {
        await life.step();
        if (this.down) throw new TransportError('reconnect', 'VIA_TEST_DOWN', 'nobody is there');
        mine = new SourceConnection();
        this.#connection = mine;
      },
      deliveries: (signal) => this.#deliveries(life, mine as SourceConnection, signal),
      close: async () => {
        if (mine !== undefined) this.#closed(mine);
        mine = undefined;
      },
    };
  }

  /** What is unacknowledged goes back to its place; a radio's is lost. */
  forget(): void {
    if (this.#connection !== undefined) this.#closed(this.#connection);
  }

  #closed(connection: SourceConnection): void {
    if (this.#connection !== connection) return;
    connection.break();
    this.#connection = undefined;
    if (this.traits.redelivers) for (const note of this.#unacked) this.#giveBack(note);
    else for (const note of this.#unacked) this.missed.add(note.id);
    this.#unacked = [];
  }

  async *#deliveries(
    life: Life,
    connection: SourceConnection,
    signal: AbortSignal,
  ): AsyncIterable<readonly Delivery<NoteNative>[]> {
    while (!signal.aborted) {
      await life.step();
      if (connection.broken) throw new TransportError('reconnect', 'VIA_TEST_CUT', 'cut');
      const room = this.traits.prefetch - this.#unacked.length;
      const count = Math.min(room, this.#queue.length, 1 + Math.floor(this.#random() * 6));
      if (count <= 0) {
        await connection.wait(signal);
        continue;
      }
      const notes = this.#queue.splice(0, count);
      this.#unacked.push(...notes);
      for (const { id } of notes) {
        this.handedOver.set(id, (this.handedOver.get(id) ?? new Set()).add(life.number));
      }
      yield notes.map((native) => this.#delivery(native, life, connection));
    }
  }

  #delivery(native: Note, life: Life, connection: SourceConnection): Delivery<NoteNative> {
    let settled = false;
    const settle = (isAck: boolean): void => {
      if (settled) throw new Error(`note ${native.id} was settled twice`);
      settled = true;
      life.point();
      if (life.dead || this.#connection !== connection) return;
      this.#unacked = this.#unacked.filter((one) => one !== native);
      if (isAck) this.acked.add(native.id);
      else if (this.traits.redelivers) this.#giveBack(native);
      else this.missed.add(native.id);
      connection.wake();
      life.point();
    };
    return {
      native,
      receivedAt: life.clock.now(),
      ack: () => settle(true),
      reject: () => settle(false),
    };
  }

  /** To its old place: as RabbitMQ does where it can. */
  #giveBack(note: Note): void {
    const index = this.#queue.findIndex(({ seq }) => seq > note.seq);
    this.#queue.splice(index < 0 ? this.#queue.length : index, 0, note);
  }
}

class SourceConnection {
  broken = false;
  #waiting: (() => void)[] = [];

  wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  break(): void {
    this.broken = true;
    this.wake();
  }

  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted || this.broken) {
        resolve();
        return;
      }
      this.#waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
