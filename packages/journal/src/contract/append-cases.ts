/** Appending, reading, and not taking the same event twice. */
import { describe, expect, it } from 'vitest';
import type { Entry, Journal, Position } from '../journal.ts';
import {
  entriesNamed,
  entryNamed,
  openBench,
  positionsOf,
  type ContractHome,
} from './contract-bench.ts';

const keyed = (name: string, dedupe: string): Entry => entryNamed(name, [], { dedupe });

/** Declares the cases. */
export function appendCases(home: ContractHome): void {
  describe('append and read', () => readCases(home));
  describe('deduplication', () => dedupeCases(home));
}

function readCases(home: ContractHome): void {
  it('gives growing positions and the same entries back, in order', async () => {
    const { journal, clock } = await openBench(home);
    const entries = entriesNamed('e', 5, ['nms']);
    const positions = positionsOf(await journal.append(entries));
    expect(positions).toHaveLength(5);
    expect([...positions].sort((a, b) => a - b)).toEqual(positions);
    const appendedAt = clock.now();
    expect(await journal.read(undefined, 10)).toEqual(
      entries.map((entry, index) => ({ ...entry, position: positions[index], appendedAt })),
    );
  });

  it('keeps every character of native text, facts and keys', async () => {
    const { journal, reopen } = await openBench(home);
    const texts = ['', '"\\\u0000\n', 'é€😀', '\ud800 lone', `{"a":"${'x'.repeat(70_000)}"}`];
    const entries = texts.map((text, index) =>
      entryNamed(`n${index}`, ['a', 'b'], {
        native: { dialect: 'oslo', text, redactions: [] },
        facts: { [text]: [1, null, text] },
        dedupe: `${index}${text}`,
        replay: { id: text, of: 7 as Position, letter: index },
      }),
    );
    await journal.append(entries);
    const stored = await (await reopen()).read(undefined, 10);
    expect(stored).toEqual(entries.map((entry) => expect.objectContaining(entry) as unknown));
  });

  it('reads on after a position, at most as many as asked', async () => {
    const { journal } = await openBench(home);
    const [, second] = positionsOf(await journal.append(entriesNamed('e', 5, [])));
    const page = await journal.read(second, 2);
    expect(page.map(({ event }) => event.id)).toEqual(['e2', 'e3']);
  });

  it('appends nothing when given nothing', async () => {
    const { journal } = await openBench(home);
    expect(await journal.append([])).toEqual([]);
    expect((await journal.stats()).entries).toBe(0);
  });

  it('keeps the order of calls that were not waited for', async () => {
    const { journal } = await openBench(home);
    const calls = Array.from({ length: 50 }, (_, i) => journal.append([entryNamed(`c${i}`, [])]));
    const positions = (await Promise.all(calls)).flatMap(positionsOf);
    expect([...positions].sort((a, b) => a - b)).toEqual(positions);
    const ids = (await journal.read(undefined, 100)).map(({ event }) => event.id);
    expect(ids).toEqual(Array.from({ length: 50 }, (_, i) => `c${i}`));
  });

  it('keeps positions growing over openings', async () => {
    const { journal, reopen, crash } = await openBench(home);
    const all = positionsOf(await journal.append(entriesNamed('a', 3, [])));
    all.push(...positionsOf(await (await reopen()).append(entriesNamed('b', 3, []))));
    all.push(...positionsOf(await (await crash()).append(entriesNamed('c', 3, []))));
    expect(new Set(all).size).toBe(9);
    expect([...all].sort((a, b) => a - b)).toEqual(all);
  });
}

function dedupeCases(home: ContractHome): void {
  it('finds a key again within one call, over calls, and counts it', async () => {
    const { journal } = await openBench(home);
    const first = await journal.append([keyed('a', 'k'), keyed('b', 'k'), keyed('c', 'l')]);
    expect(first.map(({ kind }) => kind)).toEqual(['appended', 'duplicate', 'appended']);
    expect(await journal.append([keyed('d', 'l')])).toEqual([{ kind: 'duplicate' }]);
    expect((await journal.stats()).duplicates).toBe(2);
    expect((await journal.stats()).entries).toBe(2);
  });

  it('takes entries without a key every time', async () => {
    const { journal } = await openBench(home);
    await journal.append([entryNamed('a', [])]);
    expect((await journal.append([entryNamed('a', [])]))[0]?.kind).toBe('appended');
  });

  it('takes what was not seen before whatever its key, and notes that over a crash', async () => {
    const { journal, crash } = await openBench(home);
    const unseen = (name: string): Entry => ({ ...keyed(name, 'k'), unseen: true });
    const kinds = async (opened: Journal, entries: readonly Entry[]): Promise<readonly string[]> =>
      (await opened.append(entries)).map(({ kind }) => kind);
    expect(await kinds(journal, [unseen('a'), unseen('b')])).toEqual(['appended', 'appended']);
    expect(await kinds(journal, [keyed('c', 'k'), unseen('d')])).toEqual(['duplicate', 'appended']);
    expect(await kinds(await crash(), [keyed('e', 'k')])).toEqual(['duplicate']);
  });

  it('remembers over a close and over a crash', async () => {
    const { journal, reopen, crash } = await openBench(home);
    const long = 'x'.repeat(500);
    await journal.append([keyed('a', 'k'), keyed('b', long)]);
    const again = [keyed('c', 'k'), keyed('d', long)];
    const duplicates = [{ kind: 'duplicate' }, { kind: 'duplicate' }];
    expect(await (await reopen()).append(again)).toEqual(duplicates);
    expect(await (await crash()).append(again)).toEqual(duplicates);
  });

  it('forgets when the window is over', async () => {
    const { journal, clock, reopen } = await openBench(home, { dedupeWindowMs: 1000 });
    await journal.append([keyed('a', 'k')]);
    clock.advance(999);
    expect(await journal.append([keyed('b', 'k')])).toEqual([{ kind: 'duplicate' }]);
    const opened = await reopen();
    clock.advance(1);
    expect((await opened.append([keyed('c', 'k')]))[0]?.kind).toBe('appended');
  });

  it('remembers no more keys than it may, the youngest ones', async () => {
    const { journal } = await openBench(home, { dedupeMax: 2 });
    await journal.append([keyed('a', '1'), keyed('b', '2'), keyed('c', '3')]);
    const kinds = (await journal.append([keyed('d', '3'), keyed('e', '1')])).map((r) => r.kind);
    expect(kinds).toEqual(['duplicate', 'appended']);
  });
}
