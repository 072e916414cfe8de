import type { CanonicalEvent } from '@viaduct/core';
import type { Entry } from '@viaduct/journal';

/** The event as it goes out again; routes see the mark, too. */
export function asReplayed(event: CanonicalEvent): CanonicalEvent {
  return { ...event, replayed: 'true' };
}

/**
 * Whether a replay wrote an entry of an event that has, or had, an entry of its own. It is for the
 * sinks that it names and for nobody else: the original counts.
 */
export function isCopy({ replay, event }: Pick<Entry, 'replay' | 'event'>): boolean {
  return replay !== undefined && event.replayed === 'true';
}
