/** Which parked entry is due next: a binary heap by time, then position. */

/** A parked position and when it is due, milliseconds since the epoch. */
export interface Due {
  readonly position: number;
  readonly until: number;
}

const isBefore = (a: Due, b: Due): boolean =>
  a.until < b.until || (a.until === b.until && a.position < b.position);

/** A min-heap. What is no longer parked may lie in it; the caller skips it. */
export class DueHeap {
  readonly #items: Due[] = [];

  get size(): number {
    return this.#items.length;
  }

  peek(): Due | undefined {
    return this.#items[0];
  }

  push(due: Due): void {
    const items = this.#items;
    items.push(due);
    let index = items.length - 1;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      if (!this.#swapIfBefore(index, parent)) break;
      index = parent;
    }
  }

  pop(): Due | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    items[0] = last;
    let index = 0;
    for (;;) {
      const left = index * 2 + 1;
      const child = this.#lesser(left, left + 1);
      if (child >= items.length || !this.#swapIfBefore(child, index)) return top;
      index = child;
    }
  }

  #lesser(left: number, right: number): number {
    const [a, b] = [this.#items[left], this.#items[right]];
    return a !== undefined && b !== undefined && isBefore(b, a) ? right : left;
  }

  #swapIfBefore(lower: number, upper: number): boolean {
    const [a, b] = [this.#items[lower], this.#items[upper]];
    if (a === undefined || b === undefined || !isBefore(a, b)) return false;
    this.#items[lower] = b;
    this.#items[upper] = a;
    return true;
  }
}
