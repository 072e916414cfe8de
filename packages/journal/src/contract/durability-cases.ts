/** What survives a close, what survives a crash, and what a closed journal says. */
import { describe, expect, it } from 'vitest';
import {
  claim,
  entriesNamed,
  entryNamed,
  namesOf,
  openBench,
  positionOf,
  REFUSED,
} from './contract-bench.ts';
import type { ContractHome } from './contract-bench.ts';

/** Declares the cases. */
export function durabilityCases(home: ContractHome): void {
  describe('durability', () => survivalCases(home));
  describe('close', () => closeCases(home));
}

function survivalCases(home: ContractHome): void {
  it('keeps what was appended and owed, and hands out again what was only claimed', async () => {
    const { journal, crash } = await openBench(home);
    const nms = await journal.subscribe('nms', 'now');
    await journal.append(entriesNamed('', 4, ['nms']));
    const claimed = await claim(nms, 3);
    await nms.settle([positionOf(claimed[1])]);
    const later = await (await crash()).subscribe('nms', 'now');
    expect(namesOf(await claim(later, 10))).toEqual(['0', '2', '3']);
  });

  it('keeps refusals of a parked entry and when it is due', async () => {
    const { journal, clock, crash } = await openBench(home);
    const nms = await journal.subscribe('nms', 'now');
    await journal.append(entriesNamed('', 2, ['nms']));
    const [one] = await claim(nms, 1);
    const attempt = { at: 1, code: REFUSED, message: 'no' } as const;
    await nms.park(positionOf(one), clock.now() + 1000, attempt);
    const later = await (await crash()).subscribe('nms', 'now');
    expect(namesOf(await claim(later, 5))).toEqual(['1']);
    clock.advance(1000);
    expect(await claim(later, 5)).toMatchObject([{ attempt: 2, attempts: [attempt] }]);
  });

  it('settles what is under way when it closes', async () => {
    const { journal, reopen } = await openBench(home);
    const nms = await journal.subscribe('nms', 'now');
    await journal.append(entriesNamed('', 2, ['nms']));
    const [one] = await claim(nms, 2);
    void nms.settle([positionOf(one)]);
    const appended = journal.append([entryNamed('2', ['nms'])]);
    const later = await (await reopen()).subscribe('nms', 'now');
    await appended;
    expect(namesOf(await claim(later, 5))).toEqual(['1', '2']);
  });

  it('has one id for the broker, for good', async () => {
    const { journal, reopen } = await openBench(home);
    expect(journal.brokerId).toMatch(/^[0-9a-f-]{36}$/);
    expect((await reopen()).brokerId).toBe(journal.brokerId);
  });
}

function closeCases(home: ContractHome): void {
  it('may be called twice, and at once', async () => {
    const { journal } = await openBench(home);
    await Promise.all([journal.close(), journal.close()]);
    await journal.close();
  });

  it('answers everything afterwards with VIA_JOURNAL_CLOSED', async () => {
    const { journal } = await openBench(home);
    const nms = await journal.subscribe('nms', 'now');
    const waiting = claim(nms, 1);
    const heard = expect(waiting).rejects.toMatchObject({ code: 'VIA_JOURNAL_CLOSED' });
    await journal.close();
    await heard;
    for (const call of [
      () => journal.append([entryNamed('1', [])]),
      () => journal.read(undefined, 1),
      () => journal.subscribe('x', 'now'),
      () => journal.subscriptions(),
      () => journal.retire('nms'),
      () => journal.drop('nms'),
      () => journal.stats(),
      () => journal.deadLetters.count(),
      () => journal.checkpoints.load('x'),
      () => claim(nms, 1),
      () => nms.settle([]),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'VIA_JOURNAL_CLOSED' });
    }
  });
}
