import { SENT, type Outcome } from '@viaduct/core';
import type { SnmpNotification } from '../message.ts';
import type { NotificationSession } from './notification-session.ts';
import { aborted, outcomeOf, unreadable } from './send-outcome.ts';

/** The traps of one parcel; `undefined` where one of its messages cannot be read. */
export type ParcelTraps = readonly SnmpNotification[] | undefined;

/**
 * Sends the traps of many parcels in their order, and waits for all of them once: there are
 * thousands a second, and a trap has left as soon as it is handed over. One outcome for each
 * parcel; aborting the signal makes those that have not left `unavailable` at once.
 */
export function sendTraps(
  session: NotificationSession,
  parcels: readonly ParcelTraps[],
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  if (signal.aborted) return Promise.resolve(parcels.map(aborted));
  return new Promise((resolve) => {
    const outcomes: Outcome[] = parcels.map((traps) => (traps === undefined ? unreadable() : SENT));
    const leaving = parcels.map((traps) => traps?.length ?? 0);
    let left = leaving.reduce((sum, count) => sum + count, 0);
    const finish = (): void => {
      signal.removeEventListener('abort', stop);
      resolve(outcomes);
    };
    const stop = (): void => {
      leaving.forEach((count, index) => {
        if (count > 0) outcomes[index] = aborted();
      });
      resolve([...outcomes]);
    };
    if (left === 0) {
      resolve(outcomes);
      return;
    }
    signal.addEventListener('abort', stop, { once: true });
    parcels.forEach((traps, index) => {
      const done = (error: Error | undefined): void => {
        if (error !== undefined) outcomes[index] = outcomeOf(error);
        leaving[index] = (leaving[index] ?? 0) - 1;
        left -= 1;
        if (left === 0) finish();
      };
      for (const trap of traps ?? []) session.trap(trap, done);
    });
  });
}
