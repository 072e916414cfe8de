/**
 * Gathers what sinks have done and writes it together: one transaction for all that was settled,
 * parked or buried since the last. One write is under way at a time.
 */
import type { Clock } from '@viaduct/core';
import type { JournalError } from '../errors.ts';
import type { Ledger } from './ledger.ts';
import type { LetterRow, SubscriptionWrite } from './protocol.ts';
import type { WorkerClient } from './worker-client.ts';

interface Write {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: JournalError) => void;
}

/** What the log needs to know of its journal. */
export interface SettleHost {
  readonly clock: Clock;
  readonly client: WorkerClient;
  readonly settleDelayMs: number;
  readonly settleRetryMs: number;
  /** The last position appended that the ledgers have heard of. */
  readonly last: number;
}

/** See the file's comment. */
export class SettleLog {
  readonly #host: SettleHost;
  readonly #dirty = new Set<Ledger>();
  #letters: LetterRow[] = [];
  #next: Write | undefined;
  #underWay: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(host: SettleHost) {
    this.#host = host;
  }

  /** This ledger changed, perhaps with a dead letter that belongs to the change. */
  note(ledger: Ledger, letter?: LetterRow): Promise<void> {
    this.#dirty.add(ledger);
    if (letter !== undefined) this.#letters.push(letter);
    this.#next ??= newWrite();
    if (this.#underWay === undefined) this.#schedule(this.#host.settleDelayMs);
    return this.#next.promise;
  }

  /** Writes what is gathered now; resolves when it is durable, rejects when it cannot be. */
  async flush(): Promise<void> {
    await this.#underWay;
    if (this.#next === undefined) return;
    const { promise } = this.#next;
    this.#write();
    await Promise.race([promise, this.#underWay]);
  }

  /** This subscription is dropped: nothing of it is to be written any more. */
  forget(ledger: Ledger): void {
    this.#dirty.delete(ledger);
  }

  #schedule(delayMs: number): void {
    this.#cancelTimer ??= this.#host.clock.after(delayMs, () => {
      this.#cancelTimer = undefined;
      this.#write();
    });
  }

  #write(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const write = this.#next;
    if (write === undefined || this.#underWay !== undefined) return;
    this.#next = undefined;
    const ledgers = [...this.#dirty];
    this.#dirty.clear();
    const subscriptions = ledgers.map((ledger) => ledger.write(this.#host.last));
    const letters = this.#letters;
    this.#letters = [];
    const acknowledged = this.#host.last;
    this.#underWay = new Promise<void>((over) => {
      this.#host.client.send(
        (id) => ({ kind: 'write', id, acknowledged, subscriptions, letters }),
        () => {
          this.#over(over, this.#host.settleDelayMs);
          write.resolve();
        },
        (error) => {
          if (error.retriable) this.#takeBack(write, ledgers, subscriptions, letters);
          else write.reject(error);
          // After any other failure the journal is closed, and who waits hears it at once.
          const { settleDelayMs, settleRetryMs } = this.#host;
          this.#over(over, error.retriable ? settleRetryMs : settleDelayMs);
        },
      );
    });
  }

  #over(over: () => void, delayMs: number): void {
    this.#underWay = undefined;
    if (this.#next !== undefined) this.#schedule(delayMs);
    over();
  }

  /** Nothing of the write happened: it is part of the next one, and who waits for it waits on. */
  #takeBack(
    write: Write,
    ledgers: readonly Ledger[],
    writes: readonly SubscriptionWrite[],
    letters: readonly LetterRow[],
  ): void {
    ledgers.forEach((ledger, index) => {
      const lost = writes[index];
      if (lost !== undefined) ledger.rewrite(lost);
      this.#dirty.add(ledger);
    });
    this.#letters = [...letters, ...this.#letters];
    this.#next ??= newWrite();
    this.#next.promise.then(write.resolve, write.reject);
  }
}

function newWrite(): Write {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  promise.catch(() => undefined); // Callers need not wait, so a rejection may go unheard.
  return { promise, resolve: () => resolve(undefined), reject };
}
