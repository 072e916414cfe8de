/** The journal as one life of the broker sees it: it may die on either side of every call. */
import { JournalError, type Journal, type Position, type Subscription } from '@viaduct/journal';
import type { MemoryJournal } from '@viaduct/journal/memory';
import type { Life } from './life.ts';

/** What a {@link watchedJournal} tells the world. */
export interface JournalWatcher {
  /** Whether there is no room at the moment. */
  isFull(): boolean;
  /** An entry is durably done with at a sink: it may never come again. */
  settled(sink: string, event: string): void;
  /** So many entries of a sink are claimed. */
  claimed(sink: string, open: number): void;
}

/** Passes every call on at once, in its order; what comes back takes its time. */
export function watchedJournal(
  journal: MemoryJournal,
  life: Life,
  watcher: JournalWatcher,
): Journal {
  const own: Partial<Journal> = {
    append: (entries) =>
      watcher.isFull()
        ? Promise.reject(new JournalError('VIA_JOURNAL_FULL', 'full'))
        : journal.append(entries),
    subscribe: async (name, from, how) =>
      watched(watchedSubscription(await journal.subscribe(name, from, how), watcher), life),
    deadLetters: watched(journal.deadLetters, life),
    checkpoints: watched(journal.checkpoints, life),
  };
  return watched(journal, life, own);
}

function watchedSubscription(subscription: Subscription, watcher: JournalWatcher): Subscription {
  const { name } = subscription;
  const events = new Map<Position, string>();
  const done = (position: Position): void => watcher.settled(name, events.get(position) ?? '');
  const own: Partial<Subscription> = {
    claim: async (max, signal) => {
      const claimed = await subscription.claim(max, signal);
      for (const { entry } of claimed) events.set(entry.position, entry.event.id);
      watcher.claimed(name, subscription.lag().claimed);
      return claimed;
    },
    settle: async (positions) => {
      await subscription.settle(positions);
      positions.forEach(done);
    },
    bury: async (position, letter) => {
      await subscription.bury(position, letter);
      done(position);
    },
  };
  return overlaid(subscription, own);
}

type Call = (...parameters: readonly unknown[]) => unknown;

/** The same object, each of whose calls may be the last, before it is made or before its answer. */
function watched<T extends object>(target: T, life: Life, own: Partial<T> = {}): T {
  return new Proxy(overlaid(target, own), {
    get: (object, name) => {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== 'function') return value;
      return (...parameters: readonly unknown[]) => {
        life.point();
        if (life.dead) return new Promise<never>(() => undefined);
        const answer = (value as Call)(...parameters);
        life.point();
        return answer instanceof Promise ? life.through(answer) : answer;
      };
    },
  });
}

/** The object with some of its members replaced; the others are called on the object itself. */
function overlaid<T extends object>(target: T, own: Partial<T>): T {
  return new Proxy(target, {
    get: (object, name) => {
      const value: unknown = Reflect.get(Object.hasOwn(own, name) ? own : object, name, object);
      return typeof value === 'function' ? (value as Call).bind(object) : value;
    },
  });
}
