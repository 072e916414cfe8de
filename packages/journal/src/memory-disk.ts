/**
 * What the journal in memory takes for a disk: plain maps, changed only at a commit. A crash keeps
 * exactly this and nothing else.
 */
import type { JsonValue } from '@viaduct/core';
import { JournalError } from './errors.ts';
import type {
  AppendResult,
  Attempt,
  DeadLetter,
  Entry,
  Gap,
  NewDeadLetter,
  NewGap,
  Position,
  StartFrom,
  StoredEntry,
  SubscribeOptions,
} from './journal.ts';
import { GAPS_MAX, type JournalLimits } from './options.ts';

/** A durable note that a sink refused an entry, and when to try again. */
export interface ParkedNote {
  readonly until: number;
  readonly attempts: readonly Attempt[];
}

/** One subscription on the disk: what it is owed, each with a note if it is parked. */
export interface DiskSubscription {
  readonly name: string;
  retired: boolean;
  /** In order of position. */
  readonly owed: Map<Position, ParkedNote | undefined>;
}

/** A tracker's memory on the disk. */
export interface Checkpoint {
  readonly position: Position;
  readonly value: JsonValue;
}

interface Kept {
  readonly entry: StoredEntry;
  readonly bytes: number;
}

/** The durable part of a journal in memory. */
export class MemoryDisk {
  readonly subscriptions: Map<string, DiskSubscription> = new Map<string, DiskSubscription>();
  readonly letters: Map<number, DeadLetter> = new Map<number, DeadLetter>();
  readonly checkpoints: Map<string, Checkpoint> = new Map<string, Checkpoint>();
  readonly gaps: Gap[] = [];
  readonly parkedMax: number;
  readonly #kept = new Map<Position, Kept>();
  readonly #keys = new Map<string, number>();
  #position = 0;
  #letter = 0;
  #gap = 0;
  /** What the entries take, as JSON. */
  bytes = 0;

  constructor(parkedMax: number) {
    this.parkedMax = parkedMax;
  }

  /** The same content, sharing nothing that can change. */
  copy(): MemoryDisk {
    const copy = new MemoryDisk(this.parkedMax);
    for (const one of this.subscriptions.values()) {
      copy.subscriptions.set(one.name, { ...one, owed: new Map(one.owed) });
    }
    fill(copy.letters, this.letters);
    fill(copy.checkpoints, this.checkpoints);
    fill(copy.#kept, this.#kept);
    fill(copy.#keys, this.#keys);
    copy.gaps.push(...this.gaps);
    copy.#position = this.#position;
    copy.#letter = this.#letter;
    copy.#gap = this.#gap;
    copy.bytes = this.bytes;
    return copy;
  }

  /** In order of position. */
  *entries(): Iterable<StoredEntry> {
    for (const kept of this.#kept.values()) yield kept.entry;
  }

  get size(): number {
    return this.#kept.size;
  }

  entry(position: Position): StoredEntry {
    const kept = this.#kept.get(position);
    if (kept === undefined) {
      throw new JournalError('VIA_JOURNAL_DAMAGED', `position ${position} is gone`);
    }
    return kept.entry;
  }

  /** Appends what is no duplicate; throws `VIA_JOURNAL_FULL` before anything is changed. */
  append(entries: readonly Entry[], limits: JournalLimits): readonly AppendResult[] {
    const now = limits.clock.now();
    if (this.bytes >= limits.retentionBytes) {
      throw new JournalError('VIA_JOURNAL_FULL', `${this.bytes} bytes are still owed to a sink`);
    }
    return entries.map((entry) => this.#append(entry, limits, now));
  }

  #append(entry: Entry, limits: JournalLimits, now: number): AppendResult {
    const { dedupe, unseen } = entry;
    if (dedupe !== undefined) {
      if (unseen !== true && this.#isKnown(dedupe, limits, now)) return { kind: 'duplicate' };
      this.#note(dedupe, limits, now);
    }
    this.#position += 1;
    const position = this.#position as Position;
    const bytes = JSON.stringify(entry).length;
    this.#kept.set(position, { entry: { ...entry, position, appendedAt: now }, bytes });
    this.bytes += bytes;
    for (const target of entry.targets) {
      this.subscriptions.get(target)?.owed.set(position, undefined);
    }
    return { kind: 'appended', position };
  }

  #isKnown(key: string, limits: JournalLimits, now: number): boolean {
    const seen = this.#keys.get(key);
    return seen !== undefined && seen > now - limits.dedupeWindowMs;
  }

  #note(key: string, limits: JournalLimits, now: number): void {
    this.#keys.delete(key);
    this.#keys.set(key, now);
    for (const oldest of this.#keys.keys()) {
      if (this.#keys.size <= limits.dedupeMax) break;
      this.#keys.delete(oldest);
    }
  }

  subscribe(name: string, from: StartFrom, options: SubscribeOptions = {}): DiskSubscription {
    const known = this.subscriptions.get(name);
    if (known !== undefined) {
      known.retired = false;
      return known;
    }
    const made: DiskSubscription = { name, retired: false, owed: new Map() };
    for (const entry of this.entries()) {
      const within = from === 'start' || (from !== 'now' && entry.appendedAt >= from.at);
      const wanted = options.past === 'everything' || entry.targets.includes(name);
      if (within && wanted) made.owed.set(entry.position, undefined);
    }
    this.subscriptions.set(name, made);
    return made;
  }

  addLetter(letter: NewDeadLetter): void {
    const { key } = letter;
    if (key !== undefined && [...this.letters.values()].some((known) => known.key === key)) return;
    this.#letter += 1;
    this.letters.set(this.#letter, { ...letter, id: this.#letter });
  }

  /**
   * Throws away what is too old or too much, oldest first, what nobody is owed before the rest.
   * Returns the gaps that this makes, one for each subscription.
   */
  retain(limits: JournalLimits, now: number): readonly Gap[] {
    const tooOld = (kept: Kept): boolean => kept.entry.appendedAt < now - limits.retentionMs;
    const lost = new Map<string, Position[]>();
    for (const takesOwed of limits.whenFull === 'drop' ? [false, true] : [false]) {
      for (const [position, kept] of this.#kept) {
        if (!tooOld(kept) && this.bytes < limits.retentionBytes) break;
        const owedTo = this.#owedTo(position);
        if (!takesOwed && owedTo.some(({ retired }) => !retired)) continue;
        for (const { name } of owedTo) lost.set(name, [...(lost.get(name) ?? []), position]);
        this.#remove(position, kept);
      }
    }
    return [...lost].flatMap(([subscription, positions]) => {
      const [first, last, entries] = [positions[0], positions.at(-1), positions.length];
      if (first === undefined || last === undefined) return [];
      return this.#recordGap({ subscription, first, last, entries, at: now, reason: 'dropped' });
    });
  }

  /** Retired ones too: they hold nothing back, but are told what they lose. */
  #owedTo(position: Position): readonly DiskSubscription[] {
    return [...this.subscriptions.values()].filter(({ owed }) => owed.has(position));
  }

  #remove(position: Position, kept: Kept): void {
    for (const { owed } of this.subscriptions.values()) owed.delete(position);
    this.#kept.delete(position);
    this.bytes -= kept.bytes;
  }

  #recordGap(found: NewGap): Gap {
    this.#gap += 1;
    const gap = { ...found, id: this.#gap };
    this.gaps.push(gap);
    if (this.gaps.length > GAPS_MAX) this.gaps.shift();
    return gap;
  }
}

function fill<K, V>(target: Map<K, V>, source: ReadonlyMap<K, V>): void {
  for (const [key, value] of source) target.set(key, value);
}
