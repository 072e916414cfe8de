import type { CanonicalEvent, JsonObject, JsonValue, Observed, Tracker } from '@viaduct/core';

/** How long the tracker of the tests holds an event, milliseconds. */
export const HOLD_MS = 50;

/** Holds events whose facts say so, until another of their object comes or {@link HOLD_MS} is over. */
export const holdTracker: Tracker = {
  name: 'hold',
  keysMax: 100,
  ageMaxMs: 600_000,
  keyOf: ({ event }) => event.partitionkey,
  step: (memory, observed, now) => {
    const held = heldIn(memory);
    const count = countIn(memory) + 1;
    if (observed.facts?.hold === true) {
      const next = { held: observed as unknown as JsonValue, count };
      return { memory: next, events: held, dropped: [], notices: [], wakeAt: now + HOLD_MS };
    }
    return { memory: { count }, events: [...held, observed], dropped: [], notices: [] };
  },
  wake: (memory) => ({
    memory: { count: countIn(memory) },
    events: heldIn(memory),
    dropped: [],
    notices: [{ name: 'waited', message: 'nothing came' }],
  }),
};

function heldIn(memory: JsonValue | undefined): readonly Observed[] {
  const held = (memory as JsonObject | undefined)?.held as JsonObject | undefined;
  if (held === undefined) return [];
  return [{ event: held.event as unknown as CanonicalEvent, facts: { hold: true } }];
}

/** How many events of a key the tracker has seen. */
export function countIn(memory: JsonValue | undefined): number {
  return ((memory as JsonObject | undefined)?.count as number | undefined) ?? 0;
}
