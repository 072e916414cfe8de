import { expect, it } from 'vitest';
import { simulateReloads, type ReloadVerdict } from './simulation/reloads.ts';

/** Seeds of one run. `VIADUCT_SEED=n` runs that one alone, `VIADUCT_SEEDS=n` as many as that. */
const SEEDS = Number(process.env.VIADUCT_SEEDS ?? 150);
const ONLY = process.env.VIADUCT_SEED;

it(
  'keeps its promise through reloads in the middle of faults',
  { timeout: 3_600_000 },
  async () => {
    const seeds =
      ONLY === undefined ? Array.from({ length: SEEDS }, (_, index) => index + 1) : [Number(ONLY)];
    const verdicts: ReloadVerdict[] = [];
    for (const seed of seeds) {
      const verdict = await simulateReloads(seed);
      verdicts.push(verdict);
      expect(verdict, `replay with VIADUCT_SEED=${seed}`).toMatchObject({ seed, problems: [] });
    }
    const total = (figure: 'reloads' | 'crashes' | 'arrivals' | 'duplicates'): number =>
      verdicts.reduce((sum, verdict) => sum + verdict[figure], 0);
    const guests = verdicts.filter(({ hadGuest }) => hadGuest).length;
    console.log(
      `reload simulation: ${verdicts.length} seeds, reloads ${total('reloads')}, ` +
        `crashes ${total('crashes')}, arrivals ${total('arrivals')}, ` +
        `duplicates ${total('duplicates')}, new sinks with a past ${guests}, problems 0`,
    );
    if (seeds.length < 100) return;
    expect(total('reloads')).toBeGreaterThan(seeds.length * 5);
    expect(total('crashes')).toBeGreaterThan(seeds.length);
    expect(guests).toBeGreaterThan(seeds.length / 2);
  },
);
