/**
 * The books of one subscription: what is waiting, claimed, parked and settled, and what of that has
 * to be written. Pure accounting in memory; knows neither entries nor files.
 */
import type { Attempt, Standing } from '../journal.ts';
import { formatBitmap, parseBitmap } from './bitmap.ts';
import { DueHeap } from './due-heap.ts';
import { PositionSet } from './position-set.ts';
import type { ParkedRow, SubscriptionRow, SubscriptionWrite } from './protocol.ts';

interface Parked {
  readonly until: number;
  readonly attempts: readonly Attempt[];
  claimed: boolean;
}

/** How the file marks a head that was parked only to move the mark on. */
const SIDELINED = { until: 0, attempts: [] } as const;

/** A position handed out, and the refusals it has behind it. */
export interface Choice {
  readonly position: number;
  readonly attempts: readonly Attempt[];
}

/** See the file's comment. Every position owed is in exactly one of waiting, claimed, parked. */
export class Ledger {
  readonly name: string;
  retired: boolean;
  readonly #spanMax: number;
  readonly #waiting = new PositionSet();
  readonly #claimed = new PositionSet();
  readonly #parked = new Map<number, Parked>();
  readonly #due = new DueHeap();
  readonly #settled = new PositionSet();
  /** Claimed while their segment was thrown away: whatever becomes of them, nothing is owed. */
  readonly #gone = new Set<number>();
  /**
   * Heads that were parked to move the mark on. Only the file takes them for parked; here they are
   * waiting or claimed like any other, so that nobody notices but the mark.
   */
  readonly #sidelined = new Set<number>();
  #mark: number;
  #highest: number;
  #parkedClaimed = 0;
  /** Rows of `parked` that differ from the file; `undefined` is a row to delete. */
  #changed = new Map<number, Omit<ParkedRow, 'position'> | undefined>();

