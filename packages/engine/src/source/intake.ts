/** From deliveries to what must become durable: decode, track, choose targets. Synchronous. */
import {
  isJsonObject,
  type CanonicalEvent,
  type Codec,
  type CodecError,
  type Decoded,
  type Delivery,
  type JsonObject,
  type NativeDelivery,
  type Notice,
  type Observed,
  type Result,
} from '@viaduct/core';
import { fail } from '@viaduct/core';
import type { Entry, NativeRecord, NewDeadLetter } from '@viaduct/journal';
import { tally, type Counting, type SourceCounters } from '../counters.ts';
import { malformedLetter, undecodableLetter, unroutableLetters } from './letters.ts';
import type { RouteFailure, Router } from '@viaduct/routing';
import type { SourceOptions } from '../options.ts';
import type { EngineScope } from '../scope.ts';
import { asError } from '../thrown.ts';
import type { Receipt, Staged } from './staged.ts';
import { TrackerChain } from '../trackers/tracker-chain.ts';
import { trailFault, withTrail } from '../trail.ts';

/** An entry on its way into the journal. */
export interface OutgoingEntry {
  readonly entry: Entry;
  readonly receipt: Receipt | undefined;
  readonly bytes: number;
}

/** A dead letter on its way into the journal. */
export interface OutgoingLetter {
  readonly letter: NewDeadLetter;
  readonly receipt: Receipt | undefined;
  readonly bytes: number;
}

/** Where an {@link Intake} puts what it made. */
export interface IntakeOutlet {
  entry(entry: OutgoingEntry): void;
  letter(letter: OutgoingLetter): void;
  /** Nothing of a delivery is open any more. */
  finish(receipt: Receipt): void;
  /** A tracker has something to tell. */
  noticed(notice: Notice): void;
  /** Trackers woke and may have passed something on. */
  woke(): void;
}

/** What the events of one delivery share. */
interface Arrival {
  readonly native: NativeRecord;
  readonly receipt: Receipt;
  readonly bytes: number;
  readonly receivedAt: number;
}

