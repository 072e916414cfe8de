/** Figures that only grow, from the start of the process. For metrics and status. */

/** What a source counted. All but `deliveries`, `bytes` and `noEvent` count events. */
export interface SourceCounters {
  /** Native messages received. */
  readonly deliveries: number;
  /** Length of their native text as stored, bytes of UTF-8. */
  readonly bytes: number;
  /** Events decoded. */
  readonly decoded: number;
  /** Native messages understood to be no event. */
  readonly noEvent: number;
  /** Events left out by `ignore`. */
  readonly ignored: number;
  /** Events that trackers dropped, and loops (`loop`, `trail-too-long`, `echo`), by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Events durably in the journal. */
  readonly appended: number;
  /** Events that the journal had already. */
  readonly duplicates: number;
  /** Events owed to no sink; a part of `appended`. */
  readonly unrouted: number;
  /** Deliveries that became dead letters. */
  readonly deadLetters: number;
  /** Deliveries acknowledged. */
  readonly acknowledged: number;
  /** Deliveries given back to the peer because the journal was full. */
  readonly givenBack: number;
  /** Notices of trackers, by name (`gap`, `silence`). */
  readonly notices: Readonly<Record<string, number>>;
  /** Gaps told of: `viaduct.gap` events. */
  readonly gaps: number;
  /** Messages known to be missing for good; those of a lost connection cannot be counted. */
  readonly missed: number;
  /** Times that nothing came for longer than `silenceAfterMs`. */
  readonly silences: number;
  /** Connections that came about. */
  readonly connects: number;
}

/** What a sink counted. `sent` and `delivered` are never added up. */
export interface SinkCounters {
  /** Events claimed from the journal. */
  readonly claimed: number;
  /** Events that left and nobody confirms. */
  readonly sent: number;
  /** Events that the peer confirmed. */
  readonly delivered: number;
  /** Attempts that a reachable peer refused. */
  readonly refused: number;
  /** Events that came back because the peer was not to be reached. */
  readonly unavailable: number;
  /** Attempts after the first. */
  readonly retries: number;
  /** Times that a `send` took longer than `sendTimeoutMs` and its connection was ended. */
  readonly sendTimeouts: number;
  readonly deadLetters: number;
  /** Stretches that the journal dropped or lost before they were sent: `viaduct.gap` events. */
  readonly gaps: number;
  /** Events in them, where that is known. */
  readonly missed: number;
  /** What the dialect could not say, in all. */
  readonly losses: number;
  /** What defaults filled in, in all. */
  readonly inventions: number;
  /** Connections that came about. */
  readonly connects: number;
}

/** Counters while they count. */
export type Counting<T> = { -readonly [Name in keyof T]: T[Name] extends number ? number : Tally };

/** Counts by a word. */
export type Tally = Record<string, number>;

/** The most words of one tally; what comes after them counts as `other`. */
export const TALLY_WORDS_MAX = 64;

/** A source's counters at zero. */
export function sourceCounters(): Counting<SourceCounters> {
  return {
    deliveries: 0,
    bytes: 0,
    decoded: 0,
    noEvent: 0,
    ignored: 0,
    dropped: emptyTally(),
    appended: 0,
    duplicates: 0,
    unrouted: 0,
    deadLetters: 0,
    acknowledged: 0,
    givenBack: 0,
    notices: emptyTally(),
    gaps: 0,
    missed: 0,
    silences: 0,
    connects: 0,
  };
}

/** A sink's counters at zero. */
export function sinkCounters(): Counting<SinkCounters> {
  return {
    claimed: 0,
    sent: 0,
    delivered: 0,
    refused: 0,
    unavailable: 0,
    retries: 0,
    sendTimeouts: 0,
    deadLetters: 0,
    gaps: 0,
    missed: 0,
    losses: 0,
    inventions: 0,
    connects: 0,
  };
}

/** Adds one under a word. Words come from trackers, so their number is bounded here. */
export function tally(counts: Tally, word: string): void {
  const count = counts[word];
  if (count !== undefined) counts[word] = count + 1;
  else if (Object.keys(counts).length < TALLY_WORDS_MAX) counts[word] = 1;
  else counts['other'] = (counts['other'] ?? 0) + 1;
}

function emptyTally(): Tally {
  // No prototype: a word such as `constructor` is only a word.
  return Object.create(null) as Tally;
}
