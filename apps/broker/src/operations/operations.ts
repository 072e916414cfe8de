/**
 * Everything an operator can ask of a broker's data, whether the broker runs or is stopped. One
 * interface, two ways to it: on the journal itself (`local-operations.ts`: inside the running
 * broker, or on the data folder of a stopped one) and over the admin socket of a running broker.
 *
 * Requests and answers are plain JSON. Times are milliseconds since the epoch. Long work is told
 * as it goes, and ends when its signal is aborted: what was written by then stays written, and the
 * same request again goes on from there. All of it rejects with a `BrokerError`: with the code
 * `VIA_BROKER_REQUEST` where the request has to be changed.
 */
import type { CanonicalEvent, Severity } from '@viaduct/core';
import type {
  ActiveAlarm,
  ChosenEvents,
  LetterReplayPlan,
  Progress,
  ReplayFigures,
} from '@viaduct/engine';
import type {
  Attempt,
  DeadLetter,
  EntryVariant,
  JournalStats,
  NativeRecord,
  ReplayMark,
  Stage,
} from '@viaduct/journal';
import type { Match } from '@viaduct/routing';

export type {
  LetterReplayPlan,
  Progress,
  ReplayFigures,
  ReplayResult,
  Skipped,
  SkipReason,
} from '@viaduct/engine';

/** See the file's comment. */
export interface Operations {
  /** Whether a broker runs on the data, or this process alone has it open. */
  readonly broker: 'running' | 'stopped';
  readonly deadLetters: DeadLetterOperations;
  /** Sends stored events again. The last thing told is of the kind `done`. */
  replay(request: ReplayRequest, signal: AbortSignal): AsyncIterable<Progress<ReplayPlan>>;
  readonly alarms: AlarmOperations;
  readonly events: EventOperations;
  readonly retiredSinks: RetiredSinkOperations;
  figures(): Promise<BrokerFigures>;
  /** Idempotent. Does not stop a running broker. */
  close(): Promise<void>;
}

/** What could not be done, and what becomes of it. */
export interface DeadLetterOperations {
  /** Oldest first. */
  list(query: DeadLetterQuery): Promise<DeadLetterPage>;
  get(id: number): Promise<DeadLetter | undefined>;
  /** Tries them again with today's configuration; what succeeds is a letter no more. */
  replay(
    request: LetterReplayRequest,
    signal: AbortSignal,
  ): AsyncIterable<Progress<LetterReplayPlan>>;
  /** Throws them away for good; with `dryRun` only says how many. */
  discard(request: DiscardRequest, signal: AbortSignal): Promise<DiscardResult>;
}

/** Which dead letters; a missing field matches all. */
export interface LetterFilter {
  readonly stage?: Stage;
  readonly code?: string;
  readonly source?: string;
  readonly sink?: string;
  /** Made at this time or later. */
  readonly from?: number;
  /** Made before this time. */
  readonly to?: number;
  /** In its reason, its event or its native message; case does not matter. */
  readonly text?: string;
}

/** A page of dead letters. */
export interface DeadLetterQuery extends LetterFilter {
  /** The `next` of the page before. */
  readonly after?: number;
  /** At most this many, up to {@link PAGE_MAX}. Default {@link PAGE_DEFAULT}. */
  readonly max?: number;
}

/** What a list shows of a dead letter. */
export interface LetterSummary {
  readonly id: number;
  readonly at: number;
  readonly stage: Stage;
  readonly code: string;
  readonly reason: string;
  readonly source: string;
  readonly sink?: string;
  readonly attempts: number;
  readonly event?: { readonly id: string; readonly type: string; readonly subject: string };
}

/** Some of the dead letters that a query asks for. */
export interface DeadLetterPage {
  readonly letters: readonly LetterSummary[];
  /** Where to go on; missing when there are no more. */
  readonly next?: number;
}

/** Letters by id, or all that a filter matches. An empty filter matches every letter. */
export type LetterSelection =
  { readonly ids: readonly number[] } | { readonly filter: LetterFilter };

