import type { Attempt, Claimed, NewDeadLetter, Position, Subscription } from '@viaduct/journal';
import { ClaimedBytes } from './claimed-bytes.ts';
import type { Counting, SinkCounters } from '../counters.ts';
import {
  FULL_RETRY_MS,
  SEND_TIMEOUT_CONFIRMED_MS,
  SEND_TIMEOUT_UNCONFIRMED_MS,
} from '../limits.ts';
import type { SinkOptions } from '../options.ts';
import { tellOfLetter, type EngineScope } from '../scope.ts';
import { asError, codeOf, isJournalLost, isRetriable } from '../thrown.ts';
import { RateMeter } from '../rate-meter.ts';
import { Suspects } from './suspects.ts';
import { TokenBucket } from '../token-bucket.ts';

/** Not the present: a clock that is set back must not let what is newer pass. */
const DUE_AT_ONCE = 0;

/**
 * What of a sink outlasts its connections: its subscription, its counters, the number of events
 * claimed. All that becomes durable about a sink goes through here.
 */
export class SinkDesk {
  readonly options: SinkOptions;
  readonly scope: EngineScope;
  readonly subscription: Subscription;
  readonly counters: Counting<SinkCounters>;
  readonly bucket: TokenBucket | undefined;
  readonly nonce: () => string;
  /** Claimed and not durably settled, parked, buried or released. */
  claimed = 0;
  /** What these take. */
  readonly bytes: ClaimedBytes = new ClaimedBytes();
  /** Parked or buried, not durably yet: until then nothing of their keys may follow. */
  leaving = 0;
  /** Connections in a row that got nothing through. */
  fruitless = 0;
  readonly rate: RateMeter = new RateMeter();
  /** Events that nobody answered. */
  readonly suspects: Suspects = new Suspects();
  readonly sendTimeoutMs: number;
  readonly #changed: () => void;
  readonly #worked: () => void;

  /** `changed`: claims were settled. `worked`: something got through. */
  constructor(
    options: SinkOptions,
    scope: EngineScope,
    subscription: Subscription,
    counters: Counting<SinkCounters>,
    nonce: () => string,
    changed: () => void,
    worked: () => void,
  ) {
    this.options = options;
    this.scope = scope;
    this.subscription = subscription;
    this.counters = counters;
    this.nonce = nonce;
    this.#changed = changed;
    this.#worked = worked;
    const { rateLimit, capabilities, sendTimeoutMs } = options;
    const isConfirmed = capabilities.confirmation === 'peer';
    this.sendTimeoutMs =
      sendTimeoutMs ?? (isConfirmed ? SEND_TIMEOUT_CONFIRMED_MS : SEND_TIMEOUT_UNCONFIRMED_MS);
    this.bucket = rateLimit === undefined ? undefined : new TokenBucket(rateLimit, scope.clock);
  }

  /** These were claimed. */
  take(claimed: readonly Claimed[]): void {
    this.claimed += claimed.length;
    this.counters.claimed += claimed.length;
    for (const one of claimed) this.bytes.add(one);
  }

  /** These were delivered or sent. */
  settle(positions: readonly Position[]): void {
    this.#worked();
    this.rate.add(positions.length, this.scope.clock.now());
    this.pass(positions);
  }

  /** These are not for this sink after all. */
  pass(positions: readonly Position[]): void {
    this.#durable(
      () => this.subscription.settle(positions),
      () => this.#claimedNoLonger(positions),
    );
  }

  /**
   * This was refused. It comes back at once by `claim`, before anything newer of its key, with the
   * attempt on record; the pause is kept by whoever claims it. So the order of its key outlasts a
   * crash in the middle of the pause.
   */
  park(position: Position, attempt: Attempt): void {
    this.#leave(
      position,
      () => this.subscription.park(position, DUE_AT_ONCE, attempt),
      () => undefined,
    );
  }

  /** This is given up; `then` is called when that is durable. */
  bury(position: Position, letter: NewDeadLetter, then: () => void): void {
    this.counters.deadLetters += 1;
    this.#leave(
      position,
      () => this.subscription.bury(position, letter),
      () => {
        tellOfLetter(this.scope, letter);
        then();
      },
    );
  }

  /** These go back, nothing happened. */
  release(positions: readonly Position[]): void {
    if (positions.length === 0) return;
    this.#claimedNoLonger(positions);
    this.subscription.release(positions);
  }

  #claimedNoLonger(positions: readonly Position[]): void {
    this.claimed -= positions.length;
    for (const position of positions) this.bytes.delete(position);
  }

  #leave(position: Position, write: () => Promise<void>, then: () => void): void {
    this.leaving += 1;
    this.#durable(write, () => {
      this.leaving -= 1;
      this.#claimedNoLonger([position]);
      then();
    });
  }

  /** A full journal is asked again; one that is lost is the end of it. */
  #durable(write: () => Promise<void>, then: () => void): void {
    const finish = (): void => {
      then();
      this.#changed();
    };
    write().then(finish, (thrown: unknown) => {
      const { clock, fatal, logger } = this.scope;
      const error = asError(thrown);
      if (isRetriable(error)) {
        clock.after(FULL_RETRY_MS, () => this.#durable(write, then));
        return;
      }
      // Nothing is lost by it: what is not settled is delivered again after the next start.
      if (isJournalLost(error)) fatal(error);
      else logger.error({ sink: this.options.name, code: codeOf(error) }, error.message);
      finish();
    });
  }
}
