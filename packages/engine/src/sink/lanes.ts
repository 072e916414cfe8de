/**
 * Lanes keep the order of each `partitionkey` at one sink: of one key only the first event is under
 * way, the others wait behind it, through all its attempts. Different keys do not wait for one
 * another.
 */
import type { Claimed, Position } from '@viaduct/journal';

/**
 * Where the first event of a lane stands.
 * - `ready`: to be sent. - `busy`: being sent.
 * - `pausing`: it was refused; its next attempt has a time.
 * - `parking`: it was refused and goes through the journal; it comes back by `claim`.
 */
type LaneState = 'ready' | 'busy' | 'pausing' | 'parking';

interface Lane {
  readonly key: string;
  state: LaneState;
  head: Claimed;
  /** In order of position. */
  readonly rest: Claimed[];
}

/** The lanes of one sink. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  #ready: Lane[] = [];
  #queued = 0;
  #heldBack = 0;
  #retrying = 0;
  #parking = 0;

  /** Lanes whose first event can be sent. */
  get ready(): number {
    return this.#ready.length;
  }

  /** Events that are here and not being sent. */
  get queued(): number {
    return this.#queued;
  }

  /** Events that wait behind another of their key. */
  get heldBack(): number {
    return this.#heldBack;
  }

  /** Refused events that wait for their next attempt. */
  get retrying(): number {
    return this.#retrying + this.#parking;
  }

  /** Refused events that come back by `claim`. */
  get parking(): number {
    return this.#parking;
  }

  /** Adds a claimed event. With `pausing` it is not sent before `resume`. */
  add(claimed: Claimed, pausing: boolean): void {
    this.#queued += 1;
    const key = claimed.entry.event.partitionkey;
    const lane = this.#lanes.get(key);
    if (lane === undefined) {
      const made: Lane = { key, state: 'ready', head: claimed, rest: [] };
      this.#lanes.set(key, made);
      this.#begin(made, pausing);
    } else if (lane.state === 'parking' && positionOf(lane.head) === positionOf(claimed)) {
      this.#parking -= 1;
      lane.head = claimed;
      this.#begin(lane, pausing);
    } else {
      insert(lane.rest, claimed);
      this.#heldBack += 1;
    }
  }

  /** The pause of a refused event is over. Without effect if it is no longer the first. */
  resume(claimed: Claimed): void {
    const lane = this.#lanes.get(claimed.entry.event.partitionkey);
    if (lane?.state !== 'pausing' || lane.head !== claimed) return;
    this.#retrying -= 1;
    this.#begin(lane, false);
  }

  /** Takes up to `max` events to send, each of another key. */
  take(max: number): Claimed[] {
    const lanes = this.#ready.length <= max ? this.#ready : this.#ready.slice(0, max);
    this.#ready = this.#ready.length <= max ? [] : this.#ready.slice(max);
    this.#queued -= lanes.length;
    return lanes.map((lane) => {
      lane.state = 'busy';
      return lane.head;
    });
  }

  /** An event that was taken is done with: the next of its key may follow. */
  done(claimed: Claimed): void {
    const lane = this.#lane(claimed);
    const next = lane.rest.shift();
    if (next === undefined) {
      this.#lanes.delete(lane.key);
      return;
    }
    this.#heldBack -= 1;
    lane.head = next;
    this.#begin(lane, false);
  }

  /** An event that was taken was refused, and comes back by `add`. */
  park(claimed: Claimed): void {
    this.#lane(claimed).state = 'parking';
    this.#parking += 1;
  }

  /** Empties all lanes, none of them busy; what was in them is to be released. */
  clear(): Position[] {
    const positions: Position[] = [];
    for (const { state, head, rest } of this.#lanes.values()) {
      if (state === 'ready' || state === 'pausing') positions.push(positionOf(head));
      for (const claimed of rest) positions.push(positionOf(claimed));
    }
    this.#lanes.clear();
    this.#ready = [];
    this.#queued = 0;
    this.#heldBack = 0;
    this.#retrying = 0;
    this.#parking = 0;
    return positions;
  }

  #begin(lane: Lane, pausing: boolean): void {
    lane.state = pausing ? 'pausing' : 'ready';
    if (pausing) this.#retrying += 1;
    else this.#ready.push(lane);
  }

  #lane(claimed: Claimed): Lane {
    const lane = this.#lanes.get(claimed.entry.event.partitionkey);
    if (lane?.head !== claimed) throw new Error('an event is not the first of its lane');
    return lane;
  }
}

/** Later entries come last, so this looks at one place nearly always. */
function insert(rest: Claimed[], claimed: Claimed): void {
  const position = positionOf(claimed);
  let index = rest.length;
  while (index > 0 && positionOf(rest[index - 1] as Claimed) > position) index -= 1;
  if (index === rest.length) rest.push(claimed);
  else rest.splice(index, 0, claimed);
}

function positionOf(claimed: Claimed): Position {
  return claimed.entry.position;
}
