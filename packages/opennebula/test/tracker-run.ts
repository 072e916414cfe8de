import type { Dropped, JsonValue, Notice, Observed, Step, Tracker } from '@viaduct/core';

/** Runs one tracker as the engine does: memory by key, wakes when they are due. */
export class TrackerRun {
  readonly out: Observed[] = [];
  readonly dropped: Dropped[] = [];
  readonly notices: Notice[] = [];
  readonly #tracker: Tracker;
  #memory = new Map<string, JsonValue>();
  readonly #wakes = new Map<string, number>();

  constructor(tracker: Tracker) {
    this.#tracker = tracker;
  }

  give(observed: Observed, now: number): void {
    this.advance(now);
    const key = this.#tracker.keyOf(observed);
    if (key === undefined) this.out.push(observed);
    else this.#take(key, this.#tracker.step(this.#memory.get(key), observed, now));
  }

  /** Lets time pass up to `now`. */
  advance(now: number): void {
    for (;;) {
      const [key, at] = [...this.#wakes].sort((a, b) => a[1] - b[1])[0] ?? [];
      if (key === undefined || at === undefined || at > now) return;
      this.#wakes.delete(key);
      const step = this.#tracker.wake?.(this.#memory.get(key) ?? null, at);
      if (step) this.#take(key, step);
    }
  }

  /** Whether something still waits. */
  get isWaiting(): boolean {
    return this.#wakes.size > 0;
  }

  reconnect(now: number): void {
    for (const [key, memory] of this.#memory) {
      this.#memory.set(key, this.#tracker.reconnected?.(memory, now) ?? memory);
    }
  }

  /** Through JSON, as a checkpoint is. */
  restart(): void {
    const text = JSON.stringify([...this.#memory]);
    this.#memory = new Map(JSON.parse(text) as [string, JsonValue][]);
  }

  #take(key: string, step: Step<JsonValue>): void {
    this.out.push(...step.events);
    this.dropped.push(...step.dropped);
    this.notices.push(...step.notices);
    if (step.memory === undefined) this.#memory.delete(key);
    else this.#memory.set(key, step.memory);
    if (step.wakeAt === undefined) this.#wakes.delete(key);
    else this.#wakes.set(key, step.wakeAt);
  }
}
