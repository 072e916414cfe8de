/** The memory of one tracker for one source: by key, bounded by count and age. */
import type { JsonValue, Notice, Observed, Step, Tracker } from '@viaduct/core';
import type { Staged } from '../source/staged.ts';

/** What a {@link TrackerMemory} tells its surroundings. */
export interface TrackerOutlet {
  /** Goes on, in this order. */
  pass(staged: Staged): void;
  drop(staged: Staged, reason: string): void;
  notice(notice: Notice): void;
  /** `wake` is to be called with the key at this time, milliseconds since the epoch. */
  wakeAt(at: number, key: string): void;
  /** The tracker threw; its memory of the key is forgotten. */
  broke(error: unknown): void;
}

interface Kept {
  /** What the tracker remembers now. */
  memory: JsonValue | undefined;
  /** What it remembered when it last held nothing: a projection of the journal. */
  stable: JsonValue | undefined;
  usedAt: number;
  wakeAt: number | undefined;
  /** Events it was given and has neither passed on nor dropped, oldest first. */
  held: Staged[];
}

/** One key of a checkpoint: key, memory, last use and wake (`null`: none), ms since the epoch. */
export type TrackerCheckpoint = readonly [string, JsonValue, number, number | null];

/** Runs one tracker. Events that it holds are kept here, with their deliveries unacknowledged. */
export class TrackerMemory {
  readonly tracker: Tracker;
  readonly #outlet: TrackerOutlet;
  /** Longest unused first. */
  readonly #keys = new Map<string, Kept>();
  /** Walks the keys once: what lies behind it is gone, or was used again and lies ahead. */
  #order: MapIterator<string> = this.#keys.keys();
  /** What it came to last, while that is still the longest unused. */
  #oldest: string | undefined;
  #held = 0;

  constructor(tracker: Tracker, outlet: TrackerOutlet) {
    this.tracker = tracker;
    this.#outlet = outlet;
  }

  /** Events held. */
  get held(): number {
    return this.#held;
  }

  /** Gives the tracker an event. */
  take(staged: Staged, now: number): void {
    const { observed } = staged;
    const key = this.#attempt(() => this.tracker.keyOf(observed));
    if (key === undefined) {
      this.#outlet.pass(staged);
      return;
    }
    this.#evict(now, key);
    // A timer may be late where much is to be done at once; the order of things is not.
    this.wake(key, now);
    const known = this.#keys.get(key);
    const step = this.#attempt(() => this.tracker.step(known?.memory, observed, now));
    if (step === undefined) {
      this.#forget(key);
      this.#outlet.pass(staged);
      return;
    }
    this.#apply(key, step, now, staged);
  }

  /** Its time has come, unless a later step has moved it. */
  wake(key: string, now: number): void {
    const kept = this.#keys.get(key);
    if (kept?.wakeAt === undefined || kept.wakeAt > now || kept.memory === undefined) return;
    kept.wakeAt = undefined;
    const { memory } = kept;
    const step = this.#attempt(() => this.tracker.wake?.(memory, now));
    if (step !== undefined) this.#apply(key, step, now);
  }

  /** The source is connected again. */
  reconnected(now: number): void {
    for (const kept of this.#keys.values()) {
      const { memory } = kept;
      if (memory === undefined) continue;
      const next = this.#attempt(() => this.tracker.reconnected?.(memory, now));
      if (next === undefined) continue;
      kept.memory = next;
      if (kept.held.length === 0) kept.stable = next;
    }
  }

