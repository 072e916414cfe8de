/** When positions were appended, as exactly as a bounded number of samples can tell. */
import type { TimeSamples } from './protocol.ts';

/** Samples kept; beyond it every second one goes, the oldest times become coarser first. */
const SAMPLES_MAX = 16_384;

/** See the file's comment. */
export class TimeIndex {
  #firsts: number[];
  #ats: number[];

  constructor(samples: TimeSamples) {
    this.#firsts = [...samples.firsts];
    this.#ats = [...samples.ats];
  }

  /** Positions from `first` on were appended at `at`; `first` is above all before it. */
  add(first: number, at: number): void {
    if (this.#ats.at(-1) === at) return;
    this.#firsts.push(first);
    this.#ats.push(at);
    if (this.#firsts.length <= SAMPLES_MAX) return;
    const even = (_: number, index: number): boolean => index % 2 === 0;
    this.#firsts = this.#firsts.filter(even);
    this.#ats = this.#ats.filter(even);
  }

  /** When a position was appended, never too late; `undefined` if nothing is known so far back. */
  at(position: number): number | undefined {
    let [low, high] = [0, this.#firsts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#firsts[middle] ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return this.#ats[low - 1] ?? this.#ats[0];
  }
}
