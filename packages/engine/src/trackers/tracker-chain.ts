/** The trackers of one source, one after the other. */
import { isJsonObject, type JsonValue, type Notice, type Tracker } from '@viaduct/core';
import { Agenda } from '../sink/agenda.ts';
import type { EngineScope } from '../scope.ts';
import type { Staged } from '../source/staged.ts';
import { TrackerMemory } from './tracker-memory.ts';

/** What a {@link TrackerChain} tells its source. */
export interface ChainOutlet {
  pass(staged: Staged): void;
  drop(staged: Staged, reason: string): void;
  notice(notice: Notice): void;
  broke(tracker: string, error: unknown): void;
  /** Called after trackers woke: what they passed on may be written. */
  woke(): void;
}

/** Runs a source's trackers in order, each on what the one before passed on. */
export class TrackerChain {
  readonly #memories: readonly TrackerMemory[];
  readonly #outlet: ChainOutlet;
  readonly #scope: EngineScope;
  readonly #agenda: Agenda<{ readonly memory: TrackerMemory; readonly key: string }>;
  #folding = false;

  constructor(trackers: readonly Tracker[], scope: EngineScope, outlet: ChainOutlet) {
    this.#scope = scope;
    this.#outlet = outlet;
    this.#agenda = new Agenda(scope.clock, ({ memory, key }) => {
      memory.wake(key, scope.clock.now());
      outlet.woke();
    });
    this.#memories = trackers.map((tracker, index) => this.#memory(tracker, index));
  }

  /** Whether there is nothing to remember. */
  get isEmpty(): boolean {
    return this.#memories.length === 0;
  }

  /** Events that trackers hold. */
  get held(): number {
    let held = 0;
    for (const memory of this.#memories) held += memory.held;
    return held;
  }

  /** Gives an event to the first tracker. */
  take(staged: Staged, now: number): void {
    this.#takeFrom(0, staged, now);
  }

  /** The source is connected again. */
  reconnected(): void {
    for (const memory of this.#memories) memory.reconnected(this.#scope.clock.now());
  }

  /** Passes on everything held. */
  letGo(): void {
    for (const memory of this.#memories) memory.letGo();
  }

  /** Leaves no timer behind. */
  close(): void {
    this.#agenda.clear();
  }

  /** The memories as JSON, by the names of their trackers. */
  checkpoint(): JsonValue {
    return Object.fromEntries(
      this.#memories.map((memory) => [memory.tracker.name, memory.checkpoint()]),
    );
  }

  /** Takes over what `checkpoint` gave. A tracker it does not know begins with nothing. */
  restore(saved: JsonValue): void {
    if (!isJsonObject(saved)) return;
    for (const memory of this.#memories) {
      const keys = saved[memory.tracker.name];
      // Written by this class; the journal vouches for the bytes.
      if (Array.isArray(keys)) memory.restore(keys);
    }
  }

  /**
   * Takes a stored event, for its effect on the memories alone: it was passed on when it was
   * received, so what trackers make of it now goes nowhere.
   */
  fold(staged: Staged, storedAt: number): void {
    this.#folding = true;
    for (const memory of this.#memories) memory.take({ ...staged }, storedAt);
    this.#folding = false;
  }

  /** Ends folding: nothing stored is held any more. */
  folded(): void {
    this.#folding = true;
    this.letGo();
    this.#folding = false;
  }

  #takeFrom(index: number, staged: Staged, now: number): void {
    const memory = this.#memories[index];
    if (memory === undefined) this.#outlet.pass(staged);
    else memory.take(staged, now);
  }

  #memory(tracker: Tracker, index: number): TrackerMemory {
    const memory: TrackerMemory = new TrackerMemory(tracker, {
      pass: (staged) => {
        if (!this.#folding) this.#takeFrom(index + 1, staged, this.#scope.clock.now());
      },
      drop: (staged, reason) => {
        if (!this.#folding) this.#outlet.drop(staged, reason);
      },
      notice: (notice) => {
        if (!this.#folding) this.#outlet.notice(notice);
      },
      broke: (error) => this.#outlet.broke(tracker.name, error),
      wakeAt: (at, key) => this.#agenda.add(at, { memory, key }),
    });
    return memory;
  }
}
