import type { Position } from '@viaduct/journal';
import { openJournalReader } from '@viaduct/journal/sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  claim,
  entriesNamed,
  entryNamed,
  handClock,
  letterFor,
} from '../src/contract/contract-bench.ts';
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

  it('reads back from the newest entry, and finds where a time begins', async () => {
    const place = await folderPlace({ segmentBytes: 100_000 });
    onTestFinished(() => place.remove());
    const clock = handClock();
    const journal = await place.open({ clock });
    const startedAt = clock.now();
    for (let round = 0; round < 12; round += 1) {
      await journal.append(entriesNamed(`r${round}-${'x'.repeat(500)}`, 20, []));
      clock.advance(1000);
    }
    const forward = await journal.read(undefined, 1000);
    const reader = await openJournalReader(place.folder);
    onTestFinished(() => reader.close());
    const backward = [];
    let page = await reader.readBack(undefined, 37);
    while (page.first !== undefined) {
      expect(page.damaged).toEqual([]);
      backward.push(...page.entries);
      page = await reader.readBack(page.first, 37);
    }
    expect(backward).toEqual(forward.toReversed());
    expect(await reader.entry(forward[5]!.position)).toEqual(forward[5]);
    expect(await reader.entry((forward.at(-1)!.position + 1) as Position)).toBeUndefined();

    const before = await reader.beforeTime(startedAt + 7000);
    const [first] = await reader.read(before, 1);
    expect(first).toEqual(forward[140]);
    expect(await reader.beforeTime(startedAt)).toBeUndefined();
    expect(await reader.read(await reader.beforeTime(startedAt + 60_000), 1)).toEqual([]);
    await journal.close();
  });

  it('finds what an id stands in, over several segments, and how far each sink is with it', async () => {
    const place = await folderPlace({ segmentBytes: 100_000 });
    onTestFinished(() => place.remove());
    const journal = await place.open({ clock: handClock() });
    const nms = await journal.subscribe('nms', 'now');
    await journal.subscribe('bus', 'now');
    for (const name of ['twice', 'other', 'twice']) {
      await journal.append([entryNamed(name, ['nms'])]);
      await journal.append(entriesNamed(`x${'x'.repeat(500)}`, 150, []));
    }
    const reader = await openJournalReader(place.folder);
    onTestFinished(() => reader.close());
    const found: number[] = [];
    let page = await reader.findBack('"id":"twice"', undefined, 40);
    while (page.first !== undefined) {
      found.push(...page.entries.map(({ position }) => position));
      page = await reader.findBack('"id":"twice"', page.first, 40);
    }
    expect(found).toEqual([303, 1]);

    const [one] = await claim(nms, 1);
    await nms.settle([one!.entry.position]);
    const standing = async (position: number) =>
      (await reader.standing(position as Position)).get('nms')?.state;
    expect(await standing(1)).toBe('done');
    expect(await standing(303)).toBe('waiting');
    await journal.close();
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
