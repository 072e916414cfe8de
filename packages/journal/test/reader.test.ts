import { openJournalReader } from '@viaduct/journal/sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { claim, entriesNamed, handClock, letterFor } from '../src/contract/contract-bench.ts';
import { folderPlace } from './sqlite-place.ts';

describe('a reader', () => {
  it('sees what the owner has answered, while it goes on over several segments', async () => {
    const place = await folderPlace({ segmentBytes: 100_000 });
    onTestFinished(() => place.remove());
    const journal = await place.open({ clock: handClock() });
    const nms = await journal.subscribe('nms', 'now');
    const reader = await openJournalReader(place.folder);
    expect(await reader.read(undefined, 10)).toEqual([]);
    for (let round = 1; round <= 12; round += 1) {
      await journal.append(entriesNamed(`r${round}-${'x'.repeat(500)}`, 20, ['nms']));
      expect((await reader.stats()).entries).toBe(round * 20);
      const all = await reader.read(undefined, 1000);
      expect(all).toHaveLength(round * 20);
      expect(all).toEqual(await journal.read(undefined, 1000));
    }
    const [one] = await claim(nms, 1);
    await nms.bury(one!.entry.position, letterFor('nms'));
    expect(await reader.deadLetters.list({}, 10)).toEqual(await journal.deadLetters.list({}, 10));
    expect(await reader.deadLetters.count()).toBe(1);
    expect((await reader.stats()).subscriptions).toEqual((await journal.stats()).subscriptions);
    expect(await reader.subscriptions()).toEqual([{ name: 'nms', retired: false }]);
    expect(reader.brokerId).toBe(journal.brokerId);
    expect(await reader.checkpoints.names()).toEqual([]);
    await journal.checkpoints.save('trackers/one', one!.entry.position, { seen: 1 });
    await journal.checkpoints.save('trackers/bus', one!.entry.position, {});
    expect(await reader.checkpoints.names()).toEqual(['trackers/bus', 'trackers/one']);
    await reader.close();
  });

  it('works when nobody owns the folder, and hinders nobody who then does', async () => {
    const place = await folderPlace();
    onTestFinished(() => place.remove());
    await (await place.open({ clock: handClock() })).close();
    const reader = await openJournalReader(place.folder);
    expect(await reader.deadLetters.get(1)).toBeUndefined();
    const journal = await place.open({ clock: handClock() });
    await journal.append(entriesNamed('e', 1, []));
    expect(await reader.read(undefined, 5)).toHaveLength(1);
    await reader.close();
  });

  it('says so where there is no journal', async () => {
    const place = await folderPlace();
    onTestFinished(() => place.remove());
    const opening = openJournalReader(place.folder);
    await expect(opening).rejects.toMatchObject({ code: 'VIA_JOURNAL_UNREADABLE' });
  });
});
