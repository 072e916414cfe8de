/**
 * A set of positions as bitmaps, one bit a position: a million entries owed to a sink that is away
 * take 125 kB, in whatever pattern they are owed.
 */

/** Positions per bitmap. */
const CHUNK = 4096;
const WORDS = CHUNK / 32;

interface Chunk {
  readonly bits: Uint32Array;
  count: number;
}

/** A mutable, ordered set of positions. Cheap for runs and for taking from the low end. */
export class PositionSet {
  readonly #chunks = new Map<number, Chunk>();
  #low = Number.MAX_SAFE_INTEGER;
  #high = -1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(position: number): boolean {
    const bits = this.#chunks.get(Math.floor(position / CHUNK))?.bits;
    const offset = position % CHUNK;
    return bits !== undefined && ((bits[offset >>> 5] ?? 0) & (1 << (offset & 31))) !== 0;
  }

  add(position: number): void {
    const index = Math.floor(position / CHUNK);
    let chunk = this.#chunks.get(index);
    if (chunk === undefined) {
      chunk = { bits: new Uint32Array(WORDS), count: 0 };
      this.#chunks.set(index, chunk);
      if (index < this.#low) this.#low = index;
      if (index > this.#high) this.#high = index;
    }
    const offset = position % CHUNK;
    const word = chunk.bits[offset >>> 5] ?? 0;
    const bit = 1 << (offset & 31);
    if ((word & bit) !== 0) return;
    chunk.bits[offset >>> 5] = word | bit;
    chunk.count += 1;
    this.#size += 1;
  }

  addRange(first: number, last: number): void {
    for (let position = first; position <= last; position += 1) this.add(position);
  }

  /** Whether it was in. */
  delete(position: number): boolean {
    const index = Math.floor(position / CHUNK);
    const chunk = this.#chunks.get(index);
    const offset = position % CHUNK;
    const bit = 1 << (offset & 31);
    if (chunk === undefined) return false;
    const word = chunk.bits[offset >>> 5] ?? 0;
    if ((word & bit) === 0) return false;
    chunk.bits[offset >>> 5] = word & ~bit;
    this.#shrink(index, chunk, 1);
    return true;
  }

  /** Removes all from `first` to `last`, both included; returns how many there were. */
  deleteRange(first: number, last: number): number {
    const before = this.#size;
    const from = Math.max(Math.floor(first / CHUNK), this.#low);
    const to = Math.min(Math.floor(last / CHUNK), this.#high);
    for (let index = from; index <= to; index += 1) {
      const chunk = this.#chunks.get(index);
      if (chunk === undefined) continue;
      const start = index * CHUNK;
      if (first <= start && last >= start + CHUNK - 1) {
        this.#shrink(index, chunk, chunk.count);
        continue;
      }
      const end = Math.min(last, start + CHUNK - 1);
      for (let at = Math.max(first, start); at <= end; at += 1) this.delete(at);
    }
    return before - this.#size;
  }

  /** The lowest, from `from` on. */
  first(from = 0): number | undefined {
    if (this.#size === 0) return undefined;
    let index = Math.max(Math.floor(from / CHUNK), this.#low);
    let offset = index * CHUNK < from ? from % CHUNK : 0;
    for (; index <= this.#high; index += 1, offset = 0) {
      const chunk = this.#chunks.get(index);
      if (chunk === undefined) continue;
      const found = lowestBit(chunk.bits, offset);
      if (found !== undefined) return index * CHUNK + found;
    }
    return undefined;
  }

  /** Removes and returns the `max` lowest, in order. */
  takeFirst(max: number): number[] {
    const taken: number[] = [];
    let position = this.first();
    while (position !== undefined && taken.length < max) {
      taken.push(position);
      this.delete(position);
      position = this.first(position + 1);
    }
    return taken;
  }

  /** How many lie between `first` and `last`, both included. */
  countRange(first: number, last: number): number {
    let count = 0;
    for (let at = this.first(first); at !== undefined && at <= last; at = this.first(at + 1)) {
      count += 1;
    }
    return count;
  }

  #shrink(index: number, chunk: Chunk, by: number): void {
    chunk.count -= by;
    this.#size -= by;
    if (chunk.count > 0) return;
    this.#chunks.delete(index);
    if (this.#size === 0) {
      this.#low = Number.MAX_SAFE_INTEGER;
      this.#high = -1;
      return;
    }
    while (!this.#chunks.has(this.#low)) this.#low += 1;
    while (!this.#chunks.has(this.#high)) this.#high -= 1;
  }
}

function lowestBit(bits: Uint32Array, from: number): number | undefined {
  let index = from >>> 5;
  let word = (bits[index] ?? 0) & (-1 << (from & 31));
  for (;;) {
    if (word !== 0) return index * 32 + 31 - Math.clz32(word & -word);
    index += 1;
    if (index >= bits.length) return undefined;
    word = bits[index] ?? 0;
  }
}
