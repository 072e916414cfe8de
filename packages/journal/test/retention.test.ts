/**
 * Under `drop`, with random work and crashes, what a sink was owed is delivered, still owed, or in a
 * gap that was told: nothing twice, nothing in none. A failing seed is printed by fast-check.
 */
import type { Gap, Journal } from '@viaduct/journal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimIfAny, entryNamed, handClock } from '../src/contract/contract-bench.ts';
import { folderPlace } from './sqlite-place.ts';

const RUNS = 15;
const SIZES = { segmentBytes: 100_000, retentionBytes: 500_000, tailBytesMax: 2000 };

type Step =
  | { readonly do: 'append' | 'deliver'; readonly count: number }
  | { readonly do: 'crash' | 'reopen' | 'wait' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      count: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      count: fc.integer({ min: 1, max: 20 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('crash', 'reopen', 'wait') }) },
);

const rangeOf = ({ first, last }: Gap): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('retention that drops', () => {
  it('accounts for each entry: delivered, owed, or in a gap that was told once', async () => {
    let lostInAll = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 50 }), async (steps) => {
        const place = await folderPlace();
        const clock = handClock();
        const told = new Map<number, Gap>();
        const open = async (): Promise<Journal> => {
          const journal = await place.open({ clock, ...SIZES, whenFull: 'drop' });
          journal.onGap(Math.max(0, ...told.keys()), (gap) => {
            expect(told.has(gap.id)).toBe(false);
            told.set(gap.id, gap);
          });
          return journal;
        };
        try {
          let journal = await open();
          let appended = 0;
          const delivered = new Set<number>();
          const deliver = async (max: number): Promise<void> => {
            const nms = await journal.subscribe('nms', 'start');
            const claimed = await claimIfAny(nms, max);
            for (const { entry } of claimed) {
              expect(delivered.has(entry.position)).toBe(false);
              delivered.add(entry.position);
            }
            await nms.settle(claimed.map(({ entry }) => entry.position));
          };
          await journal.subscribe('nms', 'start');
          for (const one of steps) {
            if (one.do === 'append') {
              const native = { dialect: 'test', text: 'x'.repeat(9000), redactions: [] };
              const entry = entryNamed('e', ['nms'], { native });
              await journal.append(Array.from({ length: one.count }, () => entry));
              appended += one.count;
            } else if (one.do === 'deliver') await deliver(one.count);
            else if (one.do === 'wait') clock.advance(60_000);
            else {
              await (one.do === 'crash' ? place.crash(journal) : journal.close());
              journal = await open();
            }
          }
          await journal.close();
          journal = await open();
          while ((await journal.subscribe('nms', 'start')).lag().pending > 0) await deliver(50);
          await journal.close();
          await (await open()).close();
          const lost = new Set<number>();
          for (const gap of told.values()) {
            const inside = rangeOf(gap).filter((position) => !delivered.has(position));
            // More where some were in the hands of the sink when they went, and got through.
            expect(gap.entries).toBeGreaterThanOrEqual(inside.length);
            for (const position of inside) lost.add(position);
          }
          expect(delivered.size + lost.size).toBe(appended);
          lostInAll += lost.size;
        } finally {
          await place.remove();
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    // Where nothing was ever dropped, nothing was proven.
    expect(lostInAll).toBeGreaterThan(0);
  }, 300_000);
});
