import type { Journal } from '@viaduct/journal';
import type { Configuration } from '../config/configuration.ts';

/**
 * Makes the subscriptions that the start of a broker would make: an entry is owed to a sink only if
 * its subscription is there when the entry is written. Those of a broker that runs are its own
 * affair, once it has made them.
 */
export async function openSubscriptions(
  journal: Journal,
  { sinks }: Configuration,
  isLive: boolean,
): Promise<void> {
  const known = new Set((await journal.subscriptions()).map(({ name }) => name));
  for (const { name, from } of sinks) {
    if (!isLive || !known.has(name)) await journal.subscribe(name, from, { past: 'everything' });
  }
}
