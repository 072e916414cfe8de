/** What happens in a simulated world, by chance. */
import { uuidFromName } from '@viaduct/core';
import type { Note } from '../dialect.ts';
import type { SourcePeer } from './source-peer.ts';
import { SIMULATED_BROKER, type World } from './world.ts';

/** Lets one thing happen. */
export async function act(world: World): Promise<void> {
  const { random } = world;
  const source = pick(world.sources, random);
  const sink = pick(world.sinks, random);
  const dice = random();
  if (dice < 0.58) publish(world, source, 12);
  else if (dice < 0.64) source.cut();
  else if (dice < 0.68) source.down = !source.down;
  else if (dice < 0.76) sink.down = !sink.down;
  else if (dice < 0.81) world.journal.hold();
  else if (dice < 0.87) world.journal.resume();
  else if (dice < 0.89) world.full = true;
  else if (dice < 0.92) world.full = false;
  else if (dice < 0.94) world.clock.pause(random() * 20_000);
  else if (dice < 0.95) world.clock.step((random() - 0.5) * 6_000);
  else if (dice < 0.97) world.crash();
  else await stop(world);
}

async function stop(world: World): Promise<void> {
  world.journal.resume();
  world.full = false;
  await world.stop(pick([0, 100, 20_000], world.random));
}

/** Up to so many messages come. */
export function publish(world: World, source: SourcePeer, countMax: number): void {
  const count = 1 + Math.floor(world.random() * countMax);
  for (let index = 0; index < count; index += 1) {
    source.publish(compose(world, source));
  }
}

function compose(world: World, source: SourcePeer): Note {
  const { random } = world;
  const seq = source.published.length;
  const note: Note = {
    id: uuidFromName(`${source.name}/${seq}`),
    key: `${source.name}-${Math.floor(random() * 5)}`,
    seq,
    type: pick(['note', 'note', 'alarm', 'alert.high', 'noise.low'], random),
  };
  const dice = random();
  if (dice < 0.05) return { ...note, events: 0 };
  if (dice < 0.1) return { ...note, events: 2 };
  if (dice < 0.15) return { ...note, broken: true };
  if (dice < 0.2) return { ...note, hold: true };
  if (dice < 0.23) return { ...note, trail: `somebody ${SIMULATED_BROKER}` };
  if (dice < 0.25) return { ...note, unspeakable: true };
  if (dice < 0.29) return { ...note, refusals: pick([1, 2, 3, 4, 5, 100], random) };
  if (dice < 0.31) return { ...note, refusals: -1 };
  return note;
}

/** One of them. */
export function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)] as T;
}
