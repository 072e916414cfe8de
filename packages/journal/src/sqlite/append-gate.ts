/**
 * Bounds what is on its way to the disk: beyond so many bytes appends wait their turn, in order.
 */
export class AppendGate {
  readonly #bytesMax: number;
  readonly #waiting: (() => void)[] = [];
  #bytes = 0;
  #idle: (() => void) | undefined;
  #isOpen = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** `undefined` when there is room and nobody waits, else resolves when it is one's turn. */
  enter(): Promise<void> | undefined {
    if (this.#isOpen || (this.#bytes < this.#bytesMax && this.#waiting.length === 0)) {
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < this.#bytesMax) this.#waiting.shift()?.();
  }

  remove(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes < this.#bytesMax) this.#waiting.shift()?.();
    if (this.#bytes === 0 && this.#waiting.length === 0) this.#idle?.();
  }

  /** Resolves when nothing is on its way and nobody waits. */
  drain(): Promise<void> {
    if (this.#bytes === 0 && this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle = resolve;
    });
  }

  /** Lets everybody in, for good: they will find out why. */
  open(): void {
    this.#isOpen = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
    this.#idle?.();
  }
}
