import type { CanonicalEvent, ErrorCode } from '@viaduct/core';
import type { Claimed } from '@viaduct/journal';

/**
 * Follows events through the engine for somebody who keeps traces. Beside {@link EngineObserver}
 * because it also has a say: it gives an event the trace context that is stored with it and the one
 * that goes out with it. An engine without it does nothing of the kind. Called for each event,
 * synchronously, on the hot path, so it decides at once whether an event is of interest; what it
 * throws is logged once and stops nothing.
 */
export interface EngineTracing {
  /**
   * An event was decoded. Answers the `traceparent` to store with it in place of its own: that of
   * the receipt, which everything after it follows from. `undefined` leaves it as it came.
   * `receivedAt`: milliseconds since the epoch.
   */
  received(source: string, event: CanonicalEvent, receivedAt: number): string | undefined;
  /** An event goes no further: `ignored`, or a tracker's word for why. */
  dropped(source: string, event: CanonicalEvent, reason: string): void;
  /**
   * An attempt begins. Answers the `traceparent` that goes out with it; `undefined` leaves that of
   * the event. The attempt ends with the observer's `settled`, or with `returned`.
   */
  sending(sink: string, claimed: Claimed): string | undefined;
  /**
   * Attempts ended without an outcome: the connection was lost or the sink stopped under them, or
   * an event could not be encoded.
   */
  returned(sink: string, claimed: readonly Claimed[], failure: AttemptFailure | undefined): void;
}

/** Why an attempt has no outcome. */
export interface AttemptFailure {
  readonly code: ErrorCode;
  readonly message: string;
}