/** What to do with which dead letters. */
export interface LetterReplayRequest {
  readonly letters: LetterSelection;
  /**
   * Letters of the stages `encode`, `send` and `hook` go to the sink they were for; with this they
   * go wherever today's routes lead. Letters of earlier stages always do.
   */
  readonly route?: boolean;
  /** Only to these sinks. */
  readonly sinks?: readonly string[];
  /** Default {@link REPLAY_RATE_DEFAULT}. */
  readonly ratePerSecond?: number;
  /** Plan and write nothing. */
  readonly dryRun?: boolean;
}

/** Which dead letters to throw away, and why: the reason is logged with their number. */
export interface DiscardRequest {
  readonly letters: LetterSelection;
  readonly reason: string;
  readonly dryRun?: boolean;
}

/** What was, or would be, thrown away. */
export interface DiscardResult {
  readonly discarded: number;
  readonly byCode: Readonly<Record<string, number>>;
}

/** Which stored events to send again, and where. */
export interface ReplayRequest {
  /** Stored at this time or later. */
  readonly from: number;
  /** Stored before this time. */
  readonly to: number;
  /** Only of these sources, by their configured names. */
  readonly sources?: readonly string[];
  /** Only to these sinks; a sink that stands for several means all of them. Default: all. */
  readonly sinks?: readonly string[];
  /** Only events that match, as in a route. */
  readonly match?: Match;
  /** Send to `sinks` also what today's routes do not lead to them. Needs `sinks`. */
  readonly force?: boolean;
  /** Send also the states that a newer event of the same resource has superseded. */
  readonly allStates?: boolean;
  /**
   * What one replay is: under one id no event goes to a sink twice. Default: derived from all of
   * the request but its times, its rate and `dryRun`, so that the same command is the same replay.
   */
  readonly id?: string;
  /** Send again what an equal request has sent before: a new id. */
  readonly again?: boolean;
  /** Deliveries a second, on average. Default {@link REPLAY_RATE_DEFAULT}. */
  readonly ratePerSecond?: number;
  /** Plan and write nothing. */
  readonly dryRun?: boolean;
}

