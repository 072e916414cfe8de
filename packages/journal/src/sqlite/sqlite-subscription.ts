/** A subscription of the embedded journal: its ledger, joined with entries from tail or disk. */
import type { Clock } from '@viaduct/core';
import { Bell } from '../bell.ts';
import { JournalError } from '../errors.ts';
import type {
  Attempt,
  Claimed,
  NewDeadLetter,
  Position,
  StoredEntry,
  Subscription,
  SubscriptionLag,
} from '../journal.ts';
import { formatLetter, parseEntry } from './entry-text.ts';
import type { Choice, Ledger } from './ledger.ts';
import type { DamagedRow } from './protocol.ts';
import type { SettleLog } from './settle-log.ts';
import type { Tail } from './tail.ts';
import type { TimeIndex } from './time-index.ts';
import type { WorkerClient } from './worker-client.ts';

/** What a subscription needs of its journal. */
export interface SubscriptionHost {
  readonly clock: Clock;
  readonly client: WorkerClient;
  readonly tail: Tail;
  readonly times: TimeIndex;
  readonly settleLog: SettleLog;
  readonly parkedMax: number;
  readonly pageBytesMax: number;
  /** Why the journal is not open any more. */
  readonly ended: JournalError | undefined;
  isCurrent(subscription: SqliteSubscription): boolean;
}

/** See {@link Subscription}. */
export class SqliteSubscription implements Subscription {
  readonly name: string;
  readonly ledger: Ledger;
  readonly bell: Bell;
  readonly #host: SubscriptionHost;

  constructor(host: SubscriptionHost, ledger: Ledger) {
    this.name = ledger.name;
    this.ledger = ledger;
    this.bell = new Bell(host.clock);
    this.#host = host;
  }

  async claim(max: number, signal: AbortSignal): Promise<readonly Claimed[]> {
    for (;;) {
      this.#check();
      if (signal.aborted) return [];
      const choices = this.ledger.claim(max, this.#host.clock.now(), this.#host.parkedMax);
      if (choices.length === 0) {
        await this.bell.wait(signal, this.ledger.nextDue);
        continue;
      }
      const claimed = await this.#fetch(choices);
      if (claimed.length === 0) continue;
      if (!isAborted(signal)) return claimed;
      this.release(claimed.map(({ entry }) => entry.position));
    }
  }

  settle(positions: readonly Position[]): Promise<void> {
    return this.#end(positions, (position) => {
      this.ledger.settle(position);
    });
  }

  park(position: Position, until: number, attempt: Attempt): Promise<void> {
    const done = this.#end([position], () => this.ledger.park(position, until, attempt));
    this.bell.ring();
    return done;
  }

  release(positions: readonly Position[]): void {
    for (const position of positions) this.ledger.release(position);
    this.bell.ring();
  }

  bury(position: Position, letter: NewDeadLetter): Promise<void> {
    return this.#end([position], () => this.ledger.settle(position), letter);
  }

  lag(): SubscriptionLag {
    const { pending, parked, claimed, oldest } = this.ledger;
    const oldestAt = oldest === undefined ? undefined : this.#host.times.at(oldest);
    return { pending, parked, claimed, oldestAt };
  }

  #check(): void {
    if (this.#host.ended !== undefined) throw this.#host.ended;
    if (this.#host.isCurrent(this) && !this.ledger.retired) return;
    throw new JournalError(
      'VIA_JOURNAL_UNKNOWN_SUBSCRIPTION',
      `subscription ${this.name} is retired`,
    );
  }

  /** All of the positions or none; the promise is shared with whatever is written along. */
  #end(
    positions: readonly Position[],
    change: (position: Position) => void,
    letter?: NewDeadLetter,
  ): Promise<void> {
    const error = this.#whyNot(positions);
    if (error !== undefined) {
      const refused = Promise.reject<undefined>(error);
      refused.catch(() => undefined); // Callers need not wait, so a rejection may go unheard.
      return refused;
    }
    for (const position of positions) change(position);
    return this.#host.settleLog.note(this.ledger, letter && formatLetter(letter));
  }

  #whyNot(positions: readonly Position[]): JournalError | undefined {
    if (this.#host.ended !== undefined) return this.#host.ended;
    const stranger = positions.find((position) => !this.ledger.isClaimed(position));
    if (stranger === undefined) return undefined;
    return new JournalError('VIA_JOURNAL_NOT_CLAIMED', `${this.name} has not claimed ${stranger}`);
  }

  /** Claimed positions with their entries; what does not fit into one page is released again. */
  async #fetch(choices: readonly Choice[]): Promise<Claimed[]> {
    const entries = new Map<number, StoredEntry>();
    const missing: number[] = [];
    for (const { position } of choices) {
      const entry = this.#host.tail.take(position);
      if (entry === undefined) missing.push(position);
      else entries.set(position, entry);
    }
    if (missing.length > 0) await this.#read(missing, entries);
    return choices.flatMap(({ position, attempts }) => {
      const entry = entries.get(position);
      return entry === undefined ? [] : [{ entry, attempt: attempts.length + 1, attempts }];
    });
  }

  async #read(positions: readonly number[], entries: Map<number, StoredEntry>): Promise<void> {
    const bytesMax = this.#host.pageBytesMax;
    const rows = await this.#host.client.ask('fetch', { positions, bytesMax });
    for (const row of rows) {
      if ('damage' in row) this.#buryDamaged(row);
      else entries.set(row.position, parseEntry(row));
    }
    for (const position of positions.slice(rows.length)) this.ledger.release(position);
  }

  /** It cannot be delivered, and it does not just disappear. */
  #buryDamaged({ position, damage }: DamagedRow): void {
    if (!this.ledger.isClaimed(position)) return;
    void this.bury(position as Position, {
      stage: 'send',
      code: 'VIA_JOURNAL_DAMAGED',
      reason: `the entry at position ${position} cannot be read: ${damage}`,
      source: 'journal',
      sink: this.name,
      at: this.#host.clock.now(),
      attempts: [],
    });
  }
}

/** Asked anew after a wait, which the compiler does not expect to change anything. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
