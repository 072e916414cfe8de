/**
 * What the contract's cases stand on: a place for a journal, a clock that is moved by hand,
 * entries.
 */
import type { CanonicalEvent, Clock, ErrorCode } from '@viaduct/core';
import { onTestFinished } from 'vitest';
import type {
  AppendResult,
  Claimed,
  Entry,
  Journal,
  NewDeadLetter,
  Position,
  Subscription,
} from '../journal.ts';
import type { JournalOptions } from '../options.ts';

/** Where one journal lives through several openings. */
export interface ContractPlace {
  open(options: JournalOptions): Promise<Journal>;
  /**
   * Ends the opened journal as a dying process does; what was durable is found by the next open.
   */
  crash(journal: Journal): Promise<void>;
  /** Closes what is open and leaves nothing behind. */
  remove(): Promise<void>;
}

/** A home of the journal under test. */
export interface ContractHome {
  readonly name: string;
  /** A new, empty place. */
  place(): Promise<ContractPlace>;
}

/** Waits up to this pass at once: they are the journal's own batching. */
const OWN_DELAY_MS = 50;

/** A clock that stands still until it is moved, but for delays too short to matter to a case. */
export interface HandClock extends Clock {
  advance(ms: number): void;
}

/** Makes a {@link HandClock}. */
export function handClock(): HandClock {
  let now = Date.UTC(2026, 0, 1);
  const alarms = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    now: () => now,
    after: (delayMs, wake) => {
      if (delayMs <= OWN_DELAY_MS) {
        let isOff = false;
        queueMicrotask(() => {
          if (!isOff) wake();
        });
        return () => {
          isOff = true;
        };
      }
      const alarm = { at: now + delayMs, wake };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
    advance: (ms) => {
      now += ms;
      for (const alarm of [...alarms].sort((a, b) => a.at - b.at)) {
        if (alarm.at <= now && alarms.delete(alarm)) alarm.wake();
      }
    },
  };
}

/** A place, its clock, and the journal that is open in it. */
export interface Bench {
  readonly clock: HandClock;
  readonly journal: Journal;
  /** Closes and opens again. */
  readonly reopen: () => Promise<Journal>;
  /** Crashes and opens again. */
  readonly crash: () => Promise<Journal>;
}

/** Opens a journal in a new place that is removed when the test is over. */
export async function openBench(
  home: ContractHome,
  options: Partial<JournalOptions> = {},
): Promise<Bench> {
  const clock = handClock();
  const place = await home.place();
  onTestFinished(() => place.remove());
  let journal = await place.open({ clock, ...options });
  const next = async (end: (old: Journal) => Promise<void>): Promise<Journal> => {
    await end(journal);
    journal = await place.open({ clock, ...options });
    return journal;
  };
  return {
    clock,
    journal,
    reopen: () => next((old) => old.close()),
    crash: () => next((old) => place.crash(old)),
  };
}

/** An event whose id is `name`. */
export function eventNamed(name: string): CanonicalEvent {
  return {
    specversion: '1.0',
    id: name,
    source: 'opennebula://one/vm',
    type: 'io.viaduct.compute.state',
    subject: `compute/${name}`,
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    dataschema: 'urn:viaduct:event-data:1',
    origin: 'opennebula',
    nativetype: 'VM/ACTIVE/RUNNING',
    partitionkey: `one/compute/${name}`,
    receivedtime: '2026-01-01T00:00:00.000Z',
    timesource: 'native',
    data: { resource: { kind: 'compute', id: name }, action: 'state' },
  };
}

/** An entry owed to `targets`. */
export function entryNamed(name: string, targets: readonly string[], more?: Partial<Entry>): Entry {
  return { event: eventNamed(name), source: 'one', targets, ...more };
}

/** Entries `a0`, `a1`… all owed to `targets`. */
export function entriesNamed(prefix: string, count: number, targets: readonly string[]): Entry[] {
  return Array.from({ length: count }, (_, index) => entryNamed(`${prefix}${index}`, targets));
}

/** What a peer's refusal is called in these cases; any code would do. */
export const REFUSED: ErrorCode = 'VIA_CORE_EVENT_INVALID';

/** A dead letter of the stage `send`. */
export function letterFor(sink: string, more?: Partial<NewDeadLetter>): NewDeadLetter {
  return {
    stage: 'send',
    code: REFUSED,
    reason: 'the peer refused it',
    source: 'one',
    sink,
    at: 1,
    attempts: [],
    ...more,
  };
}

/** Positions of what was appended. */
export function positionsOf(results: readonly AppendResult[]): Position[] {
  return results.flatMap((one) => (one.kind === 'appended' ? [one.position] : []));
}

/** Position of something claimed that a case relies on. */
export function positionOf(claimed: Claimed | undefined): Position {
  if (claimed === undefined) throw new Error('less was claimed than expected');
  return claimed.entry.position;
}

/** Ids of the events claimed. */
export function namesOf(claimed: readonly Claimed[]): string[] {
  return claimed.map(({ entry }) => entry.event.id);
}

/** Claims what there is; waits for at least one. */
export function claim(subscription: Subscription, max: number): Promise<readonly Claimed[]> {
  return subscription.claim(max, new AbortController().signal);
}

/** Claims only if there is something: waits a moment for it to come, in real time. */
export async function claimIfAny(
  subscription: Subscription,
  max: number,
): Promise<readonly Claimed[]> {
  return subscription.claim(max, AbortSignal.timeout(OWN_DELAY_MS));
}
