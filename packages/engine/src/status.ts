/** What the engine says about itself: plain data, taken at one moment. */
import type { ErrorCode } from '@viaduct/core';
import type { SubscriptionLag } from '@viaduct/journal';
import type { SinkCounters, SourceCounters } from './counters.ts';
import type { PastCounters } from './crew/past-counters.ts';

/** Where the engine stands. `failed`: the journal is lost, nothing is acknowledged any more. */
export type EngineState = 'new' | 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';

/**
 * Where a source or sink stands.
 * - `waiting`: the peer could not be reached; tried again after a pause (a sink's open circuit).
 * - `blocked`: connected, but the journal is full and nothing is taken.
 * - `gave-up`: not tried any more before a restart or a change of its configuration.
 * - `paused`: somebody said that it be left alone; disconnected until it is resumed.
 */
export type RunnerState =
  'new' | 'connecting' | 'connected' | 'waiting' | 'blocked' | 'gave-up' | 'paused' | 'closed';

/** The last error of a connection. */
export interface LastError {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly code?: ErrorCode;
  readonly message: string;
}

/** One source at one moment. */
export interface SourceStatus {
  readonly name: string;
  readonly dialect: string;
  readonly state: RunnerState;
  /** When it came into this state, milliseconds since the epoch. */
  readonly since: number;
  readonly lastError?: LastError;
  /** Events decoded and not yet durable. */
  readonly inFlight: number;
  /** Events that trackers hold until their predecessor comes or their time is up. */
  readonly held: number;
  /** When its last delivery was received, milliseconds since the epoch. */
  readonly lastReceivedAt?: number;
  /** Since when it has been silent for longer than it may; missing while it is heard. */
  readonly silentSince?: number;
  /** Events made durable in a second, on average over the last minute or so. */
  readonly ratePerSecond: number;
  readonly counters: SourceCounters;
}

/** One sink at one moment. */
export interface SinkStatus {
  readonly name: string;
  readonly dialect: string;
  readonly state: RunnerState;
  /** When it came into this state, milliseconds since the epoch. */
  readonly since: number;
  readonly lastError?: LastError;
  /** Claimed and not durably settled. */
  readonly claimed: number;
  /** Refused events that wait for their next attempt. */
  readonly retrying: number;
  /** Events that wait behind one of their key. */
  readonly heldBack: number;
  /** Missing before `start`. */
  readonly lag?: SubscriptionLag;
  /** How long the oldest event it is owed has been in the journal, milliseconds; 0: owed none. */
  readonly oldestAgeMs: number;
  /** Events sent or delivered in a second, on average over the last minute or so. */
  readonly ratePerSecond: number;
  readonly counters: SinkCounters;
}

/** The engine at one moment. */
export interface EngineStatus {
  readonly state: EngineState;
  readonly sources: readonly SourceStatus[];
  readonly sinks: readonly SinkStatus[];
  /** What those counted that were removed since the start. */
  readonly past: PastCounters;
}
