import { supervise, TransportError, type Delivery } from '@viaduct/core';
import type { AppendResult, Position } from '@viaduct/journal';
import { ConnectionWatch } from '../connection-watch.ts';
import { sourceCounters, tally, type Counting, type SourceCounters } from '../counters.ts';
import { DurableQueue } from './durable-queue.ts';
import { Gate } from '../gate.ts';
import { Intake, type OutgoingEntry, type OutgoingLetter } from './intake.ts';
import {
  APPEND_BATCH_MAX,
  DECODE_SLICE_MAX,
  FULL_HOLD_MS,
  HELD_MAX,
  IN_FLIGHT_BYTES_MAX,
  IN_FLIGHT_MAX,
  LETTER_BATCH_MAX,
} from '../limits.ts';
import type { SourceOptions } from '../options.ts';
import { tellOfLetter, type EngineScope } from '../scope.ts';
import { asError } from '../thrown.ts';
import { RateMeter } from '../rate-meter.ts';
import { SourceCheckpoints } from './source-checkpoints.ts';
import { SourceWatch } from './source-watch.ts';
import type { Receipt } from './staged.ts';
import type { SourceStatus } from '../status.ts';

/** Takes from one source, makes it durable, acknowledges. */
export class SourceRunner {
  readonly name: string;
  readonly intake: Intake;
  readonly #options: SourceOptions;
  readonly #scope: EngineScope;
  readonly #counters: Counting<SourceCounters>;
  readonly #watch: ConnectionWatch;
  readonly #entries: DurableQueue<OutgoingEntry, readonly AppendResult[]>;
  readonly #letters: DurableQueue<OutgoingLetter, void>;
  readonly #changed = new Gate();
  /** Takes no more. */
  readonly #stopping = new AbortController();
  /** Takes no more until it is resumed. */
  #pausing = new AbortController();
  /** Waits for nothing any more. */
  readonly #ending = new AbortController();
  #done: Promise<void> = Promise.resolve();
  #bytes = 0;
  #lastReceivedAt: number | undefined;
  #cancelHold: (() => void) | undefined;
  /** Ends the present connection. */
  #session: AbortController | undefined;
  readonly #checkpoints: SourceCheckpoints;
  readonly #listening: SourceWatch;
  readonly #rate = new RateMeter();
  #lostAt: number | undefined;

