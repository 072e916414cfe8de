/**
 * The journal: what Viaduct has accepted, what is owed to whom, and what could not be done. An
 * interface with several homes (embedded on SQLite, a model in memory, later NATS JetStream), all
 * held to one contract suite (`@viaduct/journal/contract`).
 */
import type { CanonicalEvent, ErrorCode, JsonObject, JsonValue, Redaction } from '@viaduct/core';

/**
 * A place in the journal. Opaque: only the journal that gave it can compare or interpret it. Later
 * entries have greater positions; there may be gaps.
 */
export type Position = number & { readonly position: unique symbol };

/** The native message an event was decoded from, redacted, as its codec's `format` wrote it. */
export interface NativeRecord {
  readonly dialect: string;
  /** One line of JSON. */
  readonly text: string;
  readonly redactions: readonly Redaction[];
}

/** The shape that an event has for some of its targets: a route said so when it was accepted. */
export interface EntryVariant {
  readonly event: CanonicalEvent;
  /** Names of the sinks that get it so. */
  readonly targets: readonly string[];
}

/** One accepted event and the sinks it is owed to. */
export interface Entry {
  readonly event: CanonicalEvent;
  /** The configured name of the source it came from. */
  readonly source: string;
  /** Names of the sinks it is owed to, computed by the routes at this moment. May be empty. */
  readonly targets: readonly string[];
  /** Missing where every target gets the event as it came. */
  readonly variants?: readonly EntryVariant[];
  readonly native?: NativeRecord;
  /** What trackers need to be folded again. */
  readonly facts?: JsonObject;
  /** Equal keys within the deduplication window are one event. */
  readonly dedupe?: string;
  /** It is appended whatever its key; the key is noted for those that come later. */
  readonly unseen?: true;
  /** It was not received just now: an operator had it sent again. */
  readonly replay?: ReplayMark;
}

/**
 * Which replay wrote an entry, and from what. No tracker sees it again: it says nothing new. Later
 * replays look for these marks, so that one replay sends nothing twice.
 */
export interface ReplayMark {
  readonly id: string;
  /** The entry it repeats; it may be gone by now. */
  readonly of?: Position;
  /** The dead letter it came from. */
  readonly letter?: number;
}

/** An entry as it lies in the journal. */
export interface StoredEntry extends Entry {
  readonly position: Position;
  /** Milliseconds since the epoch. */
  readonly appendedAt: number;
}

/** What became of one appended entry. */
export type AppendResult =
  { readonly kind: 'appended'; readonly position: Position } | { readonly kind: 'duplicate' };

/** Where a new subscription begins: after everything, before everything kept, or at a time (ms). */
export type StartFrom = 'now' | 'start' | { readonly at: number };

/** How a new subscription is made. */
export interface SubscribeOptions {
  /**
   * What it is owed of the entries from `from` to this moment. `named`, the default: those that
   * name it as a target. `everything`: all of them, for one that chooses itself: nobody could name
   * a sink that was not there.
   */
  readonly past?: 'named' | 'everything';
}

