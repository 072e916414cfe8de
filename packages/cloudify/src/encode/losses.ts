import { unknownAttributeLosses } from '@viaduct/core';
import type { CanonicalEvent, Loss, LossReason } from '@viaduct/core';

/** Attributes of the event that have no place in a message of this dialect. */
const EVENT_ATTRIBUTES = ['source', 'origin', 'nativetype', 'receivedtime'] as const;

/**
 * Which parts of an event went into the output. Complete by construction: what nobody said it
 * carries is lost.
 */
export class Carried {
  readonly #exact = new Set<string>();
  readonly #coarse = new Map<string, LossReason>();

  /** These paths are in the output as they are. */
  exactly(...paths: readonly string[]): void {
    for (const path of paths) this.#exact.add(path);
  }

  /** This path is in the output in a coarser word, or cut. */
  coarsely(path: string, reason: LossReason = 'approximated'): void {
    this.#coarse.set(path, reason);
  }

  /** What of the event is not in the output, or not as it was. */
  lossesOf(event: CanonicalEvent): readonly Loss[] {
    const losses: Loss[] = [];
    if (this.#coarse.has('time')) losses.push(this.#loss('time'));
    for (const path of EVENT_ATTRIBUTES) {
      if (!this.#exact.has(path)) losses.push(this.#loss(path));
    }
    if (event.replayed !== undefined) losses.push(this.#loss('replayed'));
    losses.push(...unknownAttributeLosses(event));
    this.#collect(event.data, 'data', losses);
    return losses;
  }

  #loss(path: string): Loss {
    return { path, reason: this.#coarse.get(path) ?? 'unsupported' };
  }

  #collect(value: object, path: string, losses: Loss[]): void {
    const members = Array.isArray(value)
      ? value.map((item: unknown, index) => [`${path}[${index}]`, item] as const)
      : Object.entries(value).map(([name, item]) => [`${path}.${name}`, item as unknown] as const);
    for (const [at, part] of members) {
      if (part === undefined || this.#exact.has(at)) continue;
      const isOpen = typeof part === 'object' && part !== null && !this.#coarse.has(at);
      if (isOpen && !at.endsWith('.value')) this.#collect(part, at, losses);
      else losses.push(this.#loss(at));
    }
  }
}
