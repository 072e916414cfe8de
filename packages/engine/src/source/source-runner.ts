import { supervise, TransportError, type Delivery } from '@viaduct/core';
import type { Position } from '@viaduct/journal';
import { ConnectionWatch } from '../connection-watch.ts';
import { sourceCounters, type Counting, type SourceCounters } from '../counters.ts';
import { Gate } from '../gate.ts';
import { Intake } from './intake.ts';
import { DECODE_SLICE_MAX, FULL_HOLD_MS, HELD_MAX } from '../limits.ts';
import type { SourceOptions } from '../options.ts';
import type { EngineScope } from '../scope.ts';
import { asError, codeOf } from '../thrown.ts';
import { SourceBacklog } from './source-backlog.ts';
import { SourceCheckpoints } from './source-checkpoints.ts';
import { SourceWatch } from './source-watch.ts';
import type { SourceStatus } from '../status.ts';

/** Takes from one source, makes it durable, acknowledges. */
export class SourceRunner {
  readonly name: string;
  readonly intake: Intake;
  readonly #options: SourceOptions;
  readonly #scope: EngineScope;
  readonly #counters: Counting<SourceCounters>;
  readonly #watch: ConnectionWatch;
  readonly #backlog: SourceBacklog;
  readonly #changed = new Gate();
  /** Takes no more. */
  readonly #stopping = new AbortController();
  /** Takes no more until it is resumed. */
  #pausing = new AbortController();
  /** Waits for nothing any more. */
  readonly #ending = new AbortController();
  #done: Promise<void> = Promise.resolve();
  /** While it is paused: its peers are told to come again later. */
  #away: { readonly ending: AbortController; readonly done: Promise<void> } | undefined;
  #lastReceivedAt: number | undefined;
  #cancelHold: (() => void) | undefined;
  /** Ends the present connection. */
  #session: AbortController | undefined;
  readonly #checkpoints: SourceCheckpoints;
  readonly #listening: SourceWatch;
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
    this.intake = new Intake(options, scope, this.#counters, isIgnored, {
      entry: (entry) => this.#backlog.entry(entry),
      letter: (letter) => this.#backlog.letter(letter),
      finish: (receipt) => this.#backlog.finish(receipt),
      woke: () => this.#backlog.flush(),
      noticed: ({ name }) => {
        if (name === 'gap') this.#listening.missing({ reason: 'chain' });
      },
    });
    this.#checkpoints = new SourceCheckpoints(options.name, this.intake.chain, scope);
    this.#backlog = new SourceBacklog(
      options,
      scope,
      this.#counters,
      this.#checkpoints,
      this.#changed,
      () => this.#backlogChanged(),
    );
    this.#listening = new SourceWatch(options, scope, this.#counters, {
      tell: (event) => {
        this.intake.tell(event, scope.clock.now());
        this.#backlog.flush();
      },
      isConnected: () => this.#watch.state === 'connected',
      isBlocked: () => this.#backlog.blockedSince !== undefined,
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
    return this.#backlog.size === 0;
  }

  /** Connects, and stays connected until `pause`, `stop` or `end`. */
  start(): void {
    if (this.#stopping.signal.aborted) return;
    if (this.isPaused) {
      this.#turnAway();
      return;
    }
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
    if (this.isPaused) this.#turnAway();
  }

  #turnAway(): void {
    this.#watch.paused();
    const { source } = this.#options;
    if (source.turnAway === undefined || this.#away !== undefined) return;
    const ending = new AbortController();
    const done = source.turnAway(ending.signal).catch((thrown: unknown) => {
      if (ending.signal.aborted) return;
      const error = asError(thrown);
      this.#scope.logger.warn({ source: this.name, code: codeOf(error) }, error.message);
    });
    this.#away = { ending, done };
  }

  async #openAgain(): Promise<void> {
    this.#away?.ending.abort();
    await this.#away?.done;
    this.#away = undefined;
  }

  /** Connects again after `pause`. */
  async resume(): Promise<void> {
    if (!this.isPaused) return;
    const pausing = new AbortController();
    this.#pausing = pausing;
    await this.#done;
    await this.#openAgain();
    this.start();
  }

  /** Takes no more, finishes what it has; resolves with the connection closed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
    await this.#openAgain();
    await this.#drained();
    this.intake.chain.close();
    if (this.#options.capabilities.redelivery === 'none' && !this.isIdle())
      this.#backlog.countLost();
  }

  /** Resolves when all entries that are on their way now are durable, or never will be. */
  flushed(): Promise<void> {
    return this.#backlog.flushed(this.#ending.signal);
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
    this.#away?.ending.abort();
    this.#cancelHold?.();
    this.#listening.close();
    this.#backlog.stop();
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
    const { blockedSince, size, ratePerSecond } = this.#backlog;
    const isBlocked = state === 'connected' && blockedSince !== undefined;
    return {
      name: this.name,
      dialect: this.#options.adapter.codec.dialect,
      state: isBlocked ? 'blocked' : state,
      since: isBlocked ? blockedSince : since,
      ...(lastError === undefined ? {} : { lastError }),
      inFlight: size,
      held: this.intake.chain.held,
      ...(this.#lastReceivedAt === undefined ? {} : { lastReceivedAt: this.#lastReceivedAt }),
      ...(silentSince === undefined ? {} : { silentSince }),
      ratePerSecond,
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
      if (signal.aborted) await this.#finishTaken();
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
      this.#backlog.flush();
      if (!this.#hasRoom()) await this.#room(signal);
      // Confirms, the journal's answers and sends have their turn, or a burst would stall them all.
      else if (to - from === DECODE_SLICE_MAX) await eventLoopTurn();
    }
  }

  #hasRoom(): boolean {
    return this.#backlog.hasRoom() && this.intake.chain.held < HELD_MAX;
  }

  /** Waits until more may be taken. The peer keeps what is not: nothing is pulled meanwhile. */
  async #room(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#hasRoom()) await this.#changed.wait(signal);
  }

  /** There is more room, or none, or some again. */
  #backlogChanged(): void {
    if (this.#backlog.blockedSince === undefined) {
      this.#cancelHold?.();
      this.#cancelHold = undefined;
    } else if (this.#mayGiveBack()) {
      this.#cancelHold ??= this.#scope.clock.after(FULL_HOLD_MS, () => this.#heldTooLong());
    }
    this.#changed.open();
  }

  #mayGiveBack(): boolean {
    const { redelivery, buffers = false } = this.#options.capabilities;
    return redelivery === 'requeue' && !buffers;
  }

  #heldTooLong(): void {
    this.#cancelHold = undefined;
    this.#backlog.giveBack();
    // Who was told to come again later needs no closed door besides.
    if (this.#options.source.turnAway !== undefined) return;
    this.#session?.abort(
      new TransportError(
        'retry',
        'VIA_ENGINE_JOURNAL_FULL',
        `the journal has been full for ${FULL_HOLD_MS} ms: deliveries went back to the peer`,
      ),
    );
  }

  /** The connection must outlast the acknowledgements of what was taken from it. */
  async #finishTaken(): Promise<void> {
    const canRedeliver = this.#options.capabilities.redelivery === 'requeue';
    if (canRedeliver || this.#stopping.signal.aborted) await this.#drained();
    // The peer keeps nothing, so a pause need not wait for room: what was taken is written then.
    else this.#letGo();
  }

  /** Writes all there is, what trackers hold included. */
  #letGo(): void {
    this.#listening.flush();
    this.#listening.close();
    this.intake.chain.letGo();
    this.#backlog.flush();
  }

  /** The same, and waits until it is durable. */
  async #drained(): Promise<void> {
    this.#letGo();
    const { signal } = this.#ending;
    const canRedeliver = this.#options.capabilities.redelivery === 'requeue';
    while (!signal.aborted && !this.isIdle()) {
      // A full journal will hardly empty itself while everything stops.
      if (canRedeliver && this.#backlog.blockedSince !== undefined) this.#backlog.giveBack();
      if (!this.isIdle()) await this.#changed.wait(signal);
    }
    this.#cancelHold?.();
  }
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
