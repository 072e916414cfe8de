/**
 * Decides which stored events a replay sends again. Pure: it is shown the journal from the start of
 * the range to its end, in order, and may be shown what comes in while it is being carried out.
 */
import type { CanonicalEvent } from '@viaduct/core';
import type { StoredEntry } from '@viaduct/journal';
import { Candidates } from './candidates.ts';
import type { Chooser } from './chooser.ts';
import { asReplayed, isCopy } from './copy.ts';
import { SkipTally, type ReplayFigures } from './figures.ts';

/** What a planner is told. */
export interface PlannerOptions {
  readonly id: string;
  /** Stored at this time or later, milliseconds since the epoch. */
  readonly from: number;
  /** Stored before this time. */
  readonly to: number;
  /** Whether it is one of the events asked for. */
  readonly isWanted: (event: CanonicalEvent, source: string) => boolean;
  /** Where it goes today, of the sinks asked for; `undefined` where the routes fail on it. */
  readonly targets: (event: CanonicalEvent, source: string) => readonly string[] | undefined;
  readonly brokerId: string;
  /** Keep states that a newer one has superseded. */
  readonly allStates: boolean;
}

/** The last state of a resource that is to be sent. */
interface LastState {
  readonly index: number;
  readonly label: string;
}

/**
 * Resources whose last state is remembered. Of any beyond, all states are sent: too many rather
 * than one too few.
 */
const RESOURCES_MAX = 1_000_000;

/** See the file's comment. */
export class ReplayPlanner implements Chooser {
  readonly candidates: Candidates = new Candidates();
  readonly #options: PlannerOptions;
  readonly #skipped = new SkipTally();
  readonly #lastStates = new Map<string, LastState>();
  #scanned = 0;
  #outdated = 0;
  #isSealed = false;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /** Entries of the range that were shown. */
  get scanned(): number {
    return this.#scanned;
  }

  /** Events that were to be sent until a newer one made them out of date. */
  get outdated(): number {
    return this.#outdated;
  }

  /** Shows it the next entry. */
  take(entry: StoredEntry): void {
    const { id, from, to } = this.#options;
    const { appendedAt } = entry;
    const isInRange = !this.#isSealed && appendedAt >= from && appendedAt < to;
    if (isInRange) this.#scanned += 1;
    if (isCopy(entry)) {
      const { replay } = entry;
      if (replay?.id === id && replay.of !== undefined) {
        const isDone = this.candidates.subtract(replay.of, entry.targets);
        if (isDone) this.#skipped.add('replayed', labelOf(entry.event));
      }
      if (isInRange) this.#skipped.add('copy', labelOf(entry.event));
      return;
    }
    this.#supersede(entry.event);
    if (isInRange) this.#consider(entry);
  }

  /** What it is shown from now on is not to be sent, whenever it was stored. */
  seal(): void {
    this.#isSealed = true;
  }

  /** What would be sent now. */
  figures(warnings: readonly string[]): ReplayFigures {
    return this.candidates.tally().figures(this.#skipped, warnings);
  }

  #consider({ event, source, position }: StoredEntry): void {
    const { isWanted, targets, brokerId, allStates } = this.#options;
    if (!isWanted(event, source)) return;
    if (hasGoneRound(event, brokerId)) {
      this.#skipped.add('loop', labelOf(event));
      return;
    }
    const names = targets(asReplayed(event), source);
    if (names === undefined || names.length === 0) {
      this.#skipped.add(names === undefined ? 'route-failed' : 'unrouted', labelOf(event));
      return;
    }
    const index = this.candidates.add(position, event.type, names);
    const isState = event.data.action === 'state' && event.data.state !== undefined;
    if (allStates || !isState || this.#lastStates.size >= RESOURCES_MAX) return;
    this.#lastStates.set(event.partitionkey, { index, label: labelOf(event) });
  }

  /** Whatever says in which state a resource is makes the report of an older state old news. */
  #supersede(event: CanonicalEvent): void {
    if (event.data.state === undefined || event.replayed === 'true') return;
    const older = this.#lastStates.get(event.partitionkey);
    if (older === undefined) return;
    this.#lastStates.delete(event.partitionkey);
    if (!this.candidates.drop(older.index)) return;
    this.#outdated += 1;
    this.#skipped.add('superseded', `${older.label}, then ${stateOf(event)}`);
  }
}

/** Stored events end with this broker in their trail; one that had it before has gone round. */
function hasGoneRound({ trail = '' }: CanonicalEvent, brokerId: string): boolean {
  const ids = trail.split(' ');
  return ids.slice(0, -1).includes(brokerId);
}

/** An event in a few words. */
export function labelOf(event: CanonicalEvent): string {
  const state = event.data.state === undefined ? '' : ` ${stateOf(event)}`;
  return `${event.subject}${state} at ${event.time} (${event.id})`;
}

function stateOf({ data }: CanonicalEvent): string {
  return data.state?.value ?? 'unknown';
}
