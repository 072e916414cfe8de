/** Cases of operators: messages in at sources, the exact messages expected at sinks. */
import type { JsonObject, JsonValue } from '@viaduct/core';

/** A case file that was read and checked against its configuration. */
export interface CaseFile {
  readonly file: string;
  /** What stands in it. */
  readonly text: string;
  readonly cases: readonly Case[];
}

/** One case. It begins with an empty journal. */
export interface Case {
  readonly name: string;
  /** Its place in the list `cases`, from 0. */
  readonly index: number;
  /** The line it begins at. */
  readonly line: number;
  readonly messages: readonly Received[];
  /** How long time goes on after the last message, at least, milliseconds. */
  readonly waitMs: number;
  readonly expected: Expected;
}

/** A message that a source receives. */
export interface Received {
  readonly source: string;
  /** When, milliseconds since the epoch. */
  readonly at: number;
  /** The peer says that it may have been delivered before. */
  readonly redelivered: boolean;
  /** The native message, as the codec of the source's dialect read it. */
  readonly native: unknown;
}

/** What a case expects. A sink or kind of thing that is not named is expected to have nothing. */
export interface Expected {
  readonly out: ReadonlyMap<string, ExpectedList>;
  readonly deadLetters: ExpectedList;
  /** Only of the sinks that are named. */
  readonly losses: ReadonlyMap<string, ExpectedList>;
}

/** Exactly these, in this order; or anything at all. */
export type ExpectedList = 'any' | readonly JsonValue[];

/** What came out. */
export interface CaseOutput {
  /** By sink: what went out, in the form of the dialect as people read it. */
  readonly out: ReadonlyMap<string, readonly JsonValue[]>;
  readonly deadLetters: readonly JsonObject[];
  readonly losses: ReadonlyMap<string, readonly JsonObject[]>;
  /** What became of the messages, a sentence each: for whoever wonders why nothing came out. */
  readonly course: readonly string[];
  /** Sinks that were still owed something when the longest time had passed. */
  readonly unfinished: readonly string[];
}
