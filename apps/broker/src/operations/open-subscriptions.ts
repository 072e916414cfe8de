import type { Journal } from '@viaduct/journal';
import type { Configuration } from '../config/configuration.ts';

/**
 * Makes the subscriptions that the start of a broker would make: an entry is owed to a sink only if
 * its subscription is there when the entry is written. In a broker that runs they are.
 */
export async function openSubscriptions(
  journal: Journal,
  { sinks }: Configuration,
  isLive: boolean,
): Promise<void> {
  if (isLive) return;
  for (const { name, from } of sinks) await journal.subscribe(name, from);
}