  constructor(row: SubscriptionRow, spanMax: number) {
    this.name = row.name;
    this.retired = row.retired;
    this.#spanMax = spanMax;
    this.#mark = row.mark;
    this.#highest = row.mark;
    for (const position of parseBitmap(row.settled, row.mark)) {
      this.#settled.add(position);
      this.#highest = position;
    }
    for (const { position, until, attempts } of row.parked) {
      if (attempts.length > 0) {
        this.#putParked(position, { until, attempts, claimed: false });
      } else {
        this.#sidelined.add(position);
        this.#waiting.add(position);
      }
    }
    this.#changed.clear();
    for (let index = 0; index < row.owed.length; index += 2) {
      const last = row.owed[index + 1] ?? -1;
      for (let position = row.owed[index] ?? 0; position <= last; position += 1) {
        const done = position <= this.#mark || this.#settled.has(position);
        if (!done && !this.#parked.has(position)) this.#waiting.add(position);
      }
    }
  }

  get pending(): number {
    return this.#waiting.size + this.#claimed.size + this.#parked.size;
  }

  /** Owed and neither claimed nor parked. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Parked after a refusal. */
  get parked(): number {
    return this.#parked.size;
  }

  get claimed(): number {
    return this.#claimed.size + this.#parkedClaimed + this.#gone.size;
  }

  /** The lowest position owed. */
  get oldest(): number | undefined {
    let oldest = least(this.#waiting.first(), this.#claimed.first());
    for (const position of this.#parked.keys()) oldest = least(oldest, position);
    return oldest;
  }

  /** When the next parked one is due. */
  get nextDue(): number | undefined {
    this.#skipStale();
    return this.#due.peek()?.until;
  }

  standing(position: number): Standing {
    const parked = this.#parked.get(position);
    const attempts = parked?.attempts ?? [];
    if (this.isClaimed(position)) return { state: 'claimed', attempts };
    if (parked !== undefined) return { state: 'parked', attempts };
    return { state: this.#waiting.has(position) ? 'waiting' : 'done', attempts };
  }

  isClaimed(position: number): boolean {
    if (this.#claimed.has(position) || this.#gone.has(position)) return true;
    return this.#parked.get(position)?.claimed === true;
  }

  owe(position: number): void {
    this.#waiting.add(position);
  }

  /** Claims up to `max`: parked ones that are due first; new ones only below `parkedMax`. */
  claim(max: number, now: number, parkedMax: number): Choice[] {
    const choices: Choice[] = [];
    while (choices.length < max) {
      this.#skipStale();
      const due = this.#due.peek();
      const parked = due === undefined ? undefined : this.#parked.get(due.position);
      if (due === undefined || parked === undefined || due.until > now) break;
      this.#due.pop();
      parked.claimed = true;
      this.#parkedClaimed += 1;
      choices.push({ position: due.position, attempts: parked.attempts });
    }
    if (this.#parked.size >= parkedMax) return choices;
    for (const position of this.#waiting.takeFirst(max - choices.length)) {
      this.#claimed.add(position);
      choices.push({ position, attempts: [] });
    }
    return choices;
  }

  release(position: number): void {
    if (this.#gone.delete(position)) return;
    const parked = this.#parked.get(position);
    if (parked?.claimed === true) {
      parked.claimed = false;
      this.#parkedClaimed -= 1;
      this.#due.push({ position, until: parked.until });
    } else if (this.#claimed.delete(position)) {
      this.#waiting.add(position);
    }
  }

  settle(position: number): void {
    if (this.#gone.delete(position)) return;
    this.#claimed.delete(position);
    this.#removeParked(position);
    this.#unsideline(position);
    this.#settledAbove(position);
  }

  park(position: number, until: number, attempt: Attempt): void {
    if (this.#gone.delete(position)) return;
    const attempts = [...(this.#parked.get(position)?.attempts ?? []), attempt];
    this.#claimed.delete(position);
    this.#removeParked(position);
    this.#unsideline(position);
    this.#putParked(position, { until, attempts, claimed: false });
    this.#settledAbove(position);
  }

  /** These are gone from the journal; returns how many of them it was still owed. */
  forget(first: number, last: number): number {
    let count = this.#waiting.deleteRange(first, last);
    const claimed = (from: number): number | undefined => this.#claimed.first(from);
    for (let at = claimed(first); at !== undefined && at <= last; at = claimed(at + 1)) {
      this.#claimed.delete(at);
      this.#gone.add(at);
      count += 1;
    }
    for (const position of [...this.#sidelined]) {
      if (position >= first && position <= last) this.#unsideline(position);
    }
    for (const [position, parked] of [...this.#parked]) {
      if (position < first || position > last) continue;
      if (parked.claimed) this.#gone.add(position);
      this.#removeParked(position);
      count += 1;
    }
    return count;
  }

  isOwedWithin(first: number, last: number): boolean {
    const found = least(this.#waiting.first(first), this.#claimed.first(first));
    if (found !== undefined && found <= last) return true;
    for (const position of this.#parked.keys()) {
      if (position >= first && position <= last) return true;
    }
    return false;
  }

  /**
   * What has to be written now: the mark, the settled above it, the parked rows that changed.
   * `journalLast` is the last position this ledger has heard of. Parks the head, as often as
   * needed, while the span between mark and highest settled is more than `spanMax`.
   */
  write(journalLast: number): SubscriptionWrite {
    let head = this.#head();
    while (head !== undefined && this.#highest - (head - 1) > this.#spanMax) {
      this.#sidelined.add(head);
      this.#changed.set(head, SIDELINED);
      this.#mark = head;
      head = this.#head();
    }
    this.#mark = Math.max(this.#mark, (head ?? journalLast + 1) - 1);
    this.#settled.deleteRange(0, this.#mark);
    const parked: ParkedRow[] = [];
    const unparked: number[] = [];
    for (const [position, row] of this.#changed) {
      if (row === undefined) unparked.push(position);
      else parked.push({ position, until: row.until, attempts: row.attempts });
    }
    this.#changed = new Map();
    const settled = formatBitmap(this.#settled, this.#mark, this.#highest);
    return { name: this.name, mark: this.#mark, settled, parked, unparked };
  }

  /** That write did not happen: its parked rows are still to be written. */
  rewrite(lost: SubscriptionWrite): void {
    for (const { position } of lost.parked) this.#noteLost(position);
    for (const position of lost.unparked) this.#noteLost(position);
  }

  #noteLost(position: number): void {
    if (this.#changed.has(position)) return;
    const sidelined = this.#sidelined.has(position) ? SIDELINED : undefined;
    this.#changed.set(position, this.#parked.get(position) ?? sidelined);
  }

  /** The lowest that the mark may not pass. */
  #head(): number | undefined {
    const above = this.#mark + 1;
    return least(this.#waiting.first(above), this.#claimed.first(above));
  }

  #unsideline(position: number): void {
    if (this.#sidelined.delete(position)) this.#changed.set(position, undefined);
  }

  #settledAbove(position: number): void {
    if (position <= this.#mark) return;
    this.#settled.add(position);
    if (position > this.#highest) this.#highest = position;
  }

  #putParked(position: number, parked: Parked): void {
    this.#parked.set(position, parked);
    this.#changed.set(position, parked);
    if (parked.claimed) this.#parkedClaimed += 1;
    else this.#due.push({ position, until: parked.until });
  }

  #removeParked(position: number): void {
    const parked = this.#parked.get(position);
    if (parked === undefined) return;
    this.#parked.delete(position);
    this.#changed.set(position, undefined);
    if (parked.claimed) this.#parkedClaimed -= 1;
  }

  /** The heap keeps what was settled or parked anew meanwhile; the top must be true. */
  #skipStale(): void {
    for (let top = this.#due.peek(); top !== undefined; top = this.#due.peek()) {
      const parked = this.#parked.get(top.position);
      if (parked !== undefined && !parked.claimed && parked.until === top.until) return;
      this.#due.pop();
    }
  }
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined || a < b ? a : b;
}
