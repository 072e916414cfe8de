import type { Attempt, NewDeadLetter, Position, Subscription } from '@viaduct/journal';
import { sinkCounters, type Counting, type SinkCounters } from './counters.ts';
import { FULL_RETRY_MS } from './limits.ts';
import type { SinkOptions } from './options.ts';
import { asError, isRetriable, tellOfLetter, type EngineScope } from './scope.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * What of a sink outlasts its connections: its subscription, its counters, the number of events
 * claimed. All that becomes durable about a sink goes through here.
 */
export class SinkDesk {
  readonly options: SinkOptions;
  readonly scope: EngineScope;
  readonly subscription: Subscription;
  readonly counters: Counting<SinkCounters> = sinkCounters();
  readonly bucket: TokenBucket | undefined;
  readonly nonce: () => string;
  /** Claimed and not durably settled, parked, buried or released. */
  claimed = 0;
  /** Connections in a row that got nothing through. */
  fruitless = 0;
  readonly #changed: () => void;

  constructor(
    options: SinkOptions,
    scope: EngineScope,
    subscription: Subscription,
    nonce: () => string,
    changed: () => void,
  ) {
    this.options = options;
    this.scope = scope;
    this.subscription = subscription;
    this.nonce = nonce;
    this.#changed = changed;
    const { rateLimit } = options;
    this.bucket = rateLimit === undefined ? undefined : new TokenBucket(rateLimit, scope.clock);
  }

  /** These were delivered or sent. */
  settle(positions: readonly Position[]): void {
    this.#durable(positions.length, () => this.subscription.settle(positions));
  }

  /**
   * This was refused. It comes back at once by `claim`, before anything newer of its key, with the
   * attempt on record; the pause is kept by whoever claims it. So the order of its key outlasts a
   * crash in the middle of the pause.
   */
  park(position: Position, attempt: Attempt): void {
    this.#durable(1, () => this.subscription.park(position, attempt.at, attempt));
  }

  /** This is given up. */
  bury(position: Position, letter: NewDeadLetter): void {
    this.counters.deadLetters += 1;
    this.#durable(1, async () => {
      await this.subscription.bury(position, letter);
      tellOfLetter(this.scope, letter);
    });
  }

  /** These go back, nothing happened. */
  release(positions: readonly Position[]): void {
    if (positions.length === 0) return;
    this.claimed -= positions.length;
    this.subscription.release(positions);
  }

  /** A full journal is asked again; any other failure is the end of it. */
  #durable(count: number, write: () => Promise<void>): void {
    write().then(
      () => {
        this.claimed -= count;
        this.#changed();
      },
      (thrown: unknown) => {
        if (!isRetriable(thrown)) this.scope.fatal(asError(thrown));
        else this.scope.clock.after(FULL_RETRY_MS, () => this.#durable(count, write));
      },
    );
  }
}
