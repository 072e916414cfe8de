/**
 * The journal in memory: complete and simple rather than fast. The model that the embedded home is
 * held to, and the journal of tests: it can be told to fail, to hold its commits, and to crash.
 */
import { JournalError } from './errors.ts';
import { GapBell } from './gap-bell.ts';
import type {
  AppendResult,
  Checkpoints,
  DeadLetterFilter,
  DeadLetter,
  DeadLetters,
  Entry,
  Gap,
  Journal,
  JournalStats,
  Position,
  Standing,
  StartFrom,
  StoredEntry,
  SubscribeOptions,
  Subscription,
} from './journal.ts';
import { MemoryDisk } from './memory-disk.ts';
import { MemorySubscription, type MemoryHost } from './memory-subscription.ts';
import {
  JOURNAL_DEFAULTS,
  MEMORY_BROKER_ID,
  type JournalLimits,
  type JournalOptions,
} from './options.ts';

/** Options of {@link memoryJournal}. */
export interface MemoryJournalOptions extends JournalOptions {
  readonly brokerId?: string;
}

/** A {@link Journal} whose faults are in the caller's hands. */
export interface MemoryJournal extends Journal {
  /**
   * The next append rejects with this error. `VIA_JOURNAL_FULL` and `VIA_JOURNAL_DISK_FULL` change
   * nothing; any other closes the journal for good, as a failed sync does.
   */
  failAppend(error: JournalError): void;
  /** From now on nothing becomes durable, and nothing that waits for it resolves. */
  hold(): void;
  /** Ends {@link hold}: all that was held becomes durable, in order. */
  resume(): void;
  /**
   * The process dies. Whatever waits on this object waits for ever; the journal returned is what
   * the next process finds: all that was durable, nothing claimed.
   */
  crash(): MemoryJournal;
}

/** An empty {@link MemoryJournal}. */
export function memoryJournal(options: MemoryJournalOptions): MemoryJournal {
  const { brokerId = MEMORY_BROKER_ID, ...rest } = options;
  const limits: JournalLimits = { ...JOURNAL_DEFAULTS, ...rest };
  return new ModelJournal(limits, new MemoryDisk(limits.parkedMax), brokerId);
}

interface Change {
  readonly run: () => void;
  readonly reject: (error: Error) => void;
}

class ModelJournal implements MemoryJournal, MemoryHost {
  readonly brokerId: string;
  readonly disk: MemoryDisk;
  readonly deadLetters: DeadLetters;
  readonly checkpoints: Checkpoints;
  readonly #limits: JournalLimits;
  readonly #gaps: GapBell;
  readonly #open = new Map<string, MemorySubscription>();
  #pending: Change[] = [];
  #held = false;
  dead = false;
  #ended: JournalError | undefined;
  #nextFailure: JournalError | undefined;
  #duplicates = 0;

  constructor(limits: JournalLimits, disk: MemoryDisk, brokerId: string) {
    this.brokerId = brokerId;
    this.disk = disk;
    this.#limits = limits;
    this.#gaps = new GapBell(disk.gaps);
    this.deadLetters = deadLettersOf(this);
    this.checkpoints = checkpointsOf(this);
    for (const stored of disk.subscriptions.values()) {
      this.#open.set(stored.name, new MemorySubscription(this, stored));
    }
  }

  get clock(): JournalLimits['clock'] {
    return this.#limits.clock;
  }

