/** Every bound of the engine, with its reason. Those of one source or sink are options, too. */
import type { Backoff } from '@viaduct/core';

/** {@link SourceOptions.inFlightMax}: a second of hard work at the pace the broker is built for. */
export const IN_FLIGHT_MAX = 4_096;

/** {@link SourceOptions.inFlightBytesMax}: 16 MiB, some 2,000 virtual machine documents. */
export const IN_FLIGHT_BYTES_MAX = 16_777_216;

/** Deliveries decoded in one go before the event loop may look at anything else. */
export const DECODE_SLICE_MAX = 256;

/** Entries of one append. */
export const APPEND_BATCH_MAX = 512;

/** Dead letters of one write. A letter can be large, so there are few. */
export const LETTER_BATCH_MAX = 64;

/** Events that the trackers of one source may hold; reached, nothing more is received. */
export const HELD_MAX = 10_000;

/** Pause before a full journal is tried again, milliseconds. */
export const FULL_RETRY_MS = 500;

/** How long after a full journal was told of before it is told again, milliseconds. */
export const FULL_QUIET_MS = 60_000;

/**
 * How long a full journal may keep deliveries waiting before a source that can redeliver gives them
 * back, milliseconds, and disconnects, unless its peers come to it. Well below RabbitMQ's consumer
 * time-out of 30 minutes.
 */
export const FULL_HOLD_MS = 10_000;

/** How many brokers an event may have passed, if `EngineOptions.trailLengthMax` does not say. */
export const TRAIL_LENGTH_MAX = 8;

/** Longest id of a broker that is taken for one, in characters; ours are UUIDs of 36. */
export const BROKER_ID_LENGTH_MAX = 64;

/** {@link EngineOptions.checkpointIntervalMs}. */
export const CHECKPOINT_INTERVAL_MS = 60_000;

/** Entries read at once while trackers' memories are folded. */
export const FOLD_PAGE_MAX = 512;

/** {@link SinkOptions.claimMax}. */
export const CLAIM_MAX = 1_024;

/** {@link SinkOptions.claimBytesMax}: 64 MiB, some 8,000 virtual machine documents. */
export const CLAIM_BYTES_MAX = 67_108_864;

/** Parcels of one `send`, whatever the sink would take: they are encoded in one go. */
export const SEND_BATCH_MAX = 256;

/** {@link SinkOptions.attemptsMax}. */
export const ATTEMPTS_MAX = 5;

/** {@link SinkOptions.retryBackoff}: 1, 2, 4, 8 s with jitter: five attempts in 15 s at most. */
export const DEFAULT_RETRY_BACKOFF: Backoff = { initialMs: 1_000, maxMs: 60_000, factor: 2 };

/**
 * {@link SinkOptions.sendTimeoutMs} where the peer confirms: five minutes. It is for what hangs;
 * the time limits of the transports (confirms, requests, hooks: up to one minute each) come first.
 */
export const SEND_TIMEOUT_CONFIRMED_MS = 300_000;

/** {@link SinkOptions.sendTimeoutMs} where nobody confirms: there is nothing to wait for. */
export const SEND_TIMEOUT_UNCONFIRMED_MS = 30_000;

/** How long an event that nobody answered lets others go before it, milliseconds. */
export const SUSPECT_PAUSE_MS = 2_000;

/**
 * How long after something was sent its fingerprint is on the disk, milliseconds: what was sent in
 * that time before a crash may come back once.
 */
export const ECHO_SAVE_MS = 5_000;

/** How long what is missing is gathered before it is told of as one event, milliseconds. */
export const GAP_GATHER_MS = 5_000;

/** How long after a gap was told of before the next of its kind is, milliseconds. */
export const GAP_QUIET_MS = 60_000;

/**
 * How long the other sends of a sink may go on after one of them could not be taken, milliseconds:
 * what they carry may have arrived, and is sent again if nobody waits for the answer.
 */
export const SEND_FINISH_MS = 1_000;

/** How long a sink may take to return from a `send` that was called off, milliseconds. */
export const SEND_ABORT_MS = 5_000;

/** How long a sink may take to close before it is left behind, milliseconds. */
export const CLOSE_MS = 10_000;
