import { reflectInto } from './reflection.ts';
import { act, pick, publish } from './trouble.ts';
import { findProblems } from './verdict.ts';
import { World } from './world.ts';

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
  /** What a sink had sent and was dropped when it came back. */
  readonly echoes: number;
  /** Sends that hung until their connection was ended. */
  readonly sendTimeouts: number;
  /** Events that told of a gap. */
  readonly gaps: number;
  /** Places at which the first life could have been killed, and was not. */
  readonly points: number;
}

/** How long a healed world may take to come to rest, milliseconds of its own clock. */
const REST_MS = 900_000;

/** A life that is killed dies by this of its points at the latest. */
const KILL_AT_MAX = 8_000;

/** Lives of one world that are killed at most: a world must come to something. */
const KILLS_MAX = 12;

/** Lives through one seed: trouble first, then everything heals, then the judgement. */
export async function simulate(seed: number): Promise<Verdict> {
  const isDeadly = seed % 10 < 7;
  let lives = 0;
  const killAt = (): number => {
    lives += 1;
    if (!isDeadly || lives > KILLS_MAX) return Infinity;
    // As often in the first hundred places of a life as in the next thousands.
    return Math.ceil(Math.exp(world.random() * Math.log(KILL_AT_MAX)));
  };
  const world: World = new World(seed, { trouble: 1, killAt });
  reflectInto(world);
  await world.start();
  const rounds = 30 + Math.floor(world.random() * 40);
  for (let round = 0; round < rounds; round += 1) {
    await act(world);
    await world.clock.advance(Math.floor(world.random() * 60));
    if (world.engine === undefined) await world.start();
  }
  return end(seed, world, 0);
}

/**
 * A short life in which little happens by chance, killed at its `killAt`th point and no other; then
 * a second one, in peace. With `Infinity` it says how many points there are.
 */
export async function killOnce(seed: number, killAt: number): Promise<Verdict> {
  const world = new World(seed, {
    trouble: 0,
    killAt: (life) => (life === 1 ? killAt : Infinity),
  });
  reflectInto(world);
  await world.start();
  for (let round = 0; round < 4; round += 1) {
    publish(world, pick(world.sources, world.random), 2);
    await world.clock.advance(20);
    if (world.engine === undefined) await world.start();
  }
  await world.clock.advance(2_000);
  const points = world.crashes === 0 ? (world.life?.points ?? 0) : 0;
  if (world.engine === undefined) await world.start();
  return end(seed, world, points);
}

/** Heals a world and judges it. */
export async function end(seed: number, world: World, points: number): Promise<Verdict> {
  await heal(world);
  const letters = await world.journal.deadLetters.list({}, 100_000);
  const problems = [...world.problems, ...findProblems(world, letters)];
  const { echoes, sendTimeouts } = world.figures;
  return {
    seed,
    problems,
    published: sum(world.sources.map(({ published }) => published.length)),
    arrivals: sum(world.sinks.map(({ arrivals }) => arrivals.length)),
    duplicates: sum(world.sinks.map(({ duplicates }) => duplicates)),
    crashes: world.crashes,
    stops: world.stops,
    deadLetters: letters.length,
    echoes,
    sendTimeouts,
    gaps: world.sinks[0]?.arrivals.filter(({ note }) => note === 'viaduct.gap').length ?? 0,
    points,
  };
}

/** Faults end; then time passes until nothing is left to do. */
async function heal(world: World): Promise<void> {
  world.immortal = true;
  world.full = false;
  for (const source of world.sources) source.down = false;
  for (const sink of [...world.sinks, world.guest]) {
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

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
