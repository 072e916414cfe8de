import { uuidFromName } from '@viaduct/core';
import type { Note } from '../dialect.ts';
import type { SourcePeer } from './source-peer.ts';
import { findProblems } from './verdict.ts';
import { SIMULATED_BROKER, World } from './world.ts';

/** What came of one seed. */
export interface Verdict {
  readonly seed: number;
  /** Empty: the promise was kept. */
  readonly problems: readonly string[];
  readonly published: number;
  readonly arrivals: number;
  readonly duplicates: number;
  readonly crashes: number;
  readonly stops: number;
  readonly deadLetters: number;
}

/** How long a healed world may take to come to rest, milliseconds of its own clock. */
const REST_MS = 600_000;

/** Lives through one seed: trouble first, then everything heals, then the judgement. */
export async function simulate(seed: number): Promise<Verdict> {
  const world = new World(seed);
  await world.start();
  const rounds = 30 + Math.floor(world.random() * 40);
  world.crashChance = world.random() < 0.7 ? 0.004 : 0;
  for (let round = 0; round < rounds; round += 1) {
    await act(world);
    await world.clock.advance(Math.floor(world.random() * 60));
    if (world.engine === undefined) await world.start();
  }
  await heal(world);
  const letters = await world.journal.deadLetters.list({}, 100_000);
  const problems = [...world.problems, ...findProblems(world, letters)];
  return {
    seed,
    problems,
    published: sum(world.sources.map(({ published }) => published.length)),
    arrivals: sum(world.sinks.map(({ arrivals }) => arrivals.length)),
    duplicates: sum(world.sinks.map(({ duplicates }) => duplicates)),
    crashes: world.crashes,
    stops: world.stops,
    deadLetters: letters.length,
  };
}

async function act(world: World): Promise<void> {
  const { random } = world;
  const source = pick(world.sources, random);
  const sink = pick(world.sinks, random);
  const dice = random();
  if (dice < 0.6) publish(world, source);
  else if (dice < 0.66) source.cut();
  else if (dice < 0.7) source.down = !source.down;
  else if (dice < 0.78) sink.down = !sink.down;
  else if (dice < 0.83) world.journal.hold();
  else if (dice < 0.9) world.journal.resume();
  else if (dice < 0.94) world.fillJournal();
  else if (dice < 0.97) world.crash();
  else await stop(world);
}

async function stop(world: World): Promise<void> {
  world.journal.resume();
  await world.stop(pick([0, 100, 5_000], world.random));
}

function publish(world: World, source: SourcePeer): void {
  const { random } = world;
  const count = 1 + Math.floor(random() * 12);
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

/** Faults end; then time passes until nothing is left to do. */
async function heal(world: World): Promise<void> {
  world.crashChance = 0;
  for (const source of world.sources) source.down = false;
  for (const sink of world.sinks) {
    sink.down = false;
    sink.healed = true;
  }
  world.journal.resume();
  if (world.engine === undefined) await world.start();
  for (let waited = 0; waited < REST_MS; waited += 2_000) {
    await world.clock.advance(2_000);
    const { subscriptions } = await world.journal.stats();
    const owed = sum(Object.values(subscriptions).map(({ pending }) => pending));
    if (owed === 0 && world.sources.every((source) => source.isEmpty)) break;
  }
  await world.stop(60_000);
}

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)] as T;
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