  /** Passes on everything held, as if its time had come: the source is being stopped. */
  letGo(): void {
    for (const [key, kept] of [...this.#keys]) {
      if (kept.held.length === 0) continue;
      if (kept.wakeAt !== undefined) this.wake(key, kept.wakeAt);
      if (kept.held.length > 0) this.#forget(key);
    }
  }

  /** What to remember beyond the process. Events held are left out: they are not in the journal. */
  checkpoint(): TrackerCheckpoint[] {
    const saved: TrackerCheckpoint[] = [];
    for (const [key, { stable, usedAt, wakeAt, held }] of this.#keys) {
      if (stable === undefined) continue;
      saved.push([key, stable, usedAt, held.length === 0 ? (wakeAt ?? null) : null]);
    }
    return saved;
  }

  /** Takes over a checkpoint, before the first `take`. */
  restore(saved: readonly TrackerCheckpoint[]): void {
    for (const [key, memory, usedAt, wakeAt] of saved) {
      const kept: Kept = { memory, stable: memory, usedAt, wakeAt: wakeAt ?? undefined, held: [] };
      this.#keys.set(key, kept);
      if (wakeAt !== null) this.#outlet.wakeAt(wakeAt, key);
    }
  }

  #apply(key: string, step: Step<JsonValue>, now: number, current?: Staged): void {
    const kept = this.#use(key, now);
    const only = passedAlone(kept, step, current);
    if (current !== undefined && only !== undefined) {
      current.observed = only;
      this.#remember(key, kept, step);
      this.#outlet.pass(current);
      for (const notice of step.notices) this.#outlet.notice(notice);
      return;
    }
    const before = kept.held.length;
    let open = current;
    const find = (id: string): Staged | undefined => {
      if (open?.observed.event.id === id) {
        const found = open;
        open = undefined;
        return found;
      }
      const index = kept.held.findIndex(({ observed }) => observed.event.id === id);
      return index < 0 ? undefined : kept.held.splice(index, 1)[0];
    };
    const passed = step.events.map((observed) => withObserved(find(observed.event.id), observed));
    for (const { id, reason } of step.dropped) {
      const staged = find(id);
      if (staged !== undefined) this.#outlet.drop(staged, reason);
    }
    if (open !== undefined) kept.held.push(open);
    this.#held += kept.held.length - before;
    this.#remember(key, kept, step);
    for (const staged of passed) this.#outlet.pass(staged);
    for (const notice of step.notices) this.#outlet.notice(notice);
  }

  #remember(key: string, kept: Kept, step: Step<JsonValue>): void {
    kept.memory = step.memory;
    if (kept.held.length === 0) kept.stable = step.memory;
    if (step.memory === undefined) {
      this.#forget(key);
      return;
    }
    if (step.wakeAt === kept.wakeAt) return;
    kept.wakeAt = step.wakeAt;
    if (step.wakeAt !== undefined) this.#outlet.wakeAt(step.wakeAt, key);
  }

  #use(key: string, now: number): Kept {
    const known = this.#keys.get(key);
    const kept: Kept = known ?? {
      memory: undefined,
      stable: undefined,
      usedAt: now,
      wakeAt: undefined,
      held: [],
    };
    kept.usedAt = now;
    if (known !== undefined) this.#remove(key);
    this.#keys.set(key, kept);
    return kept;
  }

  /** Makes room for a key: what is too old goes, and at the limit what was unused longest. */
  #evict(now: number, key: string): void {
    const limit = this.tracker.keysMax - (this.#keys.has(key) ? 0 : 1);
    for (let oldest = this.#first(); oldest !== undefined; oldest = this.#first()) {
      const usedAt = this.#keys.get(oldest)?.usedAt ?? now;
      if (this.#keys.size <= limit && usedAt > now - this.tracker.ageMaxMs) return;
      this.#forget(oldest);
    }
  }

  /** The key unused longest. A walk from the start would pass all that was deleted, every time. */
  #first(): string | undefined {
    if (this.#oldest !== undefined) return this.#oldest;
    let next = this.#order.next();
    if (next.done === true) {
      this.#order = this.#keys.keys();
      next = this.#order.next();
    }
    this.#oldest = next.done === true ? undefined : next.value;
    return this.#oldest;
  }

  #remove(key: string): void {
    this.#keys.delete(key);
    if (key === this.#oldest) this.#oldest = undefined;
  }

  /** What was held goes on as it is: nobody is left who could decide. */
  #forget(key: string): void {
    const kept = this.#keys.get(key);
    if (kept === undefined) return;
    this.#remove(key);
    this.#held -= kept.held.length;
    for (const staged of kept.held.splice(0)) this.#outlet.pass(staged);
  }

  /** Trackers promise not to throw; one that does must not take the source along. */
  #attempt<T>(call: () => T): T | undefined {
    try {
      return call();
    } catch (thrown) {
      this.#outlet.broke(thrown);
      return undefined;
    }
  }
}

/** What the tracker made of the event it was given, where that is all it did: nearly always. */
function passedAlone(
  { held }: Kept,
  { events, dropped }: Step<JsonValue>,
  current: Staged | undefined,
): Observed | undefined {
  if (held.length > 0 || dropped.length > 0 || events.length !== 1) return undefined;
  const [observed] = events;
  return observed?.event.id === current?.observed.event.id ? observed : undefined;
}

function withObserved(staged: Staged | undefined, observed: Observed): Staged {
  if (staged === undefined) {
    return { receipt: undefined, observed, native: undefined, dedupe: undefined, bytes: 0 };
  }
  staged.observed = observed;
  return staged;
}
