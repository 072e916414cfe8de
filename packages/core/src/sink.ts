import type { ErrorCode } from './errors.ts';
import type { CanonicalEvent } from './event/event.ts';

/**
 * Sends native messages. `connect` and `close` behave as a source's do.
 *
 * `send` resolves with one outcome for each parcel, in the same order, and never rejects because of
 * a single parcel: it throws a `TransportError` only when the connection is lost, which counts as
 * `unavailable` for every parcel without an outcome. Parcels of one call go out in their order.
 * Aborting the signal makes it return at once; what was not confirmed by then is `unavailable`.
 */
export interface Sink<Native> {
  connect(signal: AbortSignal): Promise<void>;
  send(parcels: readonly Parcel<Native>[], signal: AbortSignal): Promise<readonly Outcome[]>;
  close(): Promise<void>;
  /**
   * Resolves when the connection is lost, with the reason, so that an idle sink notices. Called
   * after `connect` resolved.
   */
  lost?(): Promise<Error>;
}

/** One event for one sink: an event may be several natives, sent and retried together. */
export interface Parcel<Native> {
  readonly event: CanonicalEvent;
  readonly natives: readonly Native[];
}

/**
 * What became of a parcel.
 * - `sent`: it left, and nobody confirms (PUB, trap).
 * - `delivered`: the peer confirmed it (AMQP confirm, inform response, HTTP 2xx, hook exit 0).
 * - `refused`: a reachable peer refused this event. Costs an attempt.
 * - `unavailable`: the peer could not be reached or could take nothing. Costs no attempt.
 */
export type Outcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly message: string;
      /** A retry cannot help: straight to the dead letters. */
      readonly permanent?: boolean;
    }
  | {
      readonly kind: 'unavailable';
      readonly code: ErrorCode;
      readonly message: string;
      readonly retryAfterMs?: number;
      /**
       * The peer did not answer this event, and nothing else is known to be wrong. If others get
       * through, the engine blames the event.
       */
      readonly timedOut?: true;
    };

/** The outcome of what left unconfirmed. */
export const SENT: Outcome = { kind: 'sent' };

/** The outcome of what the peer confirmed. */
export const DELIVERED: Outcome = { kind: 'delivered' };

/** What a sink can promise; the engine, the docs and the contract suite read it. */
export interface SinkCapabilities {
  /** Whether success is `delivered` (the peer confirms) or only `sent`. */
  readonly confirmation: 'none' | 'peer';
  readonly ordering: 'none' | 'per-connection';
  /** How many parcels one `send` takes at most. */
  readonly batchMax: number;
  /** How many `send` calls may be under way at once. */
  readonly concurrencyMax: number;
  /**
   * At which stage an event got stuck that it refuses: `hook` where it runs programs of the
   * operator's. Default `send`.
   */
  readonly stage?: 'send' | 'hook';
}