/** One attempt at delivering an event that did not succeed. */
export interface Attempt {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/** An entry handed to a sink. */
export interface Claimed {
  readonly entry: StoredEntry;
  /** 1 for the first attempt; counts refusals, not connection failures. */
  readonly attempt: number;
  /** The refusals so far. */
  readonly attempts: readonly Attempt[];
}

/**
 * What one sink has still to do: a low-water mark plus a bounded set of settled positions above it.
 * When that span is full the head is parked and the mark moves on, so a stuck event delays
 * no other for ever. One user at a time.
 */
export interface Subscription {
  readonly name: string;
  /**
   * Up to `max` entries owed to this sink and not claimed yet, in order of position, parked ones
   * that are due first. Waits until there is at least one; an aborted signal gives an empty list. A
   * claimed entry is not handed out again until it is released, or the journal is opened anew.
   */
  claim(max: number, signal: AbortSignal): Promise<readonly Claimed[]>;
  /**
   * These, claimed before, are done and never come again. Resolves when that is durable; callers
   * need not wait: what was claimed and not durably settled when the process died is delivered
   * again, and that number is bounded by what was claimed.
   */
  settle(positions: readonly Position[]): Promise<void>;
  /**
   * Not now: hand it out again at `until` (milliseconds since the epoch), with one more attempt.
   */
  park(position: Position, until: number, attempt: Attempt): Promise<void>;
  /** Back to where it was, no attempt counted: the peer was unavailable. */
  release(positions: readonly Position[]): void;
  /** Done, but as a dead letter: both become durable together. */
  bury(position: Position, letter: NewDeadLetter): Promise<void>;
  /** How far behind this sink is. */
  lag(): SubscriptionLag;
}

/** How far one subscription is with one entry that it was owed. */
export interface Standing {
  /** `claimed`: a sink has it; `done`: settled or buried, or it never was owed it. */
  readonly state: 'waiting' | 'claimed' | 'parked' | 'done';
  /** The refusals of a parked one. */
  readonly attempts: readonly Attempt[];
}

/** How far behind a sink is. */
export interface SubscriptionLag {
  /** Entries owed and not settled, parked ones included. */
  readonly pending: number;
  readonly parked: number;
  readonly claimed: number;
  /** When the oldest entry owed was appended, milliseconds since the epoch. */
  readonly oldestAt: number | undefined;
}

/** Where on its way an event got stuck. */
export type Stage = 'receive' | 'decode' | 'route' | 'encode' | 'send' | 'hook';

/** Something that could not be done, with all that is needed to understand and repeat it. */
export interface NewDeadLetter {
  readonly stage: Stage;
  readonly code: ErrorCode;
  readonly reason: string;
  /** The source it came from; for later stages the source of its event. */
  readonly source: string;
  /** The sink it was for, from the stage `encode` on. */
  readonly sink?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly event?: CanonicalEvent;
  /** The native message as stored (redacted), or the text of something malformed. */
  readonly native?: NativeRecord;
  /** Length and SHA-256 (hex) of what was received, before redaction. */
  readonly original?: { readonly bytes: number; readonly sha256: string };
  readonly attempts: readonly Attempt[];
  /**
   * Of letters with one key one is kept: what comes again after a crash is not told twice. A key is
   * free again when its letter is discarded.
   */
  readonly key?: string;
}

/** A kept dead letter. */
export interface DeadLetter extends NewDeadLetter {
  readonly id: number;
}

/** Which dead letters; a missing field matches all. */
export interface DeadLetterFilter {
  readonly stage?: Stage;
  readonly code?: string;
  readonly source?: string;
  readonly sink?: string;
  /** Made at this time or later, milliseconds since the epoch. */
  readonly from?: number;
  /** Made before this time. */
  readonly to?: number;
  /** Found in the letter or its native message; the case of ASCII letters does not matter. */
  readonly text?: string;
  /** Only ids above this one, for paging. */
  readonly after?: number;
}

/** What could not be done, until an operator replays or discards it. */
export interface DeadLetters {
  /** Resolves when they are durable. */
  add(letters: readonly NewDeadLetter[]): Promise<void>;
  list(filter: DeadLetterFilter, max: number): Promise<readonly DeadLetter[]>;
  get(id: number): Promise<DeadLetter | undefined>;
  discard(ids: readonly number[]): Promise<number>;
  count(): Promise<number>;
}

/** Memory that can be rebuilt from the journal, kept so that rebuilding need not start at zero. */
export interface Checkpoints {
  save(name: string, position: Position, value: JsonValue): Promise<void>;
  load(name: string): Promise<{ position: Position; value: JsonValue } | undefined>;
}

/** Entries that a sink was owed and will never get: recorded, never silent. */
export interface Gap {
  /** Counts up as gaps are recorded, and is given once. */
  readonly id: number;
  readonly subscription: string;
  /** The range of positions that is gone, both ends included. */
  readonly first: Position;
  readonly last: Position;
  /**
   * How many entries of the range it was owed; those that it had claimed count too, though their
   * delivery may still succeed. `undefined` where damage hides it.
   */
  readonly entries: number | undefined;
  /** When it was found, milliseconds since the epoch. */
  readonly at: number;
  /** Thrown away because the journal was full or they were too old, or unreadable. */
  readonly reason: 'dropped' | 'damaged';
}

/** Entries that cannot be read any more, owed to somebody or not. */
export interface Damage {
  /** The range of positions, both ends included; of a lost end of the log all that it may be. */
  readonly first: number;
  readonly last: number;
  /** The file, and what is wrong with it. */
  readonly reason: string;
}

/** A gap that is about to be recorded. */
export type NewGap = Omit<Gap, 'id'>;

/** What a journal holds; figures may trail by one commit. */
export interface JournalStats {
  readonly entries: number;
  readonly bytes: number;
  readonly first: Position | undefined;
  readonly last: Position | undefined;
  /** Duplicates found since the journal was opened. */
  readonly duplicates: number;
  readonly subscriptions: Readonly<Record<string, SubscriptionLag>>;
  /** Oldest first; the last thousand. */
  readonly gaps: readonly Gap[];
  /** What could not be read when the journal was opened; lowest first. */
  readonly damage: readonly Damage[];
}

/** How far a backup is. */
export interface BackupProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** The file that is copied now. */
  readonly file: string;
}

