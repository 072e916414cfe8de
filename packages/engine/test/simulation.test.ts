import { describe, expect, it } from 'vitest';
import { killOnce, simulate, type Verdict } from './simulation/simulate.ts';

/** Seeds of one run. `VIADUCT_SEED=n` runs that one alone, `VIADUCT_SEEDS=n` as many as that. */
const SEEDS = Number(process.env.VIADUCT_SEEDS ?? 2_000);
const ONLY = process.env.VIADUCT_SEED;
/** `VIADUCT_KILL=2/815` kills the second world at its place 815, and does nothing else. */
const KILL = process.env.VIADUCT_KILL?.split('/').map(Number);
const COMMAND = 'npx vitest run --project unit packages/engine/test/simulation.test.ts';

/** A hundred seeds take some two seconds of one processor; a night's run may have more. */
const TIMEOUT_MS = 3_600_000;

describe('the engine, simulated with faults', () => {
  it('keeps its promise under every seed', { timeout: TIMEOUT_MS }, async () => {
    if (KILL !== undefined) return;
    const seeds = ONLY === undefined ? range(SEEDS) : [Number(ONLY)];
    const verdicts: Verdict[] = [];
    for (const seed of seeds) {
      const verdict = await simulate(seed);
      verdicts.push(verdict);
      expect(verdict, `replay with VIADUCT_SEED=${seed} ${COMMAND}`).toMatchObject({
        seed,
        problems: [],
      });
    }
    if (ONLY !== undefined) console.log(verdicts);
    else console.log(summary(verdicts));
    // Runs in which nothing happened would prove nothing.
    if (seeds.length < 100) return;
    expect(total(verdicts, 'crashes')).toBeGreaterThan(seeds.length);
    expect(total(verdicts, 'stops')).toBeGreaterThan(seeds.length / 4);
    expect(total(verdicts, 'duplicates')).toBeGreaterThan(seeds.length / 4);
    expect(total(verdicts, 'deadLetters')).toBeGreaterThan(seeds.length);
    expect(total(verdicts, 'arrivals')).toBeGreaterThan(seeds.length * 50);
    expect(total(verdicts, 'echoes')).toBeGreaterThan(seeds.length);
    expect(total(verdicts, 'sendTimeouts')).toBeGreaterThan(seeds.length / 10);
    expect(total(verdicts, 'gaps')).toBeGreaterThan(seeds.length / 50);
  });

  it('keeps it wherever a life is killed', { timeout: TIMEOUT_MS }, async () => {
    if (ONLY !== undefined) return;
    if (KILL !== undefined) {
      const [world = 1, place = 1] = KILL;
      expect(await killOnce(world, place)).toMatchObject({ problems: [] });
      return;
    }
    let places = 0;
    for (const world of [1, 2, 3]) {
      const { points, problems } = await killOnce(world, Infinity);
      expect(problems).toEqual([]);
      expect(points).toBeGreaterThan(500);
      for (let place = 1; place <= points; place += 1) {
        const verdict = await killOnce(world, place);
        const where = `replay with VIADUCT_KILL=${world}/${place} ${COMMAND}`;
        expect(verdict, where).toMatchObject({ crashes: 1, problems: [] });
      }
      places += points;
    }
    console.log(`simulation: 3 worlds, each killed at each of its places, ${places} in all`);
  });

  it('replays a seed exactly', async () => {
    const [once, again] = [await simulate(4_711), await simulate(4_711)];
    expect(again).toEqual(once);
  });
});

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

type Figure = Exclude<keyof Verdict, 'problems'>;

function total(verdicts: readonly Verdict[], figure: Figure): number {
  return verdicts.reduce((sum, verdict) => sum + verdict[figure], 0);
}

/** One line of what happened. */
function summary(verdicts: readonly Verdict[]): string {
  const figures: readonly Figure[] = [
    ...(['published', 'arrivals', 'duplicates', 'crashes', 'stops'] as const),
    ...(['deadLetters', 'echoes', 'sendTimeouts', 'gaps'] as const),
  ];
  const all = figures.map((figure) => `${figure} ${total(verdicts, figure)}`);
  return `simulation: ${verdicts.length} seeds, ${all.join(', ')}, problems 0`;
}
