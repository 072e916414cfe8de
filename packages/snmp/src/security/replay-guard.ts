import { isJsonObject, type JsonValue } from '@viaduct/core';
import { ENGINE_COUNT_MAX } from './engine.ts';

/** How far behind the newest an authentic message may be, seconds (RFC 3414 clause 2.2.3). */
export const TIME_WINDOW_S = 150;

/** Senders remembered, and digests of each; the ones longest unused go first. */
const SENDERS_MAX = 10_000;
const DIGESTS_MAX = 64;

/** Digits of a digest that are kept: 64 bits, which no two messages of a minute share. */
const DIGEST_LENGTH = 16;

/** The senders of a snapshot, the last used: with all of their digests some half a megabyte. */
const SAVED_SENDERS_MAX = 400;

/** What is known of one sender's clock. */
interface Sender {
  boots: number;
  time: number;
  /** When that was, milliseconds since the epoch. */
  receivedAt: number;
  readonly digests: Set<string>;
}

/** An authentic message of another engine, as its header says. */
export interface Stamp {
  /** The engine and the user. */
  readonly sender: string;
  readonly boots: number;
  readonly time: number;
  /** Hexadecimal; differs for every message of one sender. */
  readonly digest: string;
}

/**
 * Tells replayed notifications from new ones (RFC 3414 clause 3.2 step 7b) by the sender's boots
 * and time, and by the digests of its latest messages. Asked only about authentic messages, else a
 * stranger could advance somebody's clock. Its memory can be taken along as a snapshot.
 */
export class ReplayGuard {
  readonly #mode: 'window' | 'repeats';
  readonly #senders = new Map<string, Sender>();

  constructor(mode: 'window' | 'repeats') {
    this.#mode = mode;
  }

  /** Whether a message may pass; remembers it where it may. */
  admits(stamp: Stamp, now: number): boolean {
    const { sender: name, boots, time } = stamp;
    const digest = stamp.digest.slice(0, DIGEST_LENGTH);
    const sender = this.#senders.get(name) ?? { boots, time, receivedAt: now, digests: new Set() };
    if (sender.digests.has(digest)) return false;
    if (this.#mode === 'window' && isBehind(sender, stamp, now)) return false;
    if (boots > sender.boots || (boots === sender.boots && time > sender.time)) {
      Object.assign(sender, { boots, time, receivedAt: now });
    }
    sender.digests.add(digest);
    if (sender.digests.size > DIGESTS_MAX) forgetOldest(sender.digests);
    this.#senders.delete(name); // to the end of the order: the last used
    this.#senders.set(name, sender);
    if (this.#senders.size > SENDERS_MAX) forgetOldest(this.#senders);
    return true;
  }

  /** What is known of the senders last used, in the order of their use. */
  snapshot(): JsonValue {
    const senders = [...this.#senders].slice(-SAVED_SENDERS_MAX);
    return {
      senders: senders.map(([name, { boots, time, receivedAt, digests }]) => ({
        name,
        boots,
        time,
        receivedAt,
        digests: [...digests],
      })),
    };
  }

  /** Takes over a snapshot, but for senders that are known already and what is none. */
  restore(snapshot: JsonValue): void {
    const senders = isJsonObject(snapshot) ? snapshot['senders'] : undefined;
    for (const one of Array.isArray(senders) ? (senders as readonly JsonValue[]) : []) {
      const read = readSender(one);
      if (read !== undefined && !this.#senders.has(read.name)) {
        this.#senders.set(read.name, read.sender);
      }
    }
  }
}

function readSender(value: JsonValue): { name: string; sender: Sender } | undefined {
  if (!isJsonObject(value)) return undefined;
  const { name, boots, time, receivedAt, digests } = value;
  if (typeof name !== 'string' || typeof boots !== 'number' || typeof time !== 'number') {
    return undefined;
  }
  if (typeof receivedAt !== 'number' || !Array.isArray(digests)) return undefined;
  const texts = digests.filter((digest): digest is string => typeof digest === 'string');
  return { name, sender: { boots, time, receivedAt, digests: new Set(texts.slice(-DIGESTS_MAX)) } };
}

function isBehind(known: Sender, { boots, time }: Stamp, now: number): boolean {
  // Some senders, other users of net-snmp among them, always say 0 and 0: no clock to go by.
  if (known.boots === 0 && known.time === 0 && boots === 0 && time === 0) return false;
  if (known.boots >= ENGINE_COUNT_MAX || boots < known.boots) return true;
  const elapsed = Math.floor((now - known.receivedAt) / 1000);
  return boots === known.boots && time < known.time + elapsed - TIME_WINDOW_S;
}

function forgetOldest(memory: {
  keys(): IterableIterator<string>;
  delete(key: string): boolean;
}): void {
  const oldest = memory.keys().next();
  if (oldest.done !== true) memory.delete(oldest.value);
}
