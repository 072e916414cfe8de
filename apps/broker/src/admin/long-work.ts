/**
 * Work that goes on for a while: a replay, a backup. Who began it and how far it is is known to
 * everybody who asks, and another operator can end it: whoever began it may have gone home.
 */
import type { Clock } from '@viaduct/core';
import { Refusal } from './refusal.ts';

/** One piece of work that is under way. */
export interface WorkBody {
  /** Counts up while the process lives. */
  readonly id: number;
  /** As the audit log writes it: `POST /api/v1/replay`. */
  readonly what: string;
  readonly who: string;
  /** When it was begun, milliseconds since the epoch. */
  readonly since: number;
  /** The last line that it answered. */
  readonly progress?: object;
}

/** Work, as whoever does it sees it. */
export interface Work {
  /** Aborted, with a `Refusal`, when somebody stops it. */
  readonly signal: AbortSignal;
  /** It is so far. */
  told(progress: object): void;
  /** Has to be called at its end. */
  over(): void;
}

/** See the file's comment. */
export interface LongWork {
  /** What is under way, the oldest first. */
  list(): readonly WorkBody[];
  begin(what: string, who: string): Work;
  /** Whether there was such work; it ends a moment later. */
  stop(id: number, who: string): boolean;
}

interface Kept {
  body: WorkBody;
  readonly stopping: AbortController;
}

/** Nothing is under way. */
export function createLongWork(clock: Clock): LongWork {
  const underWay = new Map<number, Kept>();
  let begun = 0;
  return {
    list: () => [...underWay.values()].map(({ body }) => body),
    begin: (what, who) => {
      begun += 1;
      const id = begun;
      const kept: Kept = {
        body: { id, what, who, since: clock.now() },
        stopping: new AbortController(),
      };
      underWay.set(id, kept);
      return {
        signal: kept.stopping.signal,
        told: (progress) => {
          kept.body = { ...kept.body, progress };
        },
        over: () => void underWay.delete(id),
      };
    },
    stop: (id, who) => {
      const kept = underWay.get(id);
      const message = `${who} stopped it; what was written by then stays written`;
      kept?.stopping.abort(new Refusal(409, 'VIA_ADMIN_STOPPED', message));
      return kept !== undefined;
    },
  };
}
