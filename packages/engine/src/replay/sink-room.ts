/**
 * How much of a replay stands in front of live events at each sink: little, so that a live event
 * waits for no more than that. Only for a broker that runs; nothing moves in a stopped one.
 */
import type { Journal, Position } from '@viaduct/journal';

/** Replayed events that one sink may have before it at a time: a moment's work of a slow one. */
const AHEAD_MAX = 128;

/** See the file's comment. */
export class SinkRoom {
  readonly #journal: Pick<Journal, 'standing'>;
  readonly #waiting = new Map<string, Position[]>();

  constructor(journal: Pick<Journal, 'standing'>) {
    this.#journal = journal;
  }

  /** These were written, owed to these sinks. */
  add(position: Position, targets: readonly string[]): void {
    for (const sink of targets) {
      const queue = this.#waiting.get(sink);
      if (queue === undefined) this.#waiting.set(sink, [position]);
      else queue.push(position);
    }
  }

  /** Sinks that have as much before them as they may. */
  async full(): Promise<readonly string[]> {
    const full: string[] = [];
    for (const [sink, queue] of this.#waiting) {
      await this.#shorten(sink, queue);
      if (queue.length >= AHEAD_MAX) full.push(sink);
    }
    return full;
  }

  /** What was refused and waits for another attempt lets others pass. */
  async #shorten(sink: string, queue: Position[]): Promise<void> {
    let done = 0;
    for (const position of queue) {
      const state = (await this.#journal.standing(position)).get(sink)?.state ?? 'done';
      if (state === 'waiting' || state === 'claimed') break;
      done += 1;
    }
    queue.splice(0, done);
  }
}