/** What a replay would do. */
export interface ReplayPlan extends ChosenEvents {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** What is wrong right now. */
export interface AlarmOperations {
  /** The oldest first. */
  list(): Promise<AlarmList>;
  /** Sends the events that raised them again, to all sinks that the routes say or to some. */
  resend(request: ResendRequest, signal: AbortSignal): AsyncIterable<Progress<ReplayFigures>>;
}

/** The active alarms. */
export interface AlarmList {
  readonly alarms: readonly ActiveAlarm[];
  /** Sentences about stretches of the journal that cannot be read. */
  readonly warnings: readonly string[];
}

/** Which alarms to tell again, and to whom. */
export interface ResendRequest {
  readonly sinks?: readonly string[];
  /** Send to `sinks` also what today's routes do not lead to them. Needs `sinks`. */
  readonly force?: boolean;
  /** Only these alarms. Default: all that are active. */
  readonly keys?: readonly string[];
  readonly ratePerSecond?: number;
  readonly dryRun?: boolean;
}

/** What is stored. */
export interface EventOperations {
  search(query: EventQuery, signal: AbortSignal): Promise<EventPage>;
  /** The newest entry of this event id; a replay of an event has its id, too. */
  get(id: string, signal: AbortSignal): Promise<EventDetails | undefined>;
}

/** Which stored events; a missing field matches all. */
export interface EventQuery {
  /** Stored at this time or later. */
  readonly from?: number;
  /** Stored before this time. */
  readonly to?: number;
  /** The configured name of the source. */
  readonly source?: string;
  /** Owed to this sink when it was stored. */
  readonly sink?: string;
  readonly kind?: string;
  /** Exactly, or a glob. */
  readonly subject?: string;
  /** `type` or `nativetype`, exactly or a glob. */
  readonly type?: string;
  /** Anywhere in the event's JSON; case does not matter. */
  readonly text?: string;
  /** This or worse; an event that does not say is none of them. */
  readonly severity?: Severity;
  /** Default `newest`. */
  readonly order?: 'newest' | 'oldest';
  /** The `next` of the page before. */
  readonly after?: number;
  /** At most this many, up to {@link PAGE_MAX}. Default {@link PAGE_DEFAULT}. */
  readonly max?: number;
}

/** Some of the events that a query asks for. */
export interface EventPage {
  readonly events: readonly FoundEvent[];
  /**
   * Where to go on; missing at the end of the journal. One call looks at a bounded number of
   * entries, so that a page can hold few events, or none, and yet not be the last.
   */
  readonly next?: number;
  /** Sentences about stretches that cannot be read. */
  readonly warnings: readonly string[];
}

/** A stored event. */
export interface FoundEvent {
  /** Its place in the journal; greater is later. */
  readonly position: number;
  /** When it was stored. */
  readonly at: number;
  readonly source: string;
  /** The sinks it is owed to. */
  readonly targets: readonly string[];
  /** The replay that wrote it, and from what. */
  readonly replay?: ReplayMark;
  readonly event: CanonicalEvent;
}

/** All that is known of one event. */
export interface EventDetails extends FoundEvent {
  /** The message it was decoded from, redacted. */
  readonly native?: NativeRecord;
  /** The shapes that routes gave it for some of its sinks; the others get it as it came. */
  readonly variants?: readonly EntryVariant[];
  readonly deliveries: readonly DeliveryState[];
  /** Positions of other entries with this event id: what replays wrote, or the original. */
  readonly others: readonly number[];
}

/** How far one event is on its way to one sink. */
export interface DeliveryState {
  readonly sink: string;
  /**
   * `waiting`: not yet; `under-way`: handed to the sink; `parked`: refused, to be tried again;
   * `done`: sent, delivered, or a dead letter, whose id is then given; `unknown`: the sink has no
   * subscription.
   */
  readonly state: 'waiting' | 'under-way' | 'parked' | 'done' | 'unknown';
  readonly deadLetter?: number;
  readonly attempts: readonly Attempt[];
}

/** Sinks that were taken out of the configuration: nothing new is owed to them. */
export interface RetiredSinkOperations {
  list(): Promise<readonly RetiredSinkState[]>;
  /**
   * Forgets one, and what it is still owed. Rejects with `VIA_BROKER_SINK_OWED` where that is more
   * than the request allows, and with `VIA_BROKER_SINK_IN_USE` where it is configured.
   */
  drop(request: DropRequest): Promise<DropResult>;
}

/** A retired sink. Written into the configuration again it gets what it is owed. */
export interface RetiredSinkState {
  readonly name: string;
  /** What it is still owed. */
  readonly events: number;
  /** Those of them that it refused at least once. */
  readonly parked: number;
  /** When the oldest of them was stored. */
  readonly oldestAt?: number;
}

/** Which retired sink to forget, and why: the reason is logged with what is lost. */
export interface DropRequest {
  readonly name: string;
  readonly reason: string;
  /** So many events may be lost to it. Default 0: only if it is owed nothing. */
  readonly events?: number;
  /** Only say what would be lost. */
  readonly dryRun?: boolean;
}

/** The sink as it was, and whether it is gone. */
export interface DropResult extends RetiredSinkState {
  readonly dropped: boolean;
}

/** What the journal of a broker holds. */
export interface BrokerFigures {
  readonly brokerId: string;
  readonly journal: JournalStats;
  readonly deadLetters: number;
}

/** Most entries of one page. */
export const PAGE_MAX = 1_000;

/** Entries of a page that does not say how many. */
export const PAGE_DEFAULT = 50;

/** Deliveries a second of a replay that does not say: a tenth of what one sink takes easily. */
export const REPLAY_RATE_DEFAULT = 200;
