/** The shape in which a sink gets an event. */
import type { Claimed, Entry, EntryVariant } from '@viaduct/journal';

/** What was claimed as it goes out: with the trace context of this attempt, where it has one. */
export function withTraceparent(claimed: Claimed, traceparent: string | undefined): Claimed {
  if (traceparent === undefined) return claimed;
  const event = { ...claimed.entry.event, traceparent };
  return { ...claimed, entry: { ...claimed.entry, event } };
}

/**
 * What is kept of an event as a sink gets it. Where a route has changed the event the native
 * message stays behind: it says what the event was before.
 */
export function inShapeFor<Kept extends Pick<Entry, 'event' | 'native'>>(
  sink: string,
  kept: Kept,
  variants: readonly EntryVariant[] = [],
): Kept | (Omit<Kept, 'native'> & { readonly native?: never }) {
  const variant = variants.find(({ targets }) => targets.includes(sink));
  if (variant === undefined) return kept;
  const { native: _original, ...rest } = kept;
  return { ...rest, event: variant.event };
}

/** The same for what was claimed. */
export function claimedFor(
  sink: string,
  claimed: Claimed,
  variants: readonly EntryVariant[] | undefined,
): Claimed {
  if (variants === undefined) return claimed;
  const entry = inShapeFor(sink, claimed.entry, variants);
  return entry === claimed.entry ? claimed : { ...claimed, entry };
}
