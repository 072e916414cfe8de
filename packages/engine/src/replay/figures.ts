/** What a replay would do and did, in numbers: what is told to people and over the admin API. */

/** How much of what would be sent, and what not. */
export interface ReplayFigures {
  /** Events to send. */
  readonly events: number;
  /** Events times the sinks they go to. */
  readonly deliveries: number;
  /** Deliveries by sink. */
  readonly bySink: Readonly<Record<string, number>>;
  /** Events by type; beyond {@link TYPES_MAX} types the rest is counted as `other types`. */
  readonly byType: Readonly<Record<string, number>>;
  readonly skipped: readonly Skipped[];
  /** Sentences about what could not be looked at: damaged stretches of the journal. */
  readonly warnings: readonly string[];
}

/** Events or letters that are left out for one reason. */
export interface Skipped {
  readonly reason: SkipReason;
  readonly count: number;
  /** The first few, to judge by. */
  readonly examples: readonly string[];
}

/**
 * Why something is not sent again.
 * - `superseded`: a newer event says in which state its resource is now.
 * - `replayed`: this replay has sent it before.
 * - `copy`: it is itself what a replay has written; its original counts.
 * - `unrouted`: today's routes lead it to none of the sinks asked for.
 * - `route-failed`: today's routes cannot be applied to it.
 * - `loop`: it had been here before; sent again it would go round once more.
 * - `no-sink`: the sink that a letter was for is not configured any more.
 * - `no-source`: the source that a letter came from is not configured any more.
 * - `undecodable`: today's codec does not understand the message either.
 * - `nothing-kept`: the journal holds neither an event nor a message of it.
 * - `no-event`: today's codec, or `ignore`, says that it is no event; a replay removes the letter.
 */
export type SkipReason =
  | 'superseded'
  | 'replayed'
  | 'copy'
  | 'unrouted'
  | 'route-failed'
  | 'loop'
  | 'no-sink'
  | 'no-source'
  | 'undecodable'
  | 'nothing-kept'
  | 'no-event';

/** Long work as it goes: first its plan, then how far it is, at last what it did. */
export type Progress<Plan> =
  | { readonly kind: 'scanning'; readonly scanned: number }
  | { readonly kind: 'plan'; readonly plan: Plan }
  | Writing
  | { readonly kind: 'done'; readonly result: ReplayResult };

/** How far the writing is. */
export interface Writing {
  readonly kind: 'writing';
  /** Events written so far, of how many. */
  readonly written: number;
  readonly total: number;
  /** Sinks whose backlog it waits for: live events go first. */
  readonly waitingFor: readonly string[];
}

/** What a replay did. */
export interface ReplayResult {
  /** Nothing was written because it was asked for a dry run. */
  readonly dryRun: boolean;
  /** Events that were written to the journal, owed to their sinks. */
  readonly events: number;
  readonly deliveries: number;
  /** Events that turned out to be in the journal already: their source had delivered them again. */
  readonly duplicates: number;
  /**
   * Events of the plan that were left out at last: a newer state came meanwhile, or retention had
   * thrown them away.
   */
  readonly leftOut: number;
  /** Dead letters that are letters no more. */
  readonly lettersRemoved: number;
}

/** Types that are told apart. */
const TYPES_MAX = 100;

/** Examples of each reason. */
const EXAMPLES_MAX = 5;

/** Longest example, in characters. */
const EXAMPLE_LENGTH_MAX = 200;

/** Counts what is left out, and why. */
export class SkipTally {
  readonly #counts = new Map<SkipReason, { count: number; readonly examples: string[] }>();

  add(reason: SkipReason, example: string): void {
    let known = this.#counts.get(reason);
    if (known === undefined) this.#counts.set(reason, (known = { count: 0, examples: [] }));
    known.count += 1;
    if (known.examples.length >= EXAMPLES_MAX) return;
    known.examples.push(example.slice(0, EXAMPLE_LENGTH_MAX));
  }

  list(): readonly Skipped[] {
    return [...this.#counts].map(([reason, { count, examples }]) => ({
      reason,
      count,
      examples: [...examples],
    }));
  }
}

/** Counts events and deliveries by sink and type. */
export class SendTally {
  #events = 0;
  #deliveries = 0;
  readonly #bySink = new Map<string, number>();
  readonly #byType = new Map<string, number>();

  add(type: string, targets: readonly string[], by = 1): void {
    this.#events += by;
    this.#deliveries += by * targets.length;
    for (const sink of targets) this.#bySink.set(sink, (this.#bySink.get(sink) ?? 0) + by);
    const isKnown = this.#byType.has(type) || this.#byType.size < TYPES_MAX;
    const counted = isKnown ? type : 'other types';
    this.#byType.set(counted, (this.#byType.get(counted) ?? 0) + by);
  }

  figures(skipped: SkipTally, warnings: readonly string[]): ReplayFigures {
    return {
      events: this.#events,
      deliveries: this.#deliveries,
      bySink: Object.fromEntries(this.#bySink),
      byType: Object.fromEntries(this.#byType),
      skipped: skipped.list(),
      warnings,
    };
  }
}
