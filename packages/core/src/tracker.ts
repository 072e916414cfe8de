import type { CanonicalEvent } from './event/event.ts';
import type { JsonObject, JsonValue } from './json/json.ts';

/**
 * Memory across events, kept out of the codecs: merging copies, chains of states, relations of
 * objects. Pure: the engine owns the memory, passes it in and keeps what comes back. The memory is
 * a projection of the journal (the engine folds stored events through `step` again at start), so
 * it must be JSON and must not matter more than that.
 *
 * Every event given to `step` is in exactly one of three places afterwards: in `events`, in
 * `dropped`, or held in the memory until `wakeAt`, when `wake` is called. Events keep their id.
 */
export interface Tracker<Memory extends JsonValue = JsonValue> {
  readonly name: string;
  /** Which memory an event belongs to; `undefined` passes it by. */
  keyOf(observed: Observed): string | undefined;
  /** Takes one event, in the order of receipt. `memory` is `undefined` at first sight of a key. */
  step(memory: Memory | undefined, observed: Observed, now: number): Step<Memory>;
  /** Called when `wakeAt` has come, unless a later step moved it. */
  wake?(memory: Memory, now: number): Step<Memory>;
  /** Called for every key when the source lost its connection and has it again. */
  reconnected?(memory: Memory, now: number): Memory;
  /** Keys kept at most; the longest unused go first. */
  readonly keysMax: number;
  /** How long an unused key is kept, milliseconds. */
  readonly ageMaxMs: number;
}

/** An event with what its codec noted for trackers. */
export interface Observed {
  readonly event: CanonicalEvent;
  readonly facts?: JsonObject;
}

/** What a tracker made of one event, or of the passing of time. */
export interface Step<Memory> {
  /** What to remember; `undefined` forgets the key. */
  readonly memory: Memory | undefined;
  /** What goes on now, in this order. May hold earlier events and enriched copies. */
  readonly events: readonly Observed[];
  /** What goes no further, by event id. */
  readonly dropped: readonly Dropped[];
  readonly notices: readonly Notice[];
  /** When `wake` is due, milliseconds since the epoch. */
  readonly wakeAt?: number;
}

/** An event that goes no further, and why: counted under `reason`. */
export interface Dropped {
  readonly id: string;
  readonly reason: string;
}

/** Something an operator should know that is no event of the peer: a gap in a chain of states. */
export interface Notice {
  /** A word to count under: `gap`, `reordered`, `silence`. */
  readonly name: string;
  /** `subject` of the resource concerned, where there is one. */
  readonly subject?: string;
  readonly message: string;
}
