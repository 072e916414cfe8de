/** A replay is gentle with the live traffic beside it, in what it reads and in what it writes. */
import { describe, expect, it } from 'vitest';
import type { Clock } from '@viaduct/core';
import type { Position, StoredEntry } from '@viaduct/journal';
import { scanJournal, type ReplayRecord, type ScanPace } from '../../src/replay/scan.ts';
import { storedEntry } from './stored-entries.ts';

/** More than one page of a broker that does not run, too. */
const STORED = 1_000;

/** A clock whose wakes are due at once, each at its own time, and a journal that takes its time. */
interface Bench {
  readonly clock: Clock;
  readonly record: ReplayRecord;
  readonly rests: number[];
  readonly pages: number[];
}

/** `takes` says how long each page takes to read, milliseconds. */
function bench(takes: (page: number) => number): Bench {
  let now = 0;
  const rests: number[] = [];
  const pages: number[] = [];
  const clock: Clock = {
    now: () => now,
    after(delayMs, wake) {
      rests.push(delayMs);
      now += delayMs;
      setImmediate(wake);
      return () => undefined;
    },
  };
  const stored = Array.from({ length: STORED }, (_, index) =>
    storedEntry({ at: index + 1, vm: `vm-${String(index)}`, state: 'running' }),
  );
  const record: ReplayRecord = {
    read: (after, max) => {
      now += takes(pages.length);
      const page = stored.filter(({ position }) => position > (after ?? 0)).slice(0, max);
      pages.push(page.length);
      return Promise.resolve(page);
    },
    beforeTime: () => Promise.resolve(undefined),
    entry: (position) => Promise.resolve(stored[position - 1]),
  };
  return { clock, record, rests, pages };
}

function scan(
  { record, clock }: Bench,
  { last = STORED, isLive = true, signal }: Partial<ScanPace> & { readonly last?: number },
): AsyncGenerator<readonly StoredEntry[], void> {
  const stretch = { after: undefined, last: last as Position };
  const pace = { clock, isLive, signal: signal ?? new AbortController().signal };
  return scanJournal(record, stretch, pace, (error) => {
    throw error;
  });
}

async function positionsOf(pages: AsyncIterable<readonly StoredEntry[]>): Promise<number[]> {
  const seen: number[] = [];
  for await (const page of pages) seen.push(...page.map(({ position }) => position));
  return seen;
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('looking through the journal beside live traffic', () => {
  it('reads a few events at a time, and all of them in the end', async () => {
    const slow = bench(() => 3);
    expect(await positionsOf(scan(slow, {}))).toEqual(upTo(STORED));
    expect(Math.max(...slow.pages)).toBeLessThanOrEqual(16);
  });

  it('leaves nine tenths of the time to others', async () => {
    const slow = bench((page) => 2 + page);
    await positionsOf(scan(slow, {}));
    expect(slow.rests).toEqual(slow.pages.map((_, page) => 9 * (2 + page)));
  });

  it('rests where a page took no time that the clock shows, and not for long where it leapt', async () => {
    const leaping = bench((page) => (page === 1 ? 3_600_000 : 0));
    await positionsOf(scan(leaping, {}));
    const [first = 0, second = 0, ...others] = leaping.rests;
    expect(Math.min(first, ...others)).toBeGreaterThan(0);
    expect(second).toBe(1_000);
  });

  it('ends where the journal ended when it began', async () => {
    const quick = bench(() => 1);
    expect(await positionsOf(scan(quick, { last: 20 }))).toEqual(upTo(20));
  });
});

describe('looking through the journal of a stopped broker', () => {
  it('does not rest, and ends when it is called off', async () => {
    const quick = bench(() => 1);
    const stop = new AbortController();
    const pages = scan(quick, { isLive: false, signal: stop.signal });
    expect((await pages.next()).done).toBe(false);
    expect(quick.rests).toEqual([]);
    stop.abort(new Error('called off'));
    await expect(pages.next()).rejects.toThrow('called off');
  });
});