  /** `predecessor`: the one of this name before it, whose counters it goes on with. */
  constructor(
    options: SourceOptions,
    scope: EngineScope,
    isIgnored: (nativeType: string) => boolean,
    predecessor?: SourceRunner,
  ) {
    this.name = options.name;
    this.#options = options;
    this.#counters = predecessor === undefined ? sourceCounters() : predecessor.#counters;
    if (predecessor?.isPaused === true) this.#pausing.abort();
    this.#scope = scope;
    this.#watch = new ConnectionWatch('source', options.name, scope.clock, scope.logger);
    const queue = {
      clock: scope.clock,
      fatal: (error: Error) => scope.fatal(error),
      changed: () => this.#queueChanged(),
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
    this.intake = new Intake(options, scope, this.#counters, isIgnored, {
      entry: (entry) => {
        this.#bytes += entry.bytes;
        this.#checkpoints.pushed();
        this.#entries.push(entry);
      },
      letter: (letter) => {
        this.#bytes += letter.bytes;
        this.#letters.push(letter);
      },
      finish: (receipt) => this.#finish(receipt),
      woke: () => this.#flush(),
      noticed: ({ name }) => {
        if (name === 'gap') this.#listening.missing({ reason: 'chain' });
      },
    });
    this.#checkpoints = new SourceCheckpoints(options.name, this.intake.chain, scope);
    this.#listening = new SourceWatch(options, scope, this.#counters, {
      tell: (event) => {
        this.intake.tell(event, scope.clock.now());
        this.#flush();
      },
      isConnected: () => this.#watch.state === 'connected',
      isBlocked: () => this.#blockedSince() !== undefined,
    });
    scope.echoes.listen(options.adapter.codec);
    options.source.onGap?.((gap) => this.#listening.missing(gap));
  }

  /** What it was made with. */
  get options(): SourceOptions {
    return this.#options;
  }

  /** Whether it takes nothing because somebody said so. */
  get isPaused(): boolean {
    return this.#pausing.signal.aborted;
  }

  /** Whether nothing is on its way into the journal. */
  isIdle(): boolean {
    return this.#entries.size === 0 && this.#letters.size === 0;
  }

  /** Connects, and stays connected until `pause`, `stop` or `end`. */
  start(): void {
    if (this.isPaused) this.#watch.paused();
    if (this.isPaused || this.#stopping.signal.aborted) return;
    const { source, backoff } = this.#options;
    const { clock, random } = this.#scope;
    this.#listening.start();
    this.#done = supervise(source, (signal) => this.#run(signal), {
      clock,
      random,
      signal: AbortSignal.any([this.#stopping.signal, this.#pausing.signal]),
      onState: this.#watch.follow,
      ...(backoff === undefined ? {} : { backoff }),
    }).catch((thrown: unknown) => this.#watch.gaveUp(asError(thrown)));
  }

  /** Takes no more until `resume`, finishes what it has; resolves with the connection closed. */
  async pause(): Promise<void> {
    this.#pausing.abort();
    await this.#done;
    if (this.isPaused) this.#watch.paused();
  }

  /** Connects again after `pause`. */
  async resume(): Promise<void> {
    if (!this.isPaused) return;
    const pausing = new AbortController();
    this.#pausing = pausing;
    await this.#done;
    if (!pausing.signal.aborted) this.start();
  }

  /** Takes no more, finishes what it has; resolves with the connection closed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
    await this.#drained();
    this.intake.chain.close();
    if (this.#options.capabilities.redelivery === 'none' && !this.isIdle()) this.#countLost();
  }

  /** Resolves when all entries that are on their way now are durable, or never will be. */
  async flushed(): Promise<void> {
    const target = this.#entries.pushed;
    const { signal } = this.#ending;
    while (!signal.aborted && this.#entries.done < target) await this.#changed.wait(signal);
  }

  /** Goes on with the memories of the one before it, which was stopped. */
  remember(predecessor: SourceRunner): void {
    this.intake.succeed(predecessor.intake);
    this.#listening.succeed(predecessor.#listening);
  }

  /** Waits for nothing any more: what is not durable by now is not acknowledged. */
  end(): void {
    this.#ending.abort();
    this.#stopping.abort();
    this.#cancelHold?.();
    this.#listening.close();
    this.#entries.stop();
    this.#letters.stop();
    this.intake.chain.close();
    this.#changed.open();
  }

  /** The position of the last entry of this source that is durable. */
  get lastPosition(): Position | undefined {
    return this.#checkpoints.lastPosition;
  }

  /** See {@link SourceCheckpoints.save}. */
  saveCheckpoint(latest: Position | undefined): Promise<void> {
    return this.#checkpoints.save(latest);
  }

  status(): SourceStatus {
    const { state, since, lastError } = this.#watch;
    const { silentSince } = this.#listening;
    const isBlocked = state === 'connected' && this.#blockedSince() !== undefined;
    return {
      name: this.name,
      dialect: this.#options.adapter.codec.dialect,
      state: isBlocked ? 'blocked' : state,
      since: isBlocked ? (this.#blockedSince() ?? since) : since,
      ...(lastError === undefined ? {} : { lastError }),
      inFlight: this.#entries.size + this.#letters.size,
      held: this.intake.chain.held,
      ...(this.#lastReceivedAt === undefined ? {} : { lastReceivedAt: this.#lastReceivedAt }),
      ...(silentSince === undefined ? {} : { silentSince }),
      ratePerSecond: this.#rate.perSecond(this.#scope.clock.now()),
      counters: {
        ...this.#counters,
        dropped: { ...this.#counters.dropped },
        notices: { ...this.#counters.notices },
      },
    };
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#counters.connects += 1;
    if (this.#counters.connects > 1) this.#reconnected();
    const session = new AbortController();
    this.#session = session;
    const either = AbortSignal.any([signal, session.signal]);
    try {
      for await (const batch of this.#options.source.deliveries(either)) {
        await this.#take(batch, either);
      }
    } finally {
      this.#lostAt = this.#scope.clock.now();
      // The connection must outlast the acknowledgements of what was taken from it.
      if (signal.aborted) await this.#drained();
    }
    if (signal.aborted) return;
    if (session.signal.aborted) throw session.signal.reason;
    throw new TransportError(
      'reconnect',
      'VIA_ENGINE_SOURCE_ENDED',
      `source ${this.name} ended without being told to`,
    );
  }

  #reconnected(): void {
    this.intake.chain.reconnected();
    const { redelivery } = this.#options.capabilities;
    if (redelivery === 'none') this.#listening.missing({ reason: 'reconnect' }, this.#lostAt);
  }

  async #take(batch: readonly Delivery<unknown>[], signal: AbortSignal): Promise<void> {
    for (let from = 0; from < batch.length; from += DECODE_SLICE_MAX) {
      const now = this.#scope.clock.now();
      this.#lastReceivedAt = now;
      this.#listening.heard(now);
      const to = Math.min(from + DECODE_SLICE_MAX, batch.length);
      for (let index = from; index < to; index += 1) {
        const delivery = batch[index];
        if (delivery !== undefined) this.intake.take(delivery, now);
      }
      this.#flush();
      if (!this.#hasRoom()) await this.#room(signal);
      // Confirms, the journal's answers and sends have their turn, or a burst would stall them all.
      else if (to - from === DECODE_SLICE_MAX) await eventLoopTurn();
    }
  }

  #hasRoom(): boolean {
    const { inFlightMax = IN_FLIGHT_MAX, inFlightBytesMax = IN_FLIGHT_BYTES_MAX } = this.#options;
    return (
      this.#blockedSince() === undefined &&
      this.#entries.size + this.#letters.size < inFlightMax &&
      this.#bytes < inFlightBytesMax &&
      this.intake.chain.held < HELD_MAX
    );
  }

  /** Waits until more may be taken. The peer keeps what is not: nothing is pulled meanwhile. */
  async #room(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#hasRoom()) await this.#changed.wait(signal);
  }

  /** A queue has more room, or is blocked or no longer. */
  #queueChanged(): void {
    if (this.#blockedSince() === undefined) {
      this.#cancelHold?.();
      this.#cancelHold = undefined;
    } else if (this.#options.capabilities.redelivery === 'requeue') {
      this.#cancelHold ??= this.#scope.clock.after(FULL_HOLD_MS, () => this.#heldTooLong());
    }
    this.#changed.open();
  }

  #heldTooLong(): void {
    this.#cancelHold = undefined;
    this.#giveBack();
    this.#session?.abort(
      new TransportError(
        'retry',
        'VIA_ENGINE_JOURNAL_FULL',
        `the journal has been full for ${FULL_HOLD_MS} ms: deliveries went back to the peer`,
      ),
    );
  }

  #giveBack(): void {
    for (const { receipt, bytes } of this.#takeBack()) {
      this.#bytes -= bytes;
      if (receipt === undefined || receipt.settled) continue;
      receipt.settled = true;
      this.#counters.givenBack += 1;
      this.#settle(() => receipt.settlement.reject('retry'));
    }
  }

  #blockedSince(): number | undefined {
    return this.#entries.blockedSince ?? this.#letters.blockedSince;
  }

  #flush(): void {
    this.#entries.flush();
    this.#letters.flush();
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
      this.#scope.observer.appended(this.name, entries, results);
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
    if (receipt.open === 0) this.#finish(receipt);
  }

  #finish(receipt: Receipt): void {
    if (receipt.settled) return;
    receipt.settled = true;
    this.#counters.acknowledged += 1;
    this.#settle(() => receipt.settlement.ack());
  }

  /** A transport that throws here is broken; the others of the batch still count. */
  #settle(call: () => void): void {
    try {
      call();
    } catch (thrown) {
      this.#scope.logger.error({ source: this.name }, asError(thrown).message);
    }
  }

  /** Writes all there is, what trackers hold included, and waits until it is durable. */
  async #drained(): Promise<void> {
    this.#listening.flush();
    this.#listening.close();
    this.intake.chain.letGo();
    this.#flush();
    const { signal } = this.#ending;
    const canRedeliver = this.#options.capabilities.redelivery === 'requeue';
    while (!signal.aborted && !this.isIdle()) {
      // A full journal will hardly empty itself while everything stops.
      if (canRedeliver && this.#blockedSince() !== undefined) this.#giveBack();
      if (!this.isIdle()) await this.#changed.wait(signal);
    }
    this.#cancelHold?.();
  }

  #takeBack(): readonly (OutgoingEntry | OutgoingLetter)[] {
    const entries = this.#entries.takeBack();
    this.#checkpoints.takenBack(entries.length);
    this.#changed.open();
    return [...entries, ...this.#letters.takeBack()];
  }

  #countLost(): void {
    const lost = this.#takeBack();
    for (const { bytes } of lost) {
      this.#bytes -= bytes;
      tally(this.#counters.dropped, 'stopped');
    }
    if (lost.length === 0) return;
    this.#scope.logger.error(
      { source: this.name, events: lost.length },
      'events were lost: not durable at the deadline of the stop, and the source cannot redeliver',
    );
  }
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
