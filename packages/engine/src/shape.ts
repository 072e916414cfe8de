/** The shape in which a sink gets an event. */
import type { Claimed, EntryVariant } from '@viaduct/journal';

/**
 * What was claimed as a sink gets it. Where a route has changed the event the native message stays
 * behind: it says what the event was before.
 */
export function inShapeFor(
  sink: string,
  claimed: Claimed,
  variants: readonly EntryVariant[] = [],
): Claimed {
  const variant = variants.find(({ targets }) => targets.includes(sink));
  if (variant === undefined) return claimed;
  const { native: _original, ...entry } = claimed.entry;
  return { ...claimed, entry: { ...entry, event: variant.event } };
}
