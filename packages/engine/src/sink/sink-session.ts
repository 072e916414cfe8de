/** One connection of a sink: claims, encodes, sends, and deals with what became of it. */
import { backoffMs, type ErrorCode, type Outcome, type Parcel } from '@viaduct/core';
import type { Attempt, Claimed, NewDeadLetter, Position, Stage } from '@viaduct/journal';
import { Agenda } from './agenda.ts';
import type { Gate } from '../gate.ts';
import { Lanes } from './lanes.ts';
import { reasonOf } from '../source/letters.ts';
import {
  ATTEMPTS_MAX,
  CLAIM_BYTES_MAX,
  CLAIM_MAX,
  DEFAULT_RETRY_BACKOFF,
  SEND_ABORT_MS,
  SEND_BATCH_MAX,
  SEND_FINISH_MS,
  SUSPECT_PAUSE_MS,
} from '../limits.ts';
import { parcelOf } from './outgoing.ts';
import { inOwnShape } from './past.ts';
import { asError, isJournalLost } from '../thrown.ts';
import { Sends, type Work } from './sends.ts';
import {
  failureOf,
  MISSING_OUTCOME,
  overdueError,
  paced,
  unavailableError,
  type Unavailable,
} from './session-failure.ts';
import type { SinkDesk } from './sink-desk.ts';

/** Why something became a dead letter. */
interface Verdict {
  readonly stage: Stage;
  readonly code: ErrorCode;
  readonly reason: string;
  readonly attempts: readonly Attempt[];
}

/** Runs from a connection that came about until it is lost, or the sink is stopped. */
export class SinkSession {
  readonly lanes: Lanes = new Lanes();
  readonly #desk: SinkDesk;
  /** Aborted by whatever ends the session: nothing more is claimed or sent. */
  readonly #closing = new AbortController();
  /** Aborted when what is being sent is given up, too. */
  readonly #cutting = new AbortController();
  readonly #outer: AbortSignal;
  readonly #changed: Gate;
  readonly #pauses: Agenda<Claimed>;
  #failure: Error | undefined;
  #isOver = false;
  readonly #sends: Sends;
  #cancelRate: (() => void) | undefined;
  #cancelGrace: (() => void) | undefined;
  #cancelFinish: (() => void) | undefined;