/** Decodes for one source. */
export class Intake {
  readonly chain: TrackerChain;
  readonly #options: SourceOptions;
  readonly #scope: EngineScope;
  readonly #counters: Counting<SourceCounters>;
  readonly #outlet: IntakeOutlet;
  readonly #isIgnored: (nativeType: string) => boolean;
  readonly #broken = new Set<string>();
  #ordinal = 0;
  #router: Router | undefined;
  /** The routes of a router that were said to fail. */
  #failed: { readonly router: Router | undefined; readonly routes: Set<string> } = {
    router: undefined,
    routes: new Set(),
  };

  constructor(
    options: SourceOptions,
    scope: EngineScope,
    counters: Counting<SourceCounters>,
    isIgnored: (nativeType: string) => boolean,
    outlet: IntakeOutlet,
  ) {
    this.#options = options;
    this.#scope = scope;
    this.#counters = counters;
    this.#isIgnored = isIgnored;
    this.#outlet = outlet;
    this.chain = new TrackerChain(options.adapter.trackers ?? [], scope, {
      pass: (staged) => this.#pass(staged),
      drop: (staged, reason) => this.#drop(staged, reason),
      notice: (notice) => {
        tally(counters.notices, notice.name);
        outlet.noticed(notice);
        scope.observer.noticed?.(options.name, notice);
      },
      broke: (tracker, error) => this.#trackerBroke(tracker, error),
      woke: () => outlet.woke(),
    });
  }

  /** Takes an event of the broker's own, as if the source had said it. */
  tell(event: CanonicalEvent, now: number): void {
    const observed = { event: withTrail(event, this.#scope.brokerId) };
    const staged: Staged = {
      receipt: undefined,
      observed,
      native: undefined,
      dedupe: undefined,
      bytes: 0,
    };
    if (this.chain.isEmpty) this.#pass(staged);
    else this.chain.take(staged, now);
  }

  /** Goes on with the memories and the count of another, which takes no more. */
  succeed(predecessor: Intake): void {
    // Ids of events are made of the count: two of one millisecond must not share one.
    this.#ordinal = predecessor.#ordinal;
    this.chain.restore(predecessor.chain.checkpoint());
  }

  /** Its source is leaving: what it has still to say goes where the routes sent it so far. */
  keepRoutes(): void {
    this.#router = this.#scope.router;
  }

  /** Takes one delivery; `now` is the time at which it is worked on. */
  take(delivery: Delivery<unknown>, now: number): void {
    this.#counters.deliveries += 1;
    const receipt: Receipt = { settlement: delivery, open: 1, settled: false };
    if ('malformed' in delivery) {
      const { codec } = this.#options.adapter;
      const { malformed } = delivery;
      const letter = malformedLetter(malformed, codec.dialect, this.#options.name, now);
      this.#bury(letter, receipt, malformed.text.length);
      return;
    }
    this.#decode(delivery, receipt, now);
  }

  #decode(delivery: NativeDelivery<unknown>, receipt: Receipt, now: number): void {
    const { adapter, name, system = name } = this.#options;
    const { codec } = adapter;
    const ordinal = this.#ordinal;
    this.#ordinal += 1;
    let native: NativeRecord = { dialect: codec.dialect, text: '{}', redactions: [] };
    let decoded: Result<readonly Decoded[], CodecError>;
    let isEcho = false;
    try {
      const redacted = codec.redact(delivery.native);
      const text = textOf(codec, redacted.native);
      native = { dialect: codec.dialect, text, redactions: redacted.redactions };
      const { receivedAt } = delivery;
      decoded = codec.decode(redacted.native, { receivedAt, system, ordinal });
      isEcho = this.#scope.echoes.recognises(codec, redacted.native);
    } catch (thrown) {
      decoded = fail({ code: 'VIA_ENGINE_CODEC_THREW', message: asError(thrown).message });
    }
    const bytes = native.text.length;
    this.#counters.bytes += Buffer.byteLength(native.text);
    if (!decoded.ok) {
      const original = this.#textOf(delivery.native);
      const letter = undecodableLetter(decoded.error, native, original, this.#options, now);
      this.#bury(letter, receipt, bytes);
      return;
    }
    if (isEcho) {
      tally(this.#counters.dropped, 'echo');
      this.#outlet.finish(receipt);
      return;
    }
    const events = decoded.value;
    if (events.length === 0) this.#counters.noEvent += 1;
    this.#counters.decoded += events.length;
    receipt.open = events.length;
    if (events.length === 0) this.#outlet.finish(receipt);
    const arrival = { native, receipt, bytes, receivedAt: delivery.receivedAt };
    for (const one of events) this.#arrive(one, arrival, now);
  }

  #arrive(decoded: Decoded, arrival: Arrival, now: number): void {
    const { brokerId, trailLengthMax } = this.#scope;
    const fault = trailFault(decoded.event, brokerId, trailLengthMax);
    const trailed = withTrail(decoded.event, brokerId);
    const event = fault === undefined ? this.#traced(trailed, arrival.receivedAt) : trailed;
    const { facts, dedupe, unseen } = decoded;
    const observed: Observed = facts === undefined ? { event } : { event, facts };
    const { receipt, native, bytes } = arrival;
    const staged: Staged = { receipt, observed, native, dedupe, unseen, bytes };
    if (fault !== undefined) this.#drop(staged, fault);
    else if (this.chain.isEmpty) this.#pass(staged);
    else this.chain.take(staged, now);
  }

  #traced(event: CanonicalEvent, receivedAt: number): CanonicalEvent {
    const traceparent = this.#scope.tracing?.received(this.#options.name, event, receivedAt);
    return traceparent === undefined ? event : { ...event, traceparent };
  }

  /** After the trackers: what an operator ignores has moved their memories all the same. */
  #pass(staged: Staged): void {
    const { observed, receipt, native, dedupe, unseen, bytes } = staged;
    const { event, facts } = observed;
    if (this.#isIgnored(event.nativetype)) {
      this.#counters.ignored += 1;
      this.#scope.tracing?.dropped(this.#options.name, event, 'ignored');
      this.#close(receipt);
      return;
    }
    const { name } = this.#options;
    const { targets, variants, failures } = (this.#router ?? this.#scope.router).route(event, name);
    // The key is the source's own: what came by another source may be owed to other sinks.
    const entry: Entry = {
      event,
      source: name,
      targets,
      ...(variants.length === 0 ? {} : { variants }),
      ...(native === undefined ? {} : { native }),
      ...(facts === undefined ? {} : { facts }),
      ...(dedupe === undefined ? {} : { dedupe: `${name}\n${dedupe}` }),
      ...(unseen === undefined ? {} : { unseen }),
    };
    const letters = failures.length === 0 ? 0 : this.#routesFailed(failures, entry, receipt);
    if (letters === 0 && targets.length === 0) this.#counters.unrouted += 1;
    this.#outlet.entry({ entry, receipt, bytes });
  }

  /** The sinks that miss the event get a letter each; it goes to all others. Returns how many. */
  #routesFailed(
    failures: readonly RouteFailure[],
    entry: Entry,
    receipt: Receipt | undefined,
  ): number {
    for (const failure of failures) this.#routeFailed(failure);
    const letters = unroutableLetters(failures, entry, this.#scope.clock.now());
    for (const letter of letters) {
      if (receipt !== undefined) receipt.open += 1;
      this.#outlet.letter({ letter, receipt, bytes: 0 });
    }
    return letters.length;
  }

  /** Once for each route: where its sinks get the event by others there is no letter to tell. */
  #routeFailed({ route, code, reason, targets }: RouteFailure): void {
    const router = this.#router ?? this.#scope.router;
    if (this.#failed.router !== router) this.#failed = { router, routes: new Set() };
    if (this.#failed.routes.has(route)) return;
    this.#failed.routes.add(route);
    const fate =
      targets.length === 0
        ? 'its sinks get the event by other routes'
        : `dead letters are made for ${targets.join(', ')}`;
    this.#scope.logger.warn(
      { source: this.#options.name, route, code },
      `${reason}; ${fate}; said once for each route`,
    );
  }

  #drop(staged: Staged, reason: string): void {
    tally(this.#counters.dropped, reason);
    this.#scope.tracing?.dropped(this.#options.name, staged.observed.event, reason);
    this.#close(staged.receipt);
  }

  #close(receipt: Receipt | undefined): void {
    if (receipt === undefined) return;
    receipt.open -= 1;
    if (receipt.open === 0) this.#outlet.finish(receipt);
  }

  #bury(letter: NewDeadLetter, receipt: Receipt, bytes: number): void {
    this.#outlet.letter({ letter, receipt, bytes });
  }

  #textOf(native: unknown): string {
    try {
      return textOf(this.#options.adapter.codec, native);
    } catch {
      const shown: JsonObject | undefined = isJsonObject(native) ? native : undefined;
      return Object.keys(shown ?? {}).join(' ');
    }
  }

  #trackerBroke(tracker: string, error: unknown): void {
    if (this.#broken.has(tracker)) return;
    this.#broken.add(tracker);
    this.#scope.logger.error(
      { source: this.#options.name, tracker, code: 'VIA_ENGINE_TRACKER_THREW' },
      asError(error).message,
    );
  }
}

function textOf(codec: Codec<unknown>, native: unknown): string {
  return codec.formatText?.(native) ?? JSON.stringify(codec.format(native));
}
