/**
 * Events as they are stored, for those who watch. Each watcher has a bounded buffer; what finds no
 * room in it pushes the oldest out and is counted, so that a watcher who does not read costs a
 * fixed amount of memory and nobody else anything.
 */
import type { Clock } from '@viaduct/core';
import type { AppendResult, Entry } from '@viaduct/journal';
import type { EventFilter } from './event-filter.ts';
import { Refusal } from './refusal.ts';

/** Watchers at a time. */
export const WATCHERS_MAX = 64;

/** Events that wait for one watcher: a second of a busy broker. */
export const BUFFER_EVENTS_MAX = 1_000;

/** An event that was stored just now. */
export interface LiveEvent {
  readonly position: number;
  /** When it was seen here, milliseconds since the epoch. */
  readonly at: number;
  readonly entry: Entry;
}

/** What has come for a watcher since it last took. */
export interface Taken {
  readonly events: readonly LiveEvent[];
  /** Events that found no room before these. */
  readonly dropped: number;
}

/** One who watches. */
export interface Watcher {
  take(): Taken;
  /** Resolves when there is something to take, or the signal is aborted. */
  wait(signal: AbortSignal): Promise<void>;
  leave(): void;
}

/** See the file's comment. */
export interface LiveTail {
  readonly watchers: number;
  /** Refuses when there are too many. */
  watch(filter: EventFilter): Watcher;
  add(source: string, entries: readonly Entry[], results: readonly AppendResult[]): void;
}

interface Buffer {
  readonly filter: EventFilter;
  events: LiveEvent[];
  dropped: number;
  wake: () => void;
}

/** Nobody watches yet. */
export function createLiveTail(clock: Clock): LiveTail {
  const buffers = new Set<Buffer>();
  return {
    get watchers() {
      return buffers.size;
    },
    watch: (filter) => {
      if (buffers.size >= WATCHERS_MAX) {
        const message = `${String(WATCHERS_MAX)} clients watch already: close one of them`;
        throw new Refusal(503, 'VIA_ADMIN_BUSY', message);
      }
      const buffer: Buffer = { filter, events: [], dropped: 0, wake: () => undefined };
      buffers.add(buffer);
      return watcherOf(buffer, () => buffers.delete(buffer));
    },
    add: (source, entries, results) => {
      if (buffers.size === 0) return;
      const at = clock.now();
      for (let index = 0; index < entries.length; index += 1) {
        const entry = entries[index];
        const result = results[index];
        if (entry === undefined || result?.kind !== 'appended') continue;
        const event = { position: result.position, at, entry };
        for (const buffer of buffers) {
          if (buffer.filter.matches(source, entry)) push(buffer, event);
        }
      }
    },
  };
}

function push(buffer: Buffer, event: LiveEvent): void {
  // Half of it goes at once, or a full buffer would be moved by one for each event.
  if (buffer.events.length >= BUFFER_EVENTS_MAX) {
    const half = BUFFER_EVENTS_MAX / 2;
    buffer.events = buffer.events.slice(half);
    buffer.dropped += half;
  }
  buffer.events.push(event);
  buffer.wake();
}

function watcherOf(buffer: Buffer, leave: () => void): Watcher {
  return {
    take: () => {
      const { events, dropped } = buffer;
      buffer.events = [];
      buffer.dropped = 0;
      return { events, dropped };
    },
    wait: (signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          signal.removeEventListener('abort', done);
          buffer.wake = () => undefined;
          resolve();
        };
        if (signal.aborted || buffer.events.length > 0) {
          resolve();
          return;
        }
        buffer.wake = done;
        signal.addEventListener('abort', done, { once: true });
      }),
    leave,
  };
}
