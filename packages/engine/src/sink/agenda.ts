import type { Clock } from '@viaduct/core';

/**
 * Many times, one timer: calls `due` for each item when its time has come, earliest first. An item
 * cannot be called off; whoever no longer wants it ignores it.
 */
export class Agenda<Item> {
  readonly #clock: Clock;
  readonly #due: (item: Item) => void;
  /** A binary heap by `at`. */
  readonly #heap: { readonly at: number; readonly item: Item }[] = [];
  #cancel: (() => void) | undefined;
  #wakesAt = Infinity;

  constructor(clock: Clock, due: (item: Item) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  /** `at`: milliseconds since the epoch; in the past means as soon as the caller has returned. */
  add(at: number, item: Item): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push({ at, item });
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#at(parent) <= at) break;
      this.#swap(index, parent);
      index = parent;
    }
    this.#schedule();
  }

  /** Forgets everything; the timer, too. */
  clear(): void {
    this.#heap.length = 0;
    this.#schedule();
  }

  #fire(): void {
    this.#cancel = undefined;
    this.#wakesAt = Infinity;
    const now = this.#clock.now();
    while (this.#at(0) <= now) this.#due(this.#pop());
    this.#schedule();
  }

  #schedule(): void {
    const next = this.#at(0);
    if (next === this.#wakesAt) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#wakesAt = next;
    if (next === Infinity) return;
    this.#cancel = this.#clock.after(Math.max(0, next - this.#clock.now()), () => this.#fire());
  }

  #pop(): Item {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) throw new RangeError('the agenda is empty');
    if (heap.length === 0) return first.item;
    heap[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const smaller = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(smaller) >= last.at) return first.item;
      this.#swap(index, smaller);
      index = smaller;
    }
  }

  #at(index: number): number {
    return this.#heap[index]?.at ?? Infinity;
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first === undefined || second === undefined) return;
    this.#heap[a] = second;
    this.#heap[b] = first;
  }
}
