import type { CanonicalEvent } from '@viaduct/core';
import type { Entry, EntryVariant } from '@viaduct/journal';

/** The shapes that today's routes give an event. */
export type VariantsOf = (event: CanonicalEvent, source: string) => readonly EntryVariant[];

/** Those of them that some of the targets get, as an entry holds them. */
export function shapesOf(
  variants: readonly EntryVariant[],
  targets: readonly string[],
): Pick<Entry, 'variants'> {
  const wanted = variants
    .map((variant) => ({
      ...variant,
      targets: variant.targets.filter((name) => targets.includes(name)),
    }))
    .filter((variant) => variant.targets.length > 0);
  return wanted.length === 0 ? {} : { variants: wanted };
}
