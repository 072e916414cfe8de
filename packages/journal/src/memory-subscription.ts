/** A subscription of the journal in memory: the durable part plus what is claimed at the moment. */
import type { Clock } from '@viaduct/core';
import { Bell } from './bell.ts';
import { JournalError } from './errors.ts';
import type {
  Attempt,
  Claimed,
  NewDeadLetter,
  Position,
  Standing,
  Subscription,
  SubscriptionLag,
} from './journal.ts';
import type { DiskSubscription, MemoryDisk } from './memory-disk.ts';

/** What a subscription needs of its journal. */
export interface MemoryHost {
  readonly clock: Clock;
  readonly disk: MemoryDisk;
  /** Whether its process is taken for dead: nothing here goes on. */
  readonly dead: boolean;
  /** Throws if the journal is closed or failed. */
  check(): void;
  /** Runs a change at the next commit; resolves when it is durable. */
  durable<T>(change: () => T): Promise<T>;
  /** Looks at what is durable now. */
  look<T>(at: () => T): Promise<T>;
}

/** See {@link Subscription}. */
export class MemorySubscription implements Subscription {
  readonly name: string;
  readonly bell: Bell;
  readonly #host: MemoryHost;
  readonly #stored: DiskSubscription;
  readonly #claimed = new Set<Position>();
  /** Settled, parked or buried, not durably yet: neither claimed nor to be claimed. */
  readonly #leaving = new Set<Position>();

  constructor(host: MemoryHost, stored: DiskSubscription) {
    this.name = stored.name;
    this.bell = new Bell(host.clock);
    this.#host = host;
    this.#stored = stored;
  }

  async claim(max: number, signal: AbortSignal): Promise<readonly Claimed[]> {
    for (;;) {
      if (this.#host.dead) return new Promise<never>(() => undefined);
      this.#host.check();
      if (signal.aborted) return [];
      this.#checkInUse();
      const free = [...this.#stored.owed].filter(([position]) => this.#isFree(position));
      const now = this.#host.clock.now();
      const parked = free.flatMap(([position, note]) => (note ? [{ position, ...note }] : []));
      parked.sort((a, b) => a.until - b.until || a.position - b.position);
      const due = parked.filter(({ until }) => until <= now);
      const fresh = free.flatMap(([position, note]) => (note ? [] : [{ position, attempts: [] }]));
      const chosen = [...due, ...(this.#mayTakeNew() ? fresh : [])].slice(0, max);
      if (chosen.length > 0) return chosen.map((one) => this.#take(one.position, one.attempts));
      await this.bell.wait(signal, parked[0]?.until);
    }
  }

  settle(positions: readonly Position[]): Promise<void> {
    return this.#leave(positions, () => {
      for (const position of positions) this.#stored.owed.delete(position);
    });
  }

  park(position: Position, until: number, attempt: Attempt): Promise<void> {
    return this.#leave([position], () => {
      const attempts = this.#stored.owed.get(position)?.attempts ?? [];
      this.#stored.owed.set(position, { until, attempts: [...attempts, attempt] });
    });
  }

  release(positions: readonly Position[]): void {
    for (const position of positions) this.#claimed.delete(position);
    this.bell.ring();
  }

  bury(position: Position, letter: NewDeadLetter): Promise<void> {
    return this.#leave([position], () => {
      this.#stored.owed.delete(position);
      this.#host.disk.addLetter(letter);
    });
  }

  standing(position: Position): Standing {
    const isOwed = this.#stored.owed.has(position) && !this.#leaving.has(position);
    const note = this.#stored.owed.get(position);
    const attempts = note?.attempts ?? [];
    if (this.#claimed.has(position)) return { state: 'claimed', attempts };
    if (!isOwed) return { state: 'done', attempts: [] };
    return { state: note === undefined ? 'waiting' : 'parked', attempts };
  }

  lag(): SubscriptionLag {
    const open = [...this.#stored.owed].filter(([position]) => !this.#leaving.has(position));
    const oldest = open[0]?.[0];
    return {
      pending: open.length,
      parked: open.filter(([, note]) => note !== undefined).length,
      claimed: this.#claimed.size,
      oldestAt: oldest === undefined ? undefined : this.#host.disk.entry(oldest).appendedAt,
    };
  }

  #isFree(position: Position): boolean {
    return !this.#claimed.has(position) && !this.#leaving.has(position);
  }

  #mayTakeNew(): boolean {
    return this.lag().parked < this.#host.disk.parkedMax;
  }

  #take(position: Position, attempts: readonly Attempt[]): Claimed {
    this.#claimed.add(position);
    return { entry: this.#host.disk.entry(position), attempt: attempts.length + 1, attempts };
  }

  #checkInUse(): void {
    if (this.#host.disk.subscriptions.get(this.name) === this.#stored && !this.#stored.retired) {
      return;
    }
    throw new JournalError(
      'VIA_JOURNAL_UNKNOWN_SUBSCRIPTION',
      `subscription ${this.name} is retired`,
    );
  }

  #leave(positions: readonly Position[], change: () => void): Promise<void> {
    const stranger = positions.find((position) => !this.#claimed.has(position));
    const done =
      stranger === undefined
        ? this.#leaveClaimed(positions, change)
        : Promise.reject(
            new JournalError('VIA_JOURNAL_NOT_CLAIMED', `${this.name} has not claimed ${stranger}`),
          );
    done.catch(() => undefined); // Callers need not wait, so a rejection may go unheard.
    return done;
  }

  #leaveClaimed(positions: readonly Position[], change: () => void): Promise<void> {
    for (const position of positions) {
      this.#claimed.delete(position);
      this.#leaving.add(position);
    }
    return this.#host.durable(() => {
      change();
      for (const position of positions) this.#leaving.delete(position);
      this.bell.ring();
    });
  }
}