  /** `changed` opens when claims were settled; `outer` ends even what is being sent. */
  constructor(desk: SinkDesk, changed: Gate, outer: AbortSignal) {
    this.#desk = desk;
    this.#changed = changed;
    this.#outer = outer;
    this.#sends = new Sends(desk.scope.clock, desk.sendTimeoutMs, () => {
      desk.counters.sendTimeouts += 1;
      this.#fail(overdueError(desk));
    });
    this.#pauses = new Agenda(desk.scope.clock, (claimed) => {
      this.lanes.resume(claimed);
      this.#dispatch();
    });
  }

  /** Throws what the session failed by. Nothing of it is claimed or under way afterwards. */
  async run(): Promise<void> {
    const cut = (): void => this.#cut();
    this.#outer.addEventListener('abort', cut, { once: true });
    if (this.#outer.aborted) this.#cut();
    const { sink } = this.#desk.options;
    sink.lost?.().then(
      (error) => this.#fail(error),
      (thrown: unknown) => this.#fail(asError(thrown)),
    );
    try {
      await this.#claim();
    } catch (thrown) {
      const error = asError(thrown);
      if (isJournalLost(error)) this.#desk.scope.fatal(error);
      this.#fail(error);
    }
    while (this.#isUnderWay()) await this.#changed.wait(this.#outer);
    while (this.#sends.size > 0) await this.#changed.wait(NEVER);
    this.#isOver = true;
    this.#outer.removeEventListener('abort', cut);
    this.#cancelRate?.();
    this.#cancelGrace?.();
    this.#cancelFinish?.();
    this.#sends.close();
    this.#pauses.clear();
    this.#desk.release(this.lanes.clear());
    if (this.#failure !== undefined && !this.#outer.aborted) throw this.#failure;
  }

  /**
   * What was refused and is not durably parked or buried must not be overtaken by what the next
   * session claims.
   */
  #isUnderWay(): boolean {
    return !this.#outer.aborted && (this.#sends.size > 0 || this.#desk.leaving > 0);
  }

  /** Claims and sends no more; what is being sent may finish. */
  close(): void {
    this.#closing.abort();
    this.#changed.open();
  }

  #fail(error: Error): void {
    if (this.#closing.signal.aborted) return;
    this.#failure = paced(error, this.#desk);
    this.#cut();
  }

  /** The peer could not take something; of what else is on its way it may take some. */
  #falter(error: Error): void {
    if (this.#closing.signal.aborted) return;
    this.#failure = paced(error, this.#desk);
    this.close();
    this.#cancelFinish = this.#desk.scope.clock.after(SEND_FINISH_MS, () => this.#cut());
  }

  /**
   * Gives up what is being sent. Sinks return at once then; what one has not returned after a while
   * is taken from it, for a sink that hangs must not keep its events for ever.
   */
  #cut(): void {
    this.close();
    this.#cutting.abort();
    this.#cancelGrace ??= this.#desk.scope.clock.after(SEND_ABORT_MS, () => {
      for (const work of this.#sends.all()) this.#return(work);
    });
  }

  async #claim(): Promise<void> {
    const { subscription, options, scope, bytes } = this.#desk;
    const { claimMax = CLAIM_MAX, claimBytesMax = CLAIM_BYTES_MAX } = options;
    // Not for every settled event a claim of one: wait until it is worth while.
    const worthwhile = Math.max(1, Math.min(claimMax >> 2, SEND_BATCH_MAX));
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const free = claimMax - this.#desk.claimed;
      const fitting = bytes.room(claimBytesMax);
      const isUrgent = this.lanes.parking > 0;
      const isFull = fitting === 0 && this.#desk.claimed > 0;
      if (isUrgent ? free < 1 : free < worthwhile || isFull) {
        await this.#changed.wait(signal);
        continue;
      }
      // One at least: an event may be larger than all that may be claimed.
      const claimed = await subscription.claim(Math.max(1, Math.min(free, fitting)), signal);
      this.#desk.take(claimed);
      const unwanted: Position[] = [];
      for (const one of claimed) {
        const { position } = one.entry;
        const own = inOwnShape(options.name, one, scope);
        if (own.kind === 'own') this.#admit(own.claimed);
        else if (own.kind === 'unwanted') unwanted.push(position);
        else this.#desk.bury(position, own.letter, () => undefined);
      }
      if (unwanted.length > 0) this.#desk.pass(unwanted);
      this.#dispatch();
    }
  }

  /** A refused event waits from its last attempt on: that holds after a restart, too. */
  #admit(claimed: Claimed): void {
    const last = claimed.attempts.at(-1);
    const { clock, random } = this.#desk.scope;
    const now = clock.now();
    if (this.#desk.suspects.has(claimed.entry.position)) {
      // The others go first: whether they get through tells what to think of this one.
      this.lanes.add(claimed, true);
      this.#pauses.add(now + SUSPECT_PAUSE_MS, claimed);
      return;
    }
    if (last === undefined) {
      this.lanes.add(claimed, false);
      return;
    }
    const backoff = this.#desk.options.retryBackoff ?? DEFAULT_RETRY_BACKOFF;
    const until = Math.min(last.at, now) + backoffMs(backoff, claimed.attempts.length, random);
    this.lanes.add(claimed, until > now);
    if (until > now) this.#pauses.add(until, claimed);
  }

  /** Sends as much as may be under way at once. */
  #dispatch(): void {
    const { capabilities } = this.#desk.options;
    const batchMax = Math.min(capabilities.batchMax, SEND_BATCH_MAX);
    while (
      this.#sends.size < capabilities.concurrencyMax &&
      this.lanes.ready > 0 &&
      !this.#closing.signal.aborted
    ) {
      const allowed = this.#allowed(batchMax);
      if (allowed === 0) return;
      this.#send(this.lanes.take(allowed));
    }
  }

  /** By the rate limit; at 0 a timer will come back here. */
  #allowed(batchMax: number): number {
    const { bucket, scope } = this.#desk;
    if (bucket === undefined) return batchMax;
    const allowed = Math.min(batchMax, this.lanes.ready, bucket.available());
    if (allowed > 0) {
      bucket.take(allowed);
      return allowed;
    }
    this.#cancelRate ??= scope.clock.after(bucket.waitMs(), () => {
      this.#cancelRate = undefined;
      this.#dispatch();
    });
    return 0;
  }

  #send(work: Work): void {
    const parcels: Parcel<unknown>[] = [];
    const sent: Claimed[] = [];
    for (const claimed of work) {
      const parcel = this.#encode(claimed);
      if (parcel === undefined) continue;
      parcels.push(parcel);
      sent.push(claimed);
    }
    if (parcels.length === 0) return;
    this.#sends.begin(sent, this.#desk.counters.delivered);
    let sending: Promise<readonly Outcome[]>;
    try {
      sending = this.#desk.options.sink.send(parcels, this.#cutting.signal);
    } catch (thrown) {
      sending = Promise.reject(asError(thrown));
    }
    sending.then(
      (outcomes) => this.#sent(sent, outcomes),
      (thrown: unknown) => {
        this.#fail(asError(thrown));
        this.#return(sent);
      },
    );
  }

  #encode(claimed: Claimed): Parcel<unknown> | undefined {
    const parcel = parcelOf(claimed, this.#desk);
    if (parcel.ok) return parcel.value;
    const { error } = parcel;
    const { attempts } = claimed;
    const { options, scope } = this.#desk;
    scope.tracing?.returned(options.name, [claimed], error);
    this.#bury(claimed, { stage: 'encode', code: error.code, reason: reasonOf(error), attempts });
    return undefined;
  }

  #sent(work: Work, outcomes: readonly Outcome[]): void {
    const deliveredBefore = this.#sends.deliveredBefore(work);
    if (deliveredBefore === undefined) return;
    const settled: Position[] = [];
    const returned: Position[] = [];
    const unanswered: (readonly [Claimed, Unavailable])[] = [];
    for (let index = 0; index < work.length; index += 1) {
      const claimed = work[index] as Claimed;
      const outcome = outcomes[index] ?? MISSING_OUTCOME;
      const isUnanswered = outcome.kind === 'unavailable' && outcome.timedOut === true;
      if (isUnanswered) unanswered.push([claimed, outcome]);
      else this.#conclude(claimed, outcome, settled, returned);
    }
    for (const [claimed, outcome] of unanswered) {
      const verdict = this.#judgeUnanswered(claimed, outcome, deliveredBefore);
      this.#conclude(claimed, verdict, settled, returned);
    }
    if (settled.length > 0) this.#desk.settle(settled);
    this.#desk.scope.observer.settled?.(this.#desk.options.name, work, outcomes);
    this.#finish(work, returned);
  }

  #conclude(claimed: Claimed, outcome: Outcome, settled: Position[], returned: Position[]): void {
    const { counters } = this.#desk;
    switch (outcome.kind) {
      case 'sent':
      case 'delivered':
        counters[outcome.kind] += 1;
        this.#desk.fruitless = 0;
        this.#desk.suspects.delete(claimed.entry.position);
        settled.push(claimed.entry.position);
        this.lanes.done(claimed);
        return;
      case 'refused':
        counters.refused += 1;
        this.#desk.fruitless = 0;
        this.#desk.suspects.delete(claimed.entry.position);
        this.#refused(claimed, outcome);
        return;
      case 'unavailable':
        returned.push(claimed.entry.position);
        this.#falter(unavailableError(outcome));
    }
  }

  /** As a refusal where the event is to blame. */
  #judgeUnanswered(claimed: Claimed, outcome: Unavailable, deliveredBefore: number): Outcome {
    const { suspects, counters } = this.#desk;
    const { position } = claimed.entry;
    if (!suspects.accuse(position, deliveredBefore, counters.delivered)) return outcome;
    const { code, message } = outcome;
    return { kind: 'refused', code, message: `${message}; others are answered meanwhile` };
  }

  #refused(claimed: Claimed, outcome: Outcome & { readonly kind: 'refused' }): void {
    const { options, scope } = this.#desk;
    const { code, message, permanent = false } = outcome;
    const attempt: Attempt = { at: scope.clock.now(), code, message };
    if (permanent || claimed.attempt >= (options.attemptsMax ?? ATTEMPTS_MAX)) {
      const attempts = [...claimed.attempts, attempt];
      const { stage = 'send' } = options.capabilities;
      this.#bury(claimed, { stage, code, reason: message, attempts });
      return;
    }
    this.lanes.park(claimed);
    this.#desk.park(claimed.entry.position, attempt);
  }

  /** The next of its key follows when the letter is durable: a crash must not turn them round. */
  #bury(claimed: Claimed, verdict: Verdict): void {
    const { options, scope } = this.#desk;
    const { event, source, native, position } = claimed.entry;
    const letter: NewDeadLetter = {
      ...verdict,
      source,
      sink: options.name,
      at: scope.clock.now(),
      event,
      ...(native === undefined ? {} : { native }),
    };
    this.#desk.bury(position, letter, () => {
      if (this.#isOver) return;
      this.lanes.done(claimed);
      this.#dispatch();
    });
  }

  /** Nobody knows what of it arrived, so all of it is sent again. */
  #return(work: Work): void {
    if (this.#sends.deliveredBefore(work) === undefined) return;
    const { scope, options } = this.#desk;
    scope.tracing?.returned(options.name, work, failureOf(this.#failure));
    const positions = work.map(({ entry }) => entry.position);
    this.#finish(work, positions);
  }

  #finish(work: Work, returned: readonly Position[]): void {
    this.#sends.end(work);
    if (returned.length > 0) {
      this.#desk.counters.unavailable += returned.length;
      this.#desk.release(returned);
    }
    this.#changed.open();
    this.#dispatch();
  }
}

/** A signal for waits that something else is sure to end. */
const NEVER: AbortSignal = new AbortController().signal;
