import type { JsonValue, Observed, Step, Tracker } from '@viaduct/core';
import type { KeyFamily } from '../key.ts';

/** Copies of one change of state arrive within this time. */
export const COPIES_WINDOW_MS = 5_000;

/** Bodies remembered: five seconds at several times the rate that the real driver reaches. */
const BODIES_MAX = 50_000;

/** Families that come once. */
const SINGLE: ReadonlySet<string> = new Set<KeyFamily>(['api', 'resync']);

/** Why a copy goes no further. */
const COPY = 'copy';

/** How often one body came under each key family, and how many events it has been taken for. */
interface CopiesMemory {
  readonly firstAt: number;
  readonly families: { readonly [family: string]: number };
  readonly events: number;
  readonly [name: string]: JsonValue;
}

/**
 * Merges the two or three copies that the publisher sends of every change of state. The same body
 * under a *different* key family is a copy; under the *same* family it is a new event, even if
 * byte for byte the same. API events come once and pass by: two equal calls are two calls.
 */
export const copiesTracker: Tracker<CopiesMemory> = {
  name: 'copies',
  keysMax: BODIES_MAX,
  ageMaxMs: COPIES_WINDOW_MS,
  keyOf: ({ facts }) => {
    const body = facts?.['body'];
    const family = facts?.['family'];
    return typeof body === 'string' && typeof family === 'string' && !SINGLE.has(family)
      ? body
      : undefined;
  },
  step: (memory, observed, now): Step<CopiesMemory> => {
    const known = memory !== undefined && isWithinWindow(memory, now) ? memory : undefined;
    const family = familyOf(observed);
    const count =
      (known !== undefined && Object.hasOwn(known.families, family)
        ? (known.families[family] ?? 0)
        : 0) + 1;
    const before = known?.events ?? 0;
    const isCopy = count <= before;
    return {
      memory: {
        firstAt: known?.firstAt ?? now,
        families: { ...known?.families, [family]: count },
        events: Math.max(count, before),
      },
      events: isCopy ? [] : [observed],
      dropped: isCopy ? [{ id: observed.event.id, reason: COPY }] : [],
      notices: [],
    };
  },
};

/** A clock that was set back must not make one body's copies new events for hours. */
function isWithinWindow(memory: CopiesMemory, now: number): boolean {
  return Math.abs(now - memory.firstAt) <= COPIES_WINDOW_MS;
}

function familyOf({ facts }: Observed): string {
  const family = facts?.['family'];
  return typeof family === 'string' ? family : '';
}
