import type { AppendResult } from '@viaduct/journal';
import { tally, type Counting, type SourceCounters } from '../counters.ts';
import type { Gate } from '../gate.ts';
import {
  APPEND_BATCH_MAX,
  IN_FLIGHT_BYTES_MAX,
  IN_FLIGHT_MAX,
  LETTER_BATCH_MAX,
} from '../limits.ts';
import type { SourceOptions } from '../options.ts';
import { RateMeter } from '../rate-meter.ts';
import { tellOfLetter, type EngineScope } from '../scope.ts';
import { asError, codeOf } from '../thrown.ts';
import { DurableQueue } from './durable-queue.ts';
import type { OutgoingEntry, OutgoingLetter } from './intake.ts';
import type { SourceCheckpoints } from './source-checkpoints.ts';
import type { Receipt } from './staged.ts';

/**
 * What is on its way from one source into the journal, bounded: entries and dead letters, and the
 * deliveries that are acknowledged when nothing of theirs is here any more.
 */
export class SourceBacklog {
  readonly #options: SourceOptions;
  readonly #scope: EngineScope;
  readonly #counters: Counting<SourceCounters>;
  readonly #checkpoints: SourceCheckpoints;
  readonly #entries: DurableQueue<OutgoingEntry, readonly AppendResult[]>;
  readonly #letters: DurableQueue<OutgoingLetter, void>;
  readonly #changed: Gate;
  readonly #rate = new RateMeter();
  #bytes = 0;

  /** `changed` opens, and `onChange` is called, when there is more room, or none any more. */
  constructor(
    options: SourceOptions,
    scope: EngineScope,
    counters: Counting<SourceCounters>,
    checkpoints: SourceCheckpoints,
    changed: Gate,
    onChange: () => void,
  ) {
    this.#options = options;
    this.#scope = scope;
    this.#counters = counters;
    this.#checkpoints = checkpoints;
    this.#changed = changed;
    const queue = {
      clock: scope.clock,
      fatal: (error: Error) => scope.fatal(error),
      changed: onChange,
      full: (waiting: object, error: Error) => scope.roomWatch.full(waiting, error),
      room: (waiting: object) => scope.roomWatch.room(waiting),
      left: (waiting: object) => scope.roomWatch.left(waiting),
    };
    this.#entries = new DurableQueue({
      ...queue,
      batchMax: APPEND_BATCH_MAX,
      write: (items) => scope.journal.append(items.map(({ entry }) => entry)),
      done: (items, results) => this.#appended(items, results),
    });
    this.#letters = new DurableQueue({
      ...queue,
      batchMax: LETTER_BATCH_MAX,
      write: (items) => scope.journal.deadLetters.add(items.map(({ letter }) => letter)),
      done: (items) => this.#buried(items),
    });
  }

  /** Entries and letters that are not durable. */
  get size(): number {
    return this.#entries.size + this.#letters.size;
  }

  /** Since when the journal has had no room for them, milliseconds since the epoch. */
  get blockedSince(): number | undefined {
    return this.#entries.blockedSince ?? this.#letters.blockedSince;
  }

  /** Events a second that became durable. */
  get ratePerSecond(): number {
    return this.#rate.perSecond(this.#scope.clock.now());
  }

  /** Adds an entry; `flush` writes it. */
  entry(entry: OutgoingEntry): void {
    this.#bytes += entry.bytes;
    this.#checkpoints.pushed();
    this.#entries.push(entry);
  }

  /** The same for a dead letter. */
  letter(letter: OutgoingLetter): void {
    this.#bytes += letter.bytes;
    this.#letters.push(letter);
  }

  /** Writes what waits. */
  flush(): void {
    this.#entries.flush();
    this.#letters.flush();
  }

  /** Whether more may be taken from the source. */
  hasRoom(): boolean {
    const { inFlightMax = IN_FLIGHT_MAX, inFlightBytesMax = IN_FLIGHT_BYTES_MAX } = this.#options;
    return (
      this.blockedSince === undefined && this.size < inFlightMax && this.#bytes < inFlightBytesMax
    );
  }

  /** Resolves when all entries that are on their way now are durable, or never will be. */
  async flushed(signal: AbortSignal): Promise<void> {
    const target = this.#entries.pushed;
    while (!signal.aborted && this.#entries.done < target) await this.#changed.wait(signal);
  }

  /** Acknowledges a delivery of which nothing is open any more. */
  finish(receipt: Receipt): void {
    if (receipt.settled) return;
    receipt.settled = true;
    this.#counters.acknowledged += 1;
    this.#settle(() => receipt.settlement.ack());
  }

  /** Gives everything that is not being written at the moment back to the peer. */
  giveBack(): void {
    for (const { receipt, bytes } of this.#takeBack()) {
      this.#bytes -= bytes;
      if (receipt === undefined || receipt.settled) continue;
      receipt.settled = true;
      this.#counters.givenBack += 1;
      this.#settle(() => receipt.settlement.reject('retry'));
    }
  }

  /** Gives it up, where the peer takes nothing back. */
  countLost(): void {
    const lost = this.#takeBack();
    for (const { bytes } of lost) {
      this.#bytes -= bytes;
      tally(this.#counters.dropped, 'stopped');
    }
    if (lost.length === 0) return;
    this.#scope.logger.error(
      { source: this.#options.name, code: 'VIA_ENGINE_STOP_LOST', events: lost.length },
      'events were lost: not durable at the deadline of the stop, and the source cannot redeliver',
    );
  }

  /** Writes no more. */
  stop(): void {
    this.#entries.stop();
    this.#letters.stop();
  }

  #appended(items: readonly OutgoingEntry[], results: readonly AppendResult[]): void {
    this.#rate.add(items.length, this.#scope.clock.now());
    for (let index = 0; index < items.length; index += 1) {
      const item = items[index];
      const result = results[index];
      if (item === undefined || result === undefined) continue;
      if (result.kind === 'appended') this.#counters.appended += 1;
      else this.#counters.duplicates += 1;
      this.#checkpoints.durable(result);
      this.#bytes -= item.bytes;
      if (item.receipt !== undefined) this.#close(item.receipt);
    }
    if (this.#scope.observer.appended !== undefined) {
      const entries = items.map(({ entry }) => entry);
      this.#scope.observer.appended(this.#options.name, entries, results);
    }
  }

  #buried(items: readonly OutgoingLetter[]): void {
    for (const { letter, receipt, bytes } of items) {
      this.#counters.deadLetters += 1;
      this.#bytes -= bytes;
      tellOfLetter(this.#scope, letter);
      if (receipt !== undefined) this.#close(receipt);
    }
  }

  #close(receipt: Receipt): void {
    receipt.open -= 1;
    if (receipt.open === 0) this.finish(receipt);
  }

  /** A transport that throws here is broken; the others of the batch still count. */
  #settle(call: () => void): void {
    try {
      call();
    } catch (thrown) {
      const error = asError(thrown);
      const fields = { source: this.#options.name, code: codeOf(error) };
      this.#scope.logger.error(fields, error.message);
    }
  }

  #takeBack(): readonly (OutgoingEntry | OutgoingLetter)[] {
    const entries = this.#entries.takeBack();
    this.#checkpoints.takenBack(entries.length);
    this.#changed.open();
    return [...entries, ...this.#letters.takeBack()];
  }
}
