import type { CodecError } from './errors.ts';

/**
 * Receives native messages. The engine (or `supervise`) calls `connect`; after it resolved,
 * iterates `deliveries` once; when the iteration throws or ends, `close`, then perhaps `connect`
 * again.
 *
 * - `connect` makes one pass over its addresses and throws a `TransportError`; it holds no retry
 *   loop. Aborting the signal ends it at once.
 * - `deliveries` ends when the signal is aborted and throws a `TransportError` when the
 *   connection is lost. Batches are never empty. The source takes no more from its peer than its
 *   configured bounds while nobody asks for the next batch.
 * - `close` is idempotent and legal at any time, before `connect` and during it. It leaves no
 *   socket and no timer behind. Deliveries not yet settled go back to the peer, where it can
 *   take them back.
 */
export interface Source<Native> {
  connect(signal: AbortSignal): Promise<void>;
  deliveries(signal: AbortSignal): AsyncIterable<readonly Delivery<Native>[]>;
  close(): Promise<void>;
  /**
   * Where the dialect loses without telling: `tell` hears of each message that was received, or
   * known to have been sent, and is gone for good. Called once, before the first `connect`.
   */
  onGap?(tell: (gap: SourceGap) => void): void;
  /**
   * Something was missed. A source that can ask its peer for the present state of things does so,
   * at its own pace, and delivers what it finds out. Never throws.
   */
  resync?(): void;
  /**
   * Nothing is taken for a time, on purpose. A source whose peers come to it tells them to come
   * again later, where its protocol has a word for that; they would take a closed door for a
   * failure. Called in place of `connect`; resolves when the signal is aborted, closed again.
   */
  turnAway?(signal: AbortSignal): Promise<void>;
}

/** Messages of a source that will never be events. */
export interface SourceGap {
  readonly reason: GapReason;
  /** How many, where that is known. */
  readonly messages?: number;
}

/**
 * Why messages are missing.
 * - `reconnect`: the connection was lost, and nothing is kept for those who are away.
 * - `overflow`: the receive buffer was full. - `kernel`: that of the operating system was.
 * - `given-back`: the journal had no room, and the peer keeps nothing.
 * - `chain`: what came does not follow what came before.
 */
export type GapReason = 'reconnect' | 'overflow' | 'kernel' | 'given-back' | 'chain';

/** What settling a delivery means. Both may be called once, from the same or a later tick. */
export interface Settlement {
  /**
   * The event is durably ours (or needs no further thought): the peer may forget it. The transport
   * coalesces many into one. Without effect where the dialect has no acknowledgement.
   */
  ack(): void;
  /**
   * We could not take it: the peer should keep it (`retry`) or drop it (`discard`). Where the
   * dialect cannot redeliver, both are without effect.
   */
  reject(reason: 'retry' | 'discard'): void;
}

/** One received message, to be settled once. */
export interface NativeDelivery<Native> extends Settlement {
  readonly native: Native;
  /** When it was received, milliseconds since the epoch. */
  readonly receivedAt: number;
  /** The peer says that it may have been delivered before. */
  readonly redelivered?: boolean;
}

/**
 * Something that was received and is no message of the dialect at all: one frame where two belong.
 */
export interface MalformedDelivery extends Settlement {
  readonly malformed: Malformed;
  readonly receivedAt: number;
}

/** What becomes a dead letter at once: bad input never loops. */
export interface Malformed {
  readonly error: CodecError;
  /** What was received, as text for people, redacted, at most {@link MALFORMED_TEXT_MAX} long. */
  readonly text: string;
  /** The length of the original in bytes. */
  readonly bytes: number;
  /** SHA-256 of the original, hexadecimal, so that it can be recognised in a capture. */
  readonly sha256?: string;
}

/** Longest `text` of a {@link Malformed}, in characters; a 50 MB message is not kept whole. */
export const MALFORMED_TEXT_MAX = 65_536;

/** One delivery of a source. */
export type Delivery<Native> = NativeDelivery<Native> | MalformedDelivery;

/** What a source can promise; the engine, the docs and the contract suite read it. */
export interface SourceCapabilities {
  /** Whether a rejected or unsettled delivery comes again. */
  readonly redelivery: 'none' | 'requeue';
  /** Whether the peer waits for `ack`. */
  readonly confirmation: 'none' | 'peer';
  /** In which order deliveries arrive, compared with how they were published. */
  readonly ordering: 'none' | 'per-connection' | 'per-key';
  /**
   * With `requeue`: some of what it receives never comes again all the same, and it keeps what
   * comes while nothing is taken in a bounded buffer. So nothing is given back to it as long as the
   * journal has no room.
   */
  readonly buffers?: true;
}