  async append(entries: readonly Entry[]): Promise<readonly AppendResult[]> {
    const results = await this.durable(() => {
      const failure = this.#nextFailure;
      this.#nextFailure = undefined;
      if (failure !== undefined) {
        if (!failure.retriable) this.#end(failure);
        throw failure;
      }
      this.#gaps.add(this.disk.retain(this.#limits, this.clock.now()));
      return this.disk.append(entries, this.#limits);
    });
    this.#duplicates += results.filter(({ kind }) => kind === 'duplicate').length;
    for (const subscription of this.#open.values()) subscription.bell.ring();
    return results;
  }

  async read(after: Position | undefined, max: number): Promise<readonly StoredEntry[]> {
    return this.look(() => {
      const found: StoredEntry[] = [];
      for (const entry of this.disk.entries()) {
        if (found.length === max) break;
        if (after === undefined || entry.position > after) found.push(entry);
      }
      return found;
    });
  }

  async subscribe(
    name: string,
    from: StartFrom,
    options?: SubscribeOptions,
  ): Promise<Subscription> {
    return this.durable(() => {
      const stored = this.disk.subscribe(name, from, options);
      const open = this.#open.get(name) ?? new MemorySubscription(this, stored);
      this.#open.set(name, open);
      return open;
    });
  }

  async subscriptions(): Promise<readonly { name: string; retired: boolean }[]> {
    return this.look(() =>
      [...this.disk.subscriptions.values()].map(({ name, retired }) => ({ name, retired })),
    );
  }

  async retire(name: string): Promise<void> {
    await this.durable(() => {
      this.#stored(name).retired = true;
      this.#open.get(name)?.bell.ring();
    });
  }

  async drop(name: string): Promise<void> {
    await this.durable(() => {
      if (!this.#stored(name).retired) {
        throw new JournalError('VIA_JOURNAL_NOT_RETIRED', `subscription ${name} is in use`);
      }
      this.disk.subscriptions.delete(name);
      this.#open.delete(name);
    });
  }

  async standing(position: Position): Promise<ReadonlyMap<string, Standing>> {
    return this.look(
      () => new Map([...this.#open].map(([name, one]) => [name, one.standing(position)])),
    );
  }

  onGap(after: number, listener: (gap: Gap) => void): () => void {
    return this.#gaps.listen(after, listener);
  }

  async stats(): Promise<JournalStats> {
    return this.look(() => {
      this.#gaps.add(this.disk.retain(this.#limits, this.clock.now()));
      const positions = [...this.disk.entries()].map(({ position }) => position);
      return {
        entries: this.disk.size,
        bytes: this.disk.bytes,
        first: positions[0],
        last: positions.at(-1),
        duplicates: this.#duplicates,
        subscriptions: Object.fromEntries([...this.#open].map(([name, one]) => [name, one.lag()])),
        gaps: this.#gaps.gaps,
        damage: [],
      };
    });
  }

  backup(folder: string): Promise<never> {
    const why = `there are no files to copy to ${folder}`;
    return Promise.reject(new JournalError('VIA_JOURNAL_UNSUPPORTED', why));
  }

  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#held = false;
    this.#commit();
    this.#end(new JournalError('VIA_JOURNAL_CLOSED', 'the journal is closed'));
    return Promise.resolve();
  }

  failAppend(error: JournalError): void {
    this.#nextFailure = error;
  }

  hold(): void {
    this.#held = true;
  }

  resume(): void {
    this.#held = false;
    this.#commit();
  }

  crash(): MemoryJournal {
    this.dead = true;
    this.#pending = [];
    for (const { bell } of this.#open.values()) bell.mute();
    return new ModelJournal(this.#limits, this.disk.copy(), this.brokerId);
  }

  check(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }

  durable<T>(change: () => T): Promise<T> {
    if (this.dead) return new Promise<never>(() => undefined);
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({ run: () => resolve(change()), reject });
      queueMicrotask(() => {
        if (!this.#held) this.#commit();
      });
    });
  }

  async look<T>(at: () => T): Promise<T> {
    if (this.dead) return new Promise<never>(() => undefined);
    this.check();
    return Promise.resolve(at());
  }

  #commit(): void {
    for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
      try {
        next.run();
      } catch (error) {
        next.reject(error as Error);
      }
    }
  }

  #end(reason: JournalError): void {
    this.#ended = reason;
    for (const { reject } of this.#pending.splice(0)) reject(reason);
    for (const { bell } of this.#open.values()) bell.ring();
  }

  #stored(name: string): { retired: boolean } {
    const stored = this.disk.subscriptions.get(name);
    if (stored !== undefined) return stored;
    throw new JournalError('VIA_JOURNAL_UNKNOWN_SUBSCRIPTION', `no subscription is named ${name}`);
  }
}

function deadLettersOf(host: MemoryHost): DeadLetters {
  const { disk } = host;
  const matches = (letter: DeadLetter, filter: DeadLetterFilter): boolean =>
    letter.id > (filter.after ?? 0) &&
    letter.at >= (filter.from ?? letter.at) &&
    letter.at < (filter.to ?? Infinity) &&
    (filter.text === undefined || holdsText(letter, filter.text)) &&
    (['stage', 'code', 'source', 'sink'] as const).every(
      (field) => filter[field] === undefined || filter[field] === letter[field],
    );
  return {
    add: (letters) => host.durable(() => letters.forEach((letter) => disk.addLetter(letter))),
    list: (filter, max) =>
      host.look(() =>
        [...disk.letters.values()].filter((one) => matches(one, filter)).slice(0, max),
      ),
    get: (id) => host.look(() => disk.letters.get(id)),
    discard: (ids) => host.durable(() => ids.filter((id) => disk.letters.delete(id)).length),
    count: () => host.look(() => disk.letters.size),
  };
}

function holdsText({ native, ...rest }: DeadLetter, text: string): boolean {
  const { text: message = '', ...facts } = native ?? {};
  const head = JSON.stringify({ ...rest, native: facts });
  const inJson = JSON.stringify(text).slice(1, -1);
  return lower(head).includes(lower(inJson)) || lower(message).includes(lower(text));
}

/** ASCII only, as SQLite does it. */
function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function checkpointsOf(host: MemoryHost): Checkpoints {
  const { disk } = host;
  return {
    save: (name, position, value) =>
      host.durable(() => void disk.checkpoints.set(name, { position, value })),
    load: (name) => host.look(() => disk.checkpoints.get(name)),
  };
}
