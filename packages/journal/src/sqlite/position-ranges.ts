/** Ascending positions as pairs of first and last, to be sent from thread to thread. */
export class PositionRanges {
  readonly #pairs: number[] = [];

  /** Adds positions above all that were added before. */
  add(first: number, last: number): void {
    if (this.#pairs.at(-1) === first - 1) this.#pairs[this.#pairs.length - 1] = last;
    else this.#pairs.push(first, last);
  }

  toArray(): Float64Array {
    return Float64Array.from(this.#pairs);
  }
}