/** Options of `Journal.backup`. */
export interface BackupOptions {
  /** Ends it; nothing of it is left behind. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BackupProgress) => void;
}

/** A finished backup. */
export interface BackupSummary {
  /** Where it is, absolute. */
  readonly folder: string;
  readonly segments: number;
  readonly bytes: number;
  /** Every entry up to this position that the journal kept is in it; 0 where there was none. */
  readonly last: number;
  /** Files that should have been there and were not: the journal was damaged before. */
  readonly missing: readonly string[];
}

/** The durable log, owned by one process. Rejects with `JournalError` only. */
export interface Journal {
  /** A UUID made with the journal: names this broker in trails. */
  readonly brokerId: string;
  /**
   * Appends in order and resolves when all of it survives a power cut: whoever acknowledges a peer
   * does so after this. Many calls share one sync. After a failed sync the journal is closed
   * for good (`VIA_JOURNAL_FAILED`): it never retries a sync. `VIA_JOURNAL_FULL` and
   * `VIA_JOURNAL_DISK_FULL` mean that nothing of this call was appended and it may be repeated.
   */
  append(entries: readonly Entry[]): Promise<readonly AppendResult[]>;
  /**
   * Entries after a position (`undefined`: from the oldest kept), at most `max`; fewer than `max`
   * does not mean the end, none does. Where the next entry is damaged it rejects with
   * `VIA_JOURNAL_DAMAGED` and the exact positions; the caller goes on after them.
   */
  read(after: Position | undefined, max: number): Promise<readonly StoredEntry[]>;
  /**
   * Opens a sink's subscription, made at `from` if it is new: it is owed the entries after that
   * which name it as a target. A retired one comes back to life. Twice gives the same object.
   */
  subscribe(name: string, from: StartFrom, options?: SubscribeOptions): Promise<Subscription>;
  /** Names of all subscriptions, retired ones included. */
  subscriptions(): Promise<readonly { readonly name: string; readonly retired: boolean }[]>;
  /**
   * A removed sink: kept and listed, no longer holding retention. What it is owed and retention
   * takes is a gap.
   */
  retire(name: string): Promise<void>;
  /** Forgets a retired subscription. */
  drop(name: string): Promise<void>;
  /** How far each subscription, retired ones included, is with the entry at a position. */
  standing(position: Position): Promise<ReadonlyMap<string, Standing>>;
  readonly deadLetters: DeadLetters;
  readonly checkpoints: Checkpoints;
  /**
   * Calls `listener` with each gap whose id is above `after`, oldest first: at once with those
   * recorded before (the last thousand are kept), then with every further one when it is durable.
   * So whoever keeps the last id it has dealt with hears of each gap, over restarts too. Returns
   * what ends it. The listener must not throw.
   */
  onGap(after: number, listener: (gap: Gap) => void): () => void;
  stats(): Promise<JournalStats>;
  /**
   * Copies everything into a new folder while the journal goes on: all that was answered before the
   * call, perhaps more, and what sinks had done by then. A broker started on the copy delivers the
   * rest, and again what was delivered after the copy was taken. The folder appears whole or not at
   * all, and is never written over another (`VIA_JOURNAL_BACKUP_EXISTS`). A journal without files
   * refuses with `VIA_JOURNAL_UNSUPPORTED`.
   */
  backup(folder: string, options?: BackupOptions): Promise<BackupSummary>;
  /** Settles what is under way and closes. Idempotent. */
  close(): Promise<void>;
}
