/** Stored entries for tests of replays: virtual machines that change their state. */
import { composeEvent, type CanonicalEvent, type State } from '@viaduct/core';
import type { Position, ReplayMark, StoredEntry } from '@viaduct/journal';
import { BROKER_ID } from '../stage.ts';

/** What a test says of one entry. */
export interface EntrySketch {
  /** Position, and the time at which it was stored, in seconds. */
  readonly at: number;
  readonly vm: string;
  /** The state it is in now; with `action` one that is told along with an operation. */
  readonly state?: State;
  readonly action?: 'state' | 'create' | 'reboot';
  readonly source?: string;
  readonly targets?: readonly string[];
  readonly replay?: ReplayMark;
  readonly replayed?: true;
  /** The brokers it passed before this one. */
  readonly trail?: string;
  readonly alarm?: 'raised' | 'cleared';
}

/** The entry of a sketch. */
export function storedEntry(sketch: EntrySketch): StoredEntry {
  const { at, source = 'one', targets = [], replay } = sketch;
  return {
    event: eventOf(sketch),
    source,
    targets,
    position: at as Position,
    appendedAt: at * 1_000,
    ...(replay === undefined ? {} : { replay }),
  };
}

/** Its id is the one of its virtual machine and its time. */
function eventOf({ at, vm, state, action, replayed, trail, alarm }: EntrySketch): CanonicalEvent {
  const parts = {
    id: `${vm}-${String(at)}`,
    dialect: 'note',
    source: 'note://one',
    nativetype: 'note',
    data: {
      resource: { kind: 'compute' as const, id: vm },
      action: action ?? (state === undefined ? 'reboot' : 'state'),
      ...(state === undefined ? {} : { state: { value: state, native: state } }),
      ...(alarm === undefined
        ? {}
        : { alarm: { key: vm, state: alarm, severity: 'major' as const } }),
    },
  };
  const event = composeEvent(parts, { receivedAt: at * 1_000, system: 'one', ordinal: at });
  return {
    ...event,
    trail: trail === undefined ? BROKER_ID : `${trail} ${BROKER_ID}`,
    ...(replayed === undefined ? {} : { replayed: 'true' }),
  };
}
