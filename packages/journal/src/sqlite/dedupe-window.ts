/** The keys of the entries of the last while, so that an event received twice is one. */
import { hash } from 'node:crypto';

/** Longer keys are kept as their SHA-256: what is remembered is bounded in bytes too. */
const KEY_LENGTH_MAX = 64;

/** In the worker's memory; what it forgets at a crash is read again from the segments. */
export class DedupeWindow {
  readonly #windowMs: number;
  readonly #max: number;
  /** Oldest first. */
  readonly #seen = new Map<string, number>();

  constructor(windowMs: number, max: number) {
    this.#windowMs = windowMs;
    this.#max = max;
  }

  /** Whether the key was seen within the window. */
  isDuplicate(key: string, at: number): boolean {
    const seen = this.#seen.get(shorten(key));
    return seen !== undefined && seen > at - this.#windowMs;
  }

  /** The key is seen now. */
  note(key: string, at: number): void {
    const short = shorten(key);
    this.#seen.delete(short);
    this.#seen.set(short, at);
    this.#forgetOldest(at);
  }

  /** The entry with this key was not written after all. */
  forget(key: string): void {
    this.#seen.delete(shorten(key));
  }

  /** What is too old goes a few at a time; what is too many goes at once. */
  #forgetOldest(at: number): void {
    let expired = 2;
    for (const [key, seen] of this.#seen) {
      const tooOld = seen <= at - this.#windowMs && expired > 0;
      if (!tooOld && this.#seen.size <= this.#max) return;
      this.#seen.delete(key);
      expired -= 1;
    }
  }
}

function shorten(key: string): string {
  return key.length <= KEY_LENGTH_MAX ? key : hash('sha256', key, 'base64');
}
