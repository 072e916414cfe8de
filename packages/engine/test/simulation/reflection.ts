import { uuidFromName } from '@viaduct/core';
import type { World } from './world.ts';

/** Share of what the first sink gets that comes back by a source. */
const REFLECTED_SHARE = 0.1;

/**
 * Somebody beside the broker sends some of what it sent back to it, as a message of his own with
 * the same contents.
 */
export function reflectInto(world: World): void {
  const [first] = world.sinks;
  if (first === undefined) return;
  first.reflect = ({ event, echo }, life) => {
    if (echo === undefined || world.random() >= REFLECTED_SHARE) return;
    const source = world.sources[world.random() < 0.5 ? 0 : 1];
    if (source === undefined) return;
    const seq = source.published.length;
    const id = uuidFromName(`${source.name}/${seq}/${event}`);
    source.publish({ id, key: `echo-${source.name}`, seq, echo, reflectedIn: life.number });
  };
}
