/**
 * The events of a replay that has not been written yet: where they are, and to whom they go. Twelve
 * bytes each, so that the replay of a day of a busy broker fits into memory.
 */
import type { Position } from '@viaduct/journal';
import { EngineError } from '../errors.ts';
import { SendTally } from './figures.ts';

/** Events of one replay: 60 MB, and some hours of writing. */
const CANDIDATES_MAX = 5_000_000;

/** Types and sets of targets that are told apart, as many as two bytes can number. */
const NAMES_MAX = 65_536;

/** One event to send again. */
export interface Candidate {
  readonly position: Position;
  readonly targets: readonly string[];
}

const FIRST_SIZE = 1_024;

/** See the file's comment. Positions are added in growing order. */
export class Candidates {
  #positions = new Float64Array(FIRST_SIZE);
  #targets = new Uint16Array(FIRST_SIZE);
  #types = new Uint16Array(FIRST_SIZE);
  #size = 0;
  /** The first that may not have been taken yet. */
  #next = 0;
  /** Number 0 is nobody. */
  readonly #targetSets: (readonly string[])[] = [[]];
  readonly #targetNumbers = new Map<string, number>([['', 0]]);
  readonly #typeNames: string[] = ['other types'];
  readonly #typeNumbers = new Map<string, number>();

  /** The number of what was added, for {@link drop}. */
  add(position: Position, type: string, targets: readonly string[]): number {
    if (this.#size === CANDIDATES_MAX) {
      throw new EngineError(
        'VIA_ENGINE_REPLAY_TOO_LARGE',
        `more than ${String(CANDIDATES_MAX)} events: replay shorter ranges, one after the other`,
      );
    }
    if (this.#size === this.#positions.length) this.#grow();
    const index = this.#size;
    this.#positions[index] = position;
    this.#targets[index] = this.#numberOfTargets(targets);
    this.#types[index] = this.#numberOfType(type);
    this.#size += 1;
    return index;
  }

  /** It goes to nobody; returns whether it went to anybody before. */
  drop(index: number): boolean {
    const had = this.#targets[index] !== 0;
    this.#targets[index] = 0;
    return had;
  }

  /** It does not go to these; `true` if that leaves nobody, and there was somebody before. */
  subtract(position: Position, targets: readonly string[]): boolean {
    const index = this.#find(position);
    if (index === undefined) return false;
    const before = this.#targetsAt(index);
    const rest = before.filter((name) => !targets.includes(name));
    this.#targets[index] = this.#numberOfTargets(rest);
    return before.length > 0 && rest.length === 0;
  }

  /** Takes the next that go to somebody, until they are so many deliveries; at least one. */
  take(deliveriesMax: number): Candidate[] {
    const taken: Candidate[] = [];
    let deliveries = 0;
    for (; this.#next < this.#size; this.#next += 1) {
      const targets = this.#targetsAt(this.#next);
      if (targets.length === 0) continue;
      if (taken.length > 0 && deliveries + targets.length > deliveriesMax) break;
      deliveries += targets.length;
      taken.push({ position: this.#positions[this.#next] as Position, targets });
      this.#targets[this.#next] = 0;
    }
    return taken;
  }

  /** All that go to somebody. */
  tally(): SendTally {
    const counts = new Map<number, number>();
    for (let index = this.#next; index < this.#size; index += 1) {
      const [targets = 0, type = 0] = [this.#targets[index], this.#types[index]];
      if (targets === 0) continue;
      const both = type * NAMES_MAX + targets;
      counts.set(both, (counts.get(both) ?? 0) + 1);
    }
    const tally = new SendTally();
    for (const [both, count] of counts) {
      const type = this.#typeNames[Math.floor(both / NAMES_MAX)] ?? '';
      tally.add(type, this.#targetSets[both % NAMES_MAX] ?? [], count);
    }
    return tally;
  }

  #targetsAt(index: number): readonly string[] {
    return this.#targetSets[this.#targets[index] ?? 0] ?? [];
  }

  #numberOfTargets(targets: readonly string[]): number {
    const key = targets.join('\n');
    const known = this.#targetNumbers.get(key);
    if (known !== undefined) return known;
    if (this.#targetSets.length === NAMES_MAX) {
      throw new EngineError(
        'VIA_ENGINE_REPLAY_TOO_LARGE',
        'the routes lead to too many different sets of sinks: replay to fewer sinks at a time',
      );
    }
    this.#targetNumbers.set(key, this.#targetSets.length);
    return this.#targetSets.push(targets) - 1;
  }

  #numberOfType(type: string): number {
    const known = this.#typeNumbers.get(type);
    if (known !== undefined) return known;
    if (this.#typeNames.length === NAMES_MAX) return 0;
    this.#typeNumbers.set(type, this.#typeNames.length);
    return this.#typeNames.push(type) - 1;
  }

  #find(position: Position): number | undefined {
    let [low, high] = [0, this.#size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#positions[middle] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low < this.#size && this.#positions[low] === position ? low : undefined;
  }

  #grow(): void {
    const size = this.#size * 2;
    const grown = { positions: new Float64Array(size), targets: new Uint16Array(size) };
    grown.positions.set(this.#positions);
    grown.targets.set(this.#targets);
    const types = new Uint16Array(size);
    types.set(this.#types);
    [this.#positions, this.#targets, this.#types] = [grown.positions, grown.targets, types];
  }
}
