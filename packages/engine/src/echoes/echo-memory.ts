import type { JsonValue } from '@viaduct/core';

/** Fingerprints remembered of one dialect at most, in two generations of half as many. */
export const ECHOES_MAX = 65_536;

/** How long a fingerprint is remembered at least, milliseconds; at most twice as long. */
export const ECHO_AGE_MS = 600_000;

/** Fingerprints of a checkpoint at most, the youngest: some 280 kB. */
const ECHOES_SAVED_MAX = 8_192;

/**
 * Fingerprints of what was sent in one dialect, bounded by count and age: a young generation, and
 * the one before it, which is forgotten when the young one is full or old enough.
 */
export class EchoMemory {
  #young = new Set<string>();
  #old: ReadonlySet<string> = new Set<string>();
  #youngSince = 0;

  /** How many are remembered. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Remembers what is being sent. */
  add(fingerprint: string, now: number): void {
    this.#age(now);
    if (this.#young.size === 0) this.#youngSince = now;
    this.#young.add(fingerprint);
    if (this.#young.size >= ECHOES_MAX / 2) this.#turn();
  }

  /** Whether it was sent. */
  has(fingerprint: string, now: number): boolean {
    this.#age(now);
    return this.#young.has(fingerprint) || this.#old.has(fingerprint);
  }

  /** The youngest, as JSON. */
  checkpoint(): JsonValue {
    const all = [...this.#old, ...this.#young];
    return { since: this.#youngSince, fingerprints: all.slice(-ECHOES_SAVED_MAX) };
  }

  /** Takes over a checkpoint; one of another form is passed over. */
  restore(saved: JsonValue): void {
    if (typeof saved !== 'object' || saved === null || !('fingerprints' in saved)) return;
    const { since, fingerprints } = saved;
    if (typeof since !== 'number' || !Array.isArray(fingerprints)) return;
    this.#youngSince = since;
    for (const fingerprint of fingerprints) {
      if (typeof fingerprint === 'string') this.#young.add(fingerprint);
    }
  }

  #age(now: number): void {
    const age = now - this.#youngSince;
    if (this.#young.size > 0 && age >= ECHO_AGE_MS) this.#turn();
    // Nothing was sent for so long that what was young is old enough, too.
    if (this.#young.size === 0 && age >= 2 * ECHO_AGE_MS) this.#turn();
  }

  #turn(): void {
    this.#old = this.#young;
    this.#young = new Set();
  }
}
