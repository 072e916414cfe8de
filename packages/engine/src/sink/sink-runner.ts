import { supervise } from '@viaduct/core';
import type { Subscription } from '@viaduct/journal';
import { ConnectionWatch } from '../connection-watch.ts';
import { sinkCounters, type Counting, type SinkCounters } from '../counters.ts';
import { Gate } from '../gate.ts';
import { CLOSE_MS } from '../limits.ts';
import type { SinkOptions } from '../options.ts';
import type { EngineScope } from '../scope.ts';
import { asError } from '../thrown.ts';
import { SinkDesk } from './sink-desk.ts';
import { SinkSession } from './sink-session.ts';
import type { SinkStatus } from '../status.ts';

/** Keeps one sink connected and supplied. Delays no other sink. */
export class SinkRunner {
  readonly name: string;
  readonly #options: SinkOptions;
  readonly #scope: EngineScope;
  readonly #nonce: () => string;
  readonly #counters: Counting<SinkCounters>;
  readonly #watch: ConnectionWatch;
  readonly #changed = new Gate();
  /** Ends the connection, and what is being sent with it. */
  #cutting = new AbortController();
  /** Waits for nothing any more. */
  readonly #ending = new AbortController();
  #stopping = false;
  #paused: boolean;
  #desk: SinkDesk | undefined;
  #session: SinkSession | undefined;
  #done: Promise<void> = Promise.resolve();

  /** `predecessor`: the one of this name before it, whose counters it goes on with. */
  constructor(
    options: SinkOptions,
    scope: EngineScope,
    nonce: () => string,
    predecessor?: SinkRunner,
  ) {
    this.name = options.name;
    this.#options = options;
    this.#scope = scope;
    this.#nonce = nonce;
    this.#counters = predecessor === undefined ? sinkCounters() : predecessor.#counters;
    this.#paused = predecessor?.isPaused ?? false;
    this.#watch = new ConnectionWatch('sink', options.name, scope.clock, scope.logger);
  }

  /** What it was made with. */
  get options(): SinkOptions {
    return this.#options;
  }

  /** Whether it claims nothing because somebody said so. */
  get isPaused(): boolean {
    return this.#paused;
  }

  /** Whether it was told to stop, and is not to be started any more. */
  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Connects, and sends what the subscription owes until `pause`, `stop` or `end`. */
  start(subscription: Subscription): void {
    if (this.#stopping) return;
    const changed = (): void => this.#changed.open();
    const worked = (): void => this.#watch.worked();
    this.#desk = new SinkDesk(
      this.#options,
      this.#scope,
      subscription,
      this.#counters,
      this.#nonce,
      changed,
      worked,
    );
    if (this.#paused) this.#watch.paused();
    else this.#connect(this.#desk);
  }

  /** Claims no more until `resume`, lets what is being sent finish; resolves when it is closed. */
  async pause(): Promise<void> {
    this.#paused = true;
    this.#finish();
    await this.#done;
    if (this.isPaused) this.#watch.paused();
  }

  /** Connects again after `pause`. */
  async resume(): Promise<void> {
    if (!this.#paused) return;
    this.#paused = false;
    await this.#done;
    if (this.isPaused || this.#stopping || this.#desk === undefined) return;
    this.#cutting = new AbortController();
    this.#connect(this.#desk);
  }

  /**
   * Sends no more, lets what is being sent finish, until `cut` or `end` is called; resolves with
   * the connection closed and every settlement durable.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#finish();
    await this.#done;
    const { signal } = this.#ending;
    while (!signal.aborted && (this.#desk?.claimed ?? 0) > 0) await this.#changed.wait(signal);
  }

  /** Cuts off what is being sent; it counts as not sent. */
  cut(): void {
    this.#cutting.abort();
  }

  /** The same, and waits for nothing any more. */
  end(): void {
    this.#cutting.abort();
    this.#ending.abort();
  }

  /** The journal has lost some of what this sink was owed. */
  missed(entries: number): void {
    this.#counters.gaps += 1;
    this.#counters.missed += entries;
  }

  status(): SinkStatus {
    const { state, since, lastError } = this.#watch;
    const lanes = this.#session?.lanes;
    const now = this.#scope.clock.now();
    const lag = this.#desk?.subscription.lag();
    return {
      name: this.name,
      dialect: this.#options.adapter.codec.dialect,
      state,
      since,
      ...(lastError === undefined ? {} : { lastError }),
      claimed: this.#desk?.claimed ?? 0,
      retrying: lanes?.retrying ?? 0,
      heldBack: lanes?.heldBack ?? 0,
      ...(lag === undefined ? {} : { lag }),
      oldestAgeMs: lag?.oldestAt === undefined ? 0 : Math.max(0, now - lag.oldestAt),
      ratePerSecond: this.#desk?.rate.perSecond(now) ?? 0,
      counters: { ...this.#counters },
    };
  }

  #connect(desk: SinkDesk): void {
    const { sink, backoff, giveUpAfterMs } = this.#options;
    const { clock, random } = this.#scope;
    const connection = {
      connect: (attempt: AbortSignal) => sink.connect(attempt),
      close: () => this.#close(),
    };
    this.#done = supervise(connection, () => this.#run(desk), {
      clock,
      random,
      signal: this.#cutting.signal,
      onState: this.#watch.follow,
      ...(backoff === undefined ? {} : { backoff }),
      ...(giveUpAfterMs === undefined ? {} : { giveUpAfterMs }),
    }).catch((thrown: unknown) => this.#watch.gaveUp(asError(thrown)));
  }

  /** A sink that does not close is left behind: it must not keep the next connection waiting. */
  #close(): Promise<void> {
    const { sink, name } = this.#options;
    const { clock, logger } = this.#scope;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(CLOSE_MS, () => {
        const fields = { sink: name, code: 'VIA_ENGINE_SINK_BROKE' };
        logger.error(fields, `the sink did not close within ${CLOSE_MS} ms; going on`);
        resolve();
      });
      sink.close().then(
        () => {
          cancel();
          resolve();
        },
        (thrown: unknown) => {
          cancel();
          reject(asError(thrown));
        },
      );
    });
  }

  /** Ends the session, or what would lead to one. */
  #finish(): void {
    if (this.#session === undefined) this.#cutting.abort();
    else this.#session.close();
  }

  async #run(desk: SinkDesk): Promise<void> {
    desk.counters.connects += 1;
    const session = new SinkSession(desk, this.#changed, this.#cutting.signal);
    this.#session = session;
    try {
      await session.run();
    } finally {
      this.#session = undefined;
      // A connection that was lost in the middle of a stop or a pause is not made again.
      if (this.#stopping || this.#paused) this.#cutting.abort();
    }
  }
}
