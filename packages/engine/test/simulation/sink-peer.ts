import {
  DELIVERED,
  delay,
  TransportError,
  type Outcome,
  type Parcel,
  type Sink,
} from '@viaduct/core';
import type { NoteNative, SentNote } from '../dialect.ts';
import type { Life } from './life.ts';

/** How a simulated sink behaves; chances are for each parcel. */
export interface SinkTraits {
  readonly batchMax: number;
  readonly concurrencyMax: number;
  readonly unavailableChance: number;
  readonly cutChance: number;
  readonly hangChance: number;
  readonly delayMaxMs: number;
}

/** One arrival of an event. */
export interface Arrival extends SentNote {
  readonly life: number;
}

/** The other side of a sink: outlives every broker, and complains at once. */
export class SinkPeer {
  readonly name: string;
  readonly traits: SinkTraits;
  readonly arrivals: Arrival[] = [];
  readonly first = new Map<string, Arrival>();
  readonly refused = new Map<string, number>();
  readonly violations: string[] = [];
  /** Events whose delivery the journal durably knows of: they may never come again. */
  readonly settled = new Set<string>();
  /** Called with what arrived for the first time. */
  reflect: (note: SentNote, life: Life) => void = () => undefined;
  duplicates = 0;
  hangs = 0;
  down = false;
  healed = false;
  readonly #random: () => number;
  readonly #lastSeq = new Map<string, number>();
  /** By event, the life in which the engine was told that it arrived. */
  readonly #confirmedIn = new Map<string, number>();
  #inFlight = new Set<string>();
  #epoch = 0;

  constructor(name: string, traits: SinkTraits, random: () => number) {
    this.name = name;
    this.traits = traits;
    this.#random = random;
  }

  /** A new process: nothing of the old one is under way. */
  forget(): void {
    this.#inFlight = new Set();
    this.#epoch += 1;
  }

  sink(life: Life): Sink<NoteNative> {
    return {
      connect: async () => {
        await life.step();
        if (this.down) throw new TransportError('reconnect', 'VIA_TEST_DOWN', 'nobody is there');
      },
      send: (parcels, signal) => this.#send(parcels, signal, life),
      close: async () => {
        // What hung on this connection hangs on nothing now.
        if (!life.dead) this.#inFlight.clear();
      },
    };
  }

  async #send(
    parcels: readonly Parcel<NoteNative>[],
    signal: AbortSignal,
    life: Life,
  ): Promise<readonly Outcome[]> {
    const notes = parcels.map(({ natives }) => natives[0] as SentNote);
    const epoch = this.#epoch;
    if (notes.length > this.traits.batchMax) this.violations.push('a batch was too large');
    for (const { key } of notes) {
      if (this.#inFlight.has(key)) this.violations.push(`two of ${key} were under way at once`);
      this.#inFlight.add(key);
    }
    try {
      return await this.#receive(notes, signal, life);
    } finally {
      if (epoch === this.#epoch) for (const { key } of notes) this.#inFlight.delete(key);
    }
  }

  async #receive(
    notes: readonly SentNote[],
    signal: AbortSignal,
    life: Life,
  ): Promise<readonly Outcome[]> {
    await life.step();
    const { delayMaxMs } = this.traits;
    if (!this.healed && this.#random() < 0.3) {
      await delay(life.clock, this.#random() * delayMaxMs, signal).catch(() => undefined);
    }
    await this.#hang(signal);
    const outcomes: Outcome[] = [];
    for (const note of notes) {
      if (!this.healed && this.#random() < this.traits.cutChance) {
        throw new TransportError('reconnect', 'VIA_TEST_CUT', 'cut');
      }
      life.point();
      if (life.dead) await new Promise<never>(() => undefined);
      outcomes.push(signal.aborted ? gone() : this.#take(note, life));
      life.point();
    }
    await life.step();
    for (const [index, { event }] of notes.entries()) {
      if (outcomes[index]?.kind === 'delivered') this.#confirmedIn.set(event, life.number);
    }
    return outcomes;
  }

  /** Hangs, until it is called off or, worse, for ever. */
  async #hang(signal: AbortSignal): Promise<void> {
    if (this.healed || this.#random() >= this.traits.hangChance) return;
    this.hangs += 1;
    const isDeaf = this.#random() < 0.5;
    await new Promise<void>((resolve) => {
      if (isDeaf) return;
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #take(note: SentNote, life: Life): Outcome {
    const lost = !this.healed && this.#random() < this.traits.unavailableChance;
    // The peer may have had it and only the answer was lost.
    if (lost && this.#random() < 0.5) return gone();
    const { refusals } = note;
    const refused = this.refused.get(note.event) ?? 0;
    if (note.attempt > refused + 1) {
      this.violations.push(`attempt ${note.attempt} of ${note.event}, refused ${refused} times`);
    }
    if (refusals < 0 || refused < refusals) {
      this.refused.set(note.event, refused + 1);
      const permanent = refusals < 0;
      return { kind: 'refused', code: 'VIA_TEST_REFUSED', message: 'no', permanent };
    }
    this.#arrived(note, life);
    return lost ? gone() : DELIVERED;
  }

  #arrived(note: SentNote, life: Life): void {
    this.arrivals.push({ ...note, life: life.number });
    const { event, key, seq } = note;
    if (this.settled.has(event)) this.violations.push(`${event} came after it was settled`);
    if (this.#confirmedIn.get(event) === life.number) {
      this.violations.push(`${event} came again in the life in which it was confirmed`);
    }
    if (this.first.has(event)) {
      this.duplicates += 1;
      return;
    }
    this.first.set(event, { ...note, life: life.number });
    this.reflect(note, life);
    const last = this.#lastSeq.get(key) ?? -1;
    if (seq < last) this.violations.push(`${key}: ${seq} came after ${last}`);
    this.#lastSeq.set(key, Math.max(last, seq));
  }
}

function gone(): Outcome {
  return { kind: 'unavailable', code: 'VIA_TEST_GONE', message: 'gone' };
}
