/** Throwing away: by age, by bytes, and what happens when a sink still needs it. */
import { describe, expect, it, vi } from 'vitest';
import type { Entry, Gap, Journal, Position, Subscription } from '../journal.ts';
import { claim, entryNamed, openBench, type ContractHome } from './contract-bench.ts';

const HOUR_MS = 3_600_000;
const MIB = 1024 ** 2;

/** Upkeep goes on in a thread of its own, on a machine that may be busy. */
const PATIENCE = { timeout: 20_000 } as const;

/** Enough appends to fill a mebibyte several times over. */
const ROUNDS = 200;

const large = (name: string, targets: readonly string[]): Entry =>
  entryNamed(name, targets, {
    native: { dialect: 'oslo', text: 'x'.repeat(40_000), redactions: [] },
  });

async function fill(journal: Journal): Promise<{ readonly full: unknown; readonly count: number }> {
  for (let count = 0; count < ROUNDS; count += 1) {
    try {
      await journal.append([large(`f${count}`, ['nms'])]);
    } catch (full) {
      return { full, count };
    }
  }
  return { full: undefined, count: ROUNDS };
}

async function settleAll(subscription: Subscription): Promise<void> {
  while (subscription.lag().pending > 0) {
    const claimed = await claim(subscription, 100);
    await subscription.settle(claimed.map(({ entry }) => entry.position));
  }
}

async function oldest(journal: Journal): Promise<Position | undefined> {
  return (await journal.read(undefined, 1))[0]?.position;
}

/** Declares the cases. */
export function retentionCases(home: ContractHome): void {
  describe('retention', () => {
    ageCases(home);
    fullCases(home);
  });
}

function ageCases(home: ContractHome): void {
  it('throws away what is too old and owed to nobody', async () => {
    const { journal, clock } = await openBench(home, { retentionMs: HOUR_MS });
    await journal.append([entryNamed('old', [])]);
    clock.advance(24 * HOUR_MS);
    await journal.append([entryNamed('young', [])]);
    clock.advance(2 * HOUR_MS);
    await vi.waitFor(async () => {
      await journal.stats();
      const kept = (await journal.read(undefined, 5)).map(({ event }) => event.id);
      expect(kept).not.toContain('old');
    }, PATIENCE);
    expect((await journal.stats()).gaps).toEqual([]);
  });

  it('keeps what is owed however old it is, unless told to drop', async () => {
    const { journal, clock } = await openBench(home, { retentionMs: HOUR_MS });
    const nms = await journal.subscribe('nms', 'now');
    await journal.append([entryNamed('old', ['nms'])]);
    clock.advance(24 * HOUR_MS);
    await journal.append([entryNamed('young', [])]);
    clock.advance(2 * HOUR_MS);
    await journal.stats();
    expect((await claim(nms, 1))[0]?.entry.event.id).toBe('old');
  });

  it('keeps no more bytes than it may, of what is owed to nobody', async () => {
    const { journal } = await openBench(home, { retentionBytes: MIB });
    for (let i = 0; i < ROUNDS; i += 1) await journal.append([large(`n${i}`, [])]);
    expect((await journal.stats()).bytes).toBeLessThan(2 * MIB);
    expect(await oldest(journal)).toBeGreaterThan(100);
  });

  it('blocks when it is full of what is owed, until some of it is done', async () => {
    const { journal, crash } = await openBench(home, { retentionBytes: MIB });
    await journal.subscribe('nms', 'now');
    const { full, count } = await fill(journal);
    expect(full).toMatchObject({ code: 'VIA_JOURNAL_FULL', retriable: true });
    const later = await crash();
    const nms = await later.subscribe('nms', 'now');
    expect(nms.lag().pending).toBe(count);
    await settleAll(nms);
    await later.append([large('again', ['nms'])]);
    expect((await claim(nms, 5)).map(({ entry }) => entry.event.id)).toEqual(['again']);
    expect((await later.stats()).gaps).toEqual([]);
  });
}

function fullCases(home: ContractHome): void {
  it('is not held up by a retired sink', async () => {
    const { journal } = await openBench(home, { retentionBytes: MIB });
    await journal.subscribe('nms', 'now');
    await fill(journal);
    await journal.retire('nms');
    expect((await fill(journal)).full).toBeUndefined();
  });

  it('records what a retired sink lost, for when it comes back', async () => {
    const { journal, crash } = await openBench(home, { retentionBytes: MIB });
    await journal.subscribe('nms', 'now');
    const { count } = await fill(journal);
    await journal.retire('nms');
    for (let i = 0; i < ROUNDS; i += 1) await journal.append([large(`l${i}`, [])]);
    const lost = async (of: Journal): Promise<number> =>
      (await of.stats()).gaps.reduce((sum, { entries }) => sum + (entries ?? NaN), 0);
    await vi.waitFor(async () => expect(await lost(journal)).toBe(count), PATIENCE);
    const later = await crash();
    expect(await lost(later)).toBe(count);
    const { gaps } = await later.stats();
    expect(gaps.every((gap) => gap.subscription === 'nms' && gap.reason === 'dropped')).toBe(true);
    expect((await later.subscribe('nms', 'now')).lag().pending).toBe(0);
  });

  it('drops when told to, and records exactly what each sink lost', async () => {
    const { journal, crash } = await openBench(home, { retentionBytes: MIB, whenFull: 'drop' });
    await journal.subscribe('nms', 'now');
    const { full, count } = await fill(journal);
    expect(full).toBeUndefined();
    const later = await crash();
    const { gaps, subscriptions } = await later.stats();
    const lost = gaps.reduce((sum, { entries }) => sum + (entries ?? NaN), 0);
    expect(lost).toBeGreaterThan(100);
    expect(gaps.every((gap) => gap.subscription === 'nms' && gap.reason === 'dropped')).toBe(true);
    expect(subscriptions['nms']?.pending).toBe(count - lost);
    const nms = await later.subscribe('nms', 'now');
    const [next] = await claim(nms, 1);
    expect(next?.entry.position).toBe((gaps.at(-1)?.last ?? NaN) + 1);
  });

  it('tells each gap once to whoever asks, and again what was recorded after a given one', async () => {
    const { journal, crash } = await openBench(home, { retentionBytes: MIB, whenFull: 'drop' });
    const [told, unheard]: [Gap[], Gap[]] = [[], []];
    journal.onGap(0, (gap) => told.push(gap));
    journal.onGap(0, (gap) => unheard.push(gap))();
    await journal.subscribe('nms', 'now');
    await fill(journal);
    await vi.waitFor(async () => expect(told).toEqual((await journal.stats()).gaps), PATIENCE);
    expect(told.length).toBeGreaterThan(1);
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
    expect(unheard).toEqual([]);
    const [first] = told;
    const later: Gap[] = [];
    (await crash()).onGap(first?.id ?? NaN, (gap) => later.push(gap));
    expect(later).toEqual(told.slice(1));
  });

  it('never gives a position twice, even when nothing is left', async () => {
    const { journal, clock, reopen } = await openBench(home, { retentionMs: HOUR_MS });
    const [first] = await journal.append([entryNamed('1', [])]);
    clock.advance(24 * HOUR_MS);
    await journal.stats();
    const [second] = await (await reopen()).append([entryNamed('2', [])]);
    const position = (one: typeof first): number => (one?.kind === 'appended' ? one.position : -1);
    expect(position(second)).toBeGreaterThan(position(first));
  });
}
