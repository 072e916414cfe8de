import { describe, expect, it } from 'vitest';
import { simulate, type Verdict } from './simulation/simulate.ts';

/** Seeds of one run. `VIADUCT_SEED=n` runs that one alone, `VIADUCT_SEEDS=n` as many as that. */
const SEEDS = Number(process.env.VIADUCT_SEEDS ?? 300);
const ONLY = process.env.VIADUCT_SEED;

describe('the engine, simulated with faults', () => {
  it('keeps its promise under every seed', { timeout: 300_000 }, async () => {
    const seeds = ONLY === undefined ? range(SEEDS) : [Number(ONLY)];
    const verdicts: Verdict[] = [];
    for (const seed of seeds) {
      const verdict = await simulate(seed);
      verdicts.push(verdict);
      if (verdict.problems.length > 0) {
        console.error(`replay with VIADUCT_SEED=${seed}`);
        expect(verdict).toMatchObject({ seed, problems: [] });
      }
    }
    if (ONLY !== undefined) console.log(verdicts);
    // Runs in which nothing happened would prove nothing.
    if (seeds.length < 100) return;
    expect(total(verdicts, 'crashes')).toBeGreaterThan(seeds.length);
    expect(total(verdicts, 'stops')).toBeGreaterThan(seeds.length / 4);
    expect(total(verdicts, 'duplicates')).toBeGreaterThan(seeds.length / 4);
    expect(total(verdicts, 'deadLetters')).toBeGreaterThan(seeds.length);
    expect(total(verdicts, 'arrivals')).toBeGreaterThan(seeds.length * 50);
  });

  it('replays a seed exactly', async () => {
    const [once, again] = [await simulate(4_711), await simulate(4_711)];
    expect(again).toEqual(once);
  });
});

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function total(verdicts: readonly Verdict[], figure: Exclude<keyof Verdict, 'problems'>): number {
  return verdicts.reduce((sum, verdict) => sum + verdict[figure], 0);
}
