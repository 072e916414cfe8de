import { JournalError } from '@viaduct/journal';
import { journalContract } from '@viaduct/journal/contract';
import { memoryJournal, type MemoryJournal } from '@viaduct/journal/memory';
import { describe, expect, it } from 'vitest';
import { claim, entryNamed, handClock, namesOf } from '../src/contract/contract-bench.ts';

journalContract({
  name: 'memory',
  place: async () => {
    let kept: MemoryJournal | undefined;
    return {
      open: async (options) => (kept = kept === undefined ? memoryJournal(options) : kept.crash()),
      crash: async () => undefined,
      remove: async () => undefined,
    };
  },
});

describe('faults of the journal in memory', () => {
  it('loses at a crash what was held, and nothing else', async () => {
    const journal = memoryJournal({ clock: handClock() });
    const nms = await journal.subscribe('nms', 'now');
    await journal.append([entryNamed('1', ['nms'])]);
    const [one] = await claim(nms, 1);
    journal.hold();
    void nms.settle([one!.entry.position]);
    void journal.append([entryNamed('2', ['nms'])]);
    const next = journal.crash();
    const found = await claim(await next.subscribe('nms', 'now'), 5);
    expect(namesOf(found)).toEqual(['1']);
  });

  it('fails one append with a full disk, and closes for good with any other error', async () => {
    const journal = memoryJournal({ clock: handClock() });
    journal.failAppend(new JournalError('VIA_JOURNAL_DISK_FULL', 'no room'));
    const append = () => journal.append([entryNamed('1', [])]);
    await expect(append()).rejects.toMatchObject({ code: 'VIA_JOURNAL_DISK_FULL' });
    await append();
    journal.failAppend(new JournalError('VIA_JOURNAL_FAILED', 'sync failed'));
    await expect(append()).rejects.toMatchObject({ code: 'VIA_JOURNAL_FAILED' });
    await expect(append()).rejects.toMatchObject({ code: 'VIA_JOURNAL_FAILED' });
    expect((await journal.crash().stats()).entries).toBe(1);
  });
});
