import type { CanonicalEvent, GapReason, SourceGap } from '@viaduct/core';
import {
  heardEvent,
  silenceEvent,
  sourceGapEvent,
  type SourceLoss,
  type Speaker,
} from '../broker-event.ts';
import type { Counting, SourceCounters } from '../counters.ts';
import { GAP_GATHER_MS, GAP_QUIET_MS } from '../limits.ts';
import type { SourceOptions } from '../options.ts';
import type { EngineScope } from '../scope.ts';

/** What a {@link SourceWatch} asks of its source. */
export interface SourceWatchHost {
  /** Takes an event of the broker's own. */
  tell(event: CanonicalEvent): void;
  isConnected(): boolean;
  /** Whether the journal has no room: then nothing is told, and what is missing gathers. */
  isBlocked(): boolean;
}

/**
 * Notices that nothing comes from a source, or not everything, and says so: in the log, in the
 * counters, and as events of the broker's own.
 */
export class SourceWatch {
  readonly #options: SourceOptions;
  readonly #scope: EngineScope;
  readonly #counters: Counting<SourceCounters>;
  readonly #host: SourceWatchHost;
  readonly #losses = new Map<GapReason, SourceLoss>();
  /** When it was told of last, milliseconds since the epoch. */
  readonly #toldAt = new Map<GapReason, number>();
  #heardAt: number;
  #silentSince: number | undefined;
  /** It was heard since the start: until then nobody knows what was said before it. */
  #isHeard = false;
  #ordinal = 0;
  #cancelSilence: (() => void) | undefined;
  #cancelGather: (() => void) | undefined;

  constructor(
    options: SourceOptions,
    scope: EngineScope,
    counters: Counting<SourceCounters>,
    host: SourceWatchHost,
  ) {
    this.#options = options;
    this.#scope = scope;
    this.#counters = counters;
    this.#host = host;
    this.#heardAt = scope.clock.now();
  }

  /** Since when it has been silent, milliseconds since the epoch; missing while it is heard. */
  get silentSince(): number | undefined {
    return this.#silentSince;
  }

  /** Goes on with the count of another, so that no two events of theirs have one id. */
  succeed(predecessor: SourceWatch): void {
    this.#ordinal = predecessor.#ordinal;
  }

  /** Begins to listen. */
  start(): void {
    this.#heardAt = this.#scope.clock.now();
    this.#listen(this.#options.silenceAfterMs);
  }

  /** Deliveries came. Called before they are worked on, for each batch. */
  heard(now: number): void {
    this.#heardAt = now;
    if (this.#isHeard && this.#silentSince === undefined) return;
    const { silenceAfterMs, name } = this.#options;
    const since = this.#silentSince;
    this.#isHeard = true;
    this.#silentSince = undefined;
    if (silenceAfterMs === undefined) return;
    if (since !== undefined) {
      this.#scope.logger.info({ source: name }, 'the source is heard again');
      this.#listen(silenceAfterMs);
    }
    this.#host.tell(heardEvent(this.#speaker(), since));
  }

  /** Something is missing. What else is missing soon afterwards is told with it. */
  missing(gap: SourceGap, since: number = this.#scope.clock.now()): void {
    const { reason, messages = 0 } = gap;
    this.#counters.missed += messages;
    const known = this.#losses.get(reason);
    this.#losses.set(reason, {
      reason,
      messages: (known?.messages ?? 0) + messages,
      since: known?.since ?? since,
    });
    this.#gather();
  }

  /** Tells all that has gathered, though some of it was told of just before. */
  flush(): void {
    this.#cancelGather?.();
    this.#cancelGather = undefined;
    this.#tell([...this.#losses.values()]);
  }

  /** Leaves no timer. */
  close(): void {
    this.#cancelSilence?.();
    this.#cancelGather?.();
    this.#cancelSilence = undefined;
    this.#cancelGather = undefined;
  }

  #gather(): void {
    this.#cancelGather ??= this.#scope.clock.after(GAP_GATHER_MS, () => {
      this.#cancelGather = undefined;
      if (!this.#host.isBlocked()) this.#tell(this.#due());
      if (this.#losses.size > 0) this.#gather();
    });
  }

  /** What goes on for long is told of once a minute, not each time that something has gathered. */
  #due(): readonly SourceLoss[] {
    const now = this.#scope.clock.now();
    return [...this.#losses.values()].filter(({ reason }) => {
      const toldAt = this.#toldAt.get(reason);
      return toldAt === undefined || Math.abs(now - toldAt) >= GAP_QUIET_MS;
    });
  }

  #tell(losses: readonly SourceLoss[]): void {
    if (losses.length === 0) return;
    const { clock, logger } = this.#scope;
    for (const loss of losses) {
      const { reason, messages } = loss;
      this.#losses.delete(reason);
      this.#toldAt.set(reason, clock.now());
      this.#counters.gaps += 1;
      const event = sourceGapEvent(this.#speaker(), loss);
      const names = { source: this.#options.name, code: 'VIA_ENGINE_SOURCE_GAP' };
      const fields = { ...names, reason, messages };
      logger.warn(fields, event.data.message ?? 'messages are missing');
      this.#host.tell(event);
    }
    this.#options.source.resync?.();
  }

  #listen(delayMs: number | undefined): void {
    if (delayMs === undefined) return;
    this.#cancelSilence?.();
    this.#cancelSilence = this.#scope.clock.after(delayMs, () => this.#listened());
  }

  #listened(): void {
    const { name, silenceAfterMs = 0 } = this.#options;
    const { clock, logger } = this.#scope;
    const quietMs = clock.now() - this.#heardAt;
    // What is not taken because the journal is full is no silence of the source.
    const leftMs = this.#host.isBlocked() ? silenceAfterMs : silenceAfterMs - quietMs;
    if (leftMs > 0) {
      this.#listen(leftMs);
      return;
    }
    this.#silentSince = this.#heardAt;
    this.#counters.silences += 1;
    const isConnected = this.#host.isConnected();
    const event = silenceEvent(this.#speaker(), this.#heardAt, isConnected);
    const fields = { source: name, code: 'VIA_ENGINE_SOURCE_SILENT', silenceAfterMs };
    logger.warn(fields, event.data.message ?? 'the source is silent');
    this.#host.tell(event);
  }

  #speaker(): Speaker {
    const { name, system = name } = this.#options;
    const { brokerId, clock } = this.#scope;
    this.#ordinal += 1;
    return { brokerId, role: 'source', name, system, ordinal: this.#ordinal, now: clock.now() };
  }
}
