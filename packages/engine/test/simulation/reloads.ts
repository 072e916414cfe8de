/** A world whose configuration is changed again and again, at random moments. */
import type { DeadLetter } from '@viaduct/journal';
import { reflectInto } from './reflection.ts';
import { end, type Verdict } from './simulate.ts';
import { act, pick, publish } from './trouble.ts';
import { World } from './world.ts';

/** What came of one seed. */
export interface ReloadVerdict extends Verdict {
  /** Changes of the configuration that an engine was told of. */
  readonly reloads: number;
  /** Whether the sink that wants the past was added. */
  readonly hadGuest: boolean;
}

/** As `simulate`, with changes of the configuration in the middle of all its faults. */
export async function simulateReloads(seed: number): Promise<ReloadVerdict> {
  let lives = 0;
  const killAt = (): number => {
    lives += 1;
    if (seed % 2 === 0 || lives > 6) return Infinity;
    return Math.ceil(Math.exp(world.random() * Math.log(8_000)));
  };
  const world: World = new World(seed, { trouble: 1, killAt });
  reflectInto(world);
  await world.start();
  const tally = { refused: false };
  for (let round = 0; round < 40; round += 1) {
    await act(world);
    publish(world, pick(world.sources, world.random), 2);
    if (world.random() < 0.3) reload(world, tally);
    await world.clock.advance(Math.floor(world.random() * 60));
    if (world.engine === undefined) await world.start();
  }
  // With room in the journal every change comes to its end.
  world.journal.resume();
  world.full = false;
  await world.clock.advance(30_000);
  // An engine that started or stopped at that moment was not told: the next one reads it.
  if (tally.refused) world.crash();
  const verdict = await end(seed, world, 0);
  const letters = await world.journal.deadLetters.list({}, 100_000);
  const problems = [...verdict.problems, ...judgeGuest(world, letters)];
  return { ...verdict, problems, reloads: world.reloads, hadGuest: world.isGuestThere };
}

/** Half of everything is changed, and at some time the guest comes. */
function reload(world: World, tally: { refused: boolean }): void {
  const { engine, life, settings, random } = world;
  if (engine === undefined || life === undefined || settings === undefined) return;
  if (random() < 0.2) world.isGuestThere = true;
  const { router, sources, sinks } = world.settingsOf(life);
  const perhaps = <T extends { readonly name: string }>(fresh: readonly T[], old: readonly T[]) =>
    fresh.map((one) => {
      const known = old.find(({ name }) => name === one.name);
      return known === undefined || random() < 0.5 ? one : known;
    });
  const next = {
    router,
    sources: perhaps(sources, settings.sources),
    sinks: perhaps(sinks, settings.sinks),
  };
  world.settings = next;
  engine.apply(next, { deadlineMs: pick([0, 100, 1_000], random) }).catch((thrown: unknown) => {
    if (life.dead) return;
    if ((thrown as { code?: unknown }).code === 'VIA_ENGINE_STATE_WRONG') tally.refused = true;
    else world.problems.push(`settings were not applied: ${String(thrown)}`);
  });
  world.reloads += 1;
}

/** Whatever the first was owed from the first day on, the guest was owed, too. */
function judgeGuest(world: World, letters: readonly DeadLetter[]): readonly string[] {
  const [first] = world.sinks;
  if (!world.isGuestThere || first === undefined) return [];
  const buried = (sink: string): readonly string[] =>
    letters.flatMap((letter) => (letter.sink === sink && letter.event ? [letter.event.id] : []));
  const owed = new Set([...first.first.keys(), ...buried('first')]);
  const had = new Set([...world.guest.first.keys(), ...buried('guest')]);
  return [
    ...world.guest.violations.map((violation) => `guest: ${violation}`),
    ...[...owed].filter((id) => !had.has(id)).map((id) => `guest never got ${id}`),
    ...[...had].filter((id) => !owed.has(id)).map((id) => `guest got a stranger: ${id}`),
  ];
}
