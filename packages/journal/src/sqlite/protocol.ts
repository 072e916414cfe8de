/**
 * What passes between the journal (main thread) and its worker, which alone touches the disk. Only
 * strings, numbers and typed arrays: cheap to clone. Positions are plain numbers here.
 */
import type { JournalErrorCode, PositionRange } from '../errors.ts';
import type { Attempt, Damage, DeadLetterFilter, Gap, NewGap } from '../journal.ts';
import type { PackedTexts } from './packed-texts.ts';

/** What the worker is started with. */
export interface WorkerOptions {
  readonly folder: string;
  readonly now: number;
  readonly segmentBytes: number;
  readonly segmentMs: number;
  readonly dedupeWindowMs: number;
  readonly dedupeMax: number;
}

/** Runs of equal target lists: how many entries, and whom they are owed to. */
export type TargetRuns = readonly (readonly [count: number, targets: readonly string[]])[];

/** One call of append. Its texts are handed over, not copied: see `packed-texts.ts`. */
export interface AppendCommand {
  readonly kind: 'append';
  readonly id: number;
  readonly at: number;
  readonly bytes: number;
  readonly count: number;
  /** Of each entry its head, the JSON without the native text, and that. */
  readonly texts: PackedTexts;
  /** Missing when no entry has a key. */
  readonly keys: readonly (string | null)[] | undefined;
  /** Whose keys are noted and not compared, by index; missing when all are compared. */
  readonly unseen: readonly boolean[] | undefined;
  readonly targets: TargetRuns;
}

/** Entries without duplicates got positions from `first` on; `duplicates` are indices. */
export interface Appended {
  readonly first: number;
  readonly duplicates: readonly number[];
}

/** One row of `parked`. */
export interface ParkedRow {
  readonly position: number;
  readonly until: number;
  readonly attempts: readonly Attempt[];
}

/** What changed in one subscription. */
export interface SubscriptionWrite {
  readonly name: string;
  readonly mark: number;
  readonly settled: Uint8Array;
  readonly parked: readonly ParkedRow[];
  readonly unparked: readonly number[];
}

/** A subscription as stored, and what it is owed above its mark as pairs of first and last. */
export interface SubscriptionRow {
  readonly name: string;
  readonly retired: boolean;
  readonly mark: number;
  readonly settled: Uint8Array;
  readonly parked: readonly ParkedRow[];
  readonly owed: Float64Array;
  /** Up to this position it was owed everything when it was made; 0: only what names it. */
  readonly pastUntil: number;
}

/** A dead letter as stored: JSON without the native text, and that. */
export interface LetterRow {
  readonly stage: string;
  readonly code: string;
  readonly source: string;
  readonly sink: string | null;
  /** One letter of a key is kept. */
  readonly key: string | null;
  readonly head: string;
  readonly native: string | null;
}

/** One transaction in the state file. */
export interface WriteCommand {
  readonly kind: 'write';
  readonly id: number;
  /** The last position whose append was answered. */
  readonly acknowledged: number;
  readonly subscriptions: readonly SubscriptionWrite[];
  readonly letters: readonly LetterRow[];
}

/** A segment file and the positions in it. `last` is below `first` while it is empty. */
export interface SegmentInfo {
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
  readonly openedAt: number;
  readonly sealed: boolean;
}

/** An entry as stored. */
export interface WholeRow {
  readonly position: number;
  readonly head: string;
  readonly native: string | null;
}

/** Positions, both ends included, whose entries cannot be had, and why. */
export interface DamagedRow {
  readonly position: number;
  readonly last: number;
  readonly damage: string;
}

/** What is found at a position. */
export type EntryRow = WholeRow | DamagedRow;

/** An index of time: positions from `firsts[i]` on were appended at `ats[i]` or later. */
export interface TimeSamples {
  readonly firsts: Float64Array;
  readonly ats: Float64Array;
}

/** What the worker found when it opened the folder. */
export interface Opened {
  readonly brokerId: string;
  readonly last: number;
  readonly segments: readonly SegmentInfo[];
  readonly subscriptions: readonly SubscriptionRow[];
  readonly times: TimeSamples;
  readonly gaps: readonly Gap[];
  readonly damage: readonly Damage[];
}

/** Everything else that can be asked, with what is answered. */
export interface Asks {
  subscribe: [
    request: {
      name: string;
      from: 'now' | 'start' | { readonly at: number };
      past: 'named' | 'everything';
    },
    reply: SubscriptionRow,
  ];
  retire: [request: { name: string; retired: boolean }, reply: null];
  drop: [request: { name: string }, reply: null];
  /** Entries after a position, and how far it looked; damage only as the first row. */
  read: [request: { after: number; max: number; bytesMax: number }, reply: readonly EntryRow[]];
  /** The first of these positions that fit into `bytesMax`. */
  fetch: [request: { positions: readonly number[]; bytesMax: number }, reply: readonly EntryRow[]];
  letters: [request: { filter: DeadLetterFilter; max: number }, reply: readonly StoredLetter[]];
  letter: [request: { id: number }, reply: StoredLetter | null];
  addLetters: [request: { letters: readonly LetterRow[] }, reply: null];
  discardLetters: [request: { ids: readonly number[] }, reply: number];
  countLetters: [request: null, reply: number];
  saveCheckpoint: [request: { name: string; position: number; value: string }, reply: null];
  loadCheckpoint: [
    request: { name: string },
    reply: { readonly position: number; readonly value: string } | null,
  ];
  /** Unlinks whole segments, with what was lost by it; the gaps as they are recorded. */
  unlink: [request: { firsts: readonly number[]; gaps: readonly NewGap[] }, reply: readonly Gap[]];
  /** Starts a new segment if the newest is too old. */
  roll: [request: { now: number }, reply: null];
  close: [request: null, reply: null];
}

/** A dead letter as read. */
export interface StoredLetter {
  readonly id: number;
  readonly head: string;
  readonly native: string | null;
  /** It stands in the place of one that cannot be read. */
  readonly isDamaged?: true;
}

/** Name of an ask. */
export type AskName = keyof Asks;

/** An ask on its way. */
export type AskCommand = {
  readonly [Name in AskName]: {
    readonly kind: 'ask';
    readonly id: number;
    readonly what: Name;
    readonly request: Asks[Name][0];
  };
}[AskName];

/** Main thread to worker. */
export type Command = AppendCommand | WriteCommand | AskCommand;

/** An error on its way. */
export interface ErrorReply {
  readonly code: JournalErrorCode;
  readonly message: string;
  readonly damaged?: PositionRange;
}

/** The answer to one command. */
export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: ErrorReply };

/** Worker to main thread. */
export type WorkerMessage =
  | { readonly kind: 'opened'; readonly opened: Opened }
  | { readonly kind: 'refused'; readonly error: ErrorReply }
  | {
      readonly kind: 'replies';
      readonly replies: readonly Reply[];
      /** All of them, when one was added or unlinked. */
      readonly segments?: readonly SegmentInfo[];
      /** The newest, after an append. */
      readonly newest?: SegmentInfo;
    };
