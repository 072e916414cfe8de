import { journalContract } from '@viaduct/journal/contract';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  claim,
  entriesNamed,
  handClock,
  namesOf,
  positionsOf,
} from '../src/contract/contract-bench.ts';
import { folderPlace } from './sqlite-place.ts';

journalContract({ name: 'SQLite', place: () => folderPlace() });

describe('bounds of the SQLite journal', () => {
  it('lets appends wait when too much is on its way, and keeps their order', async () => {
    const place = await folderPlace({ appendBytesMax: 2000 });
    onTestFinished(() => place.remove());
    const journal = await place.open({ clock: handClock() });
    const calls = Array.from({ length: 60 }, (_, n) =>
      journal.append(entriesNamed(`c${n}-`, 3, [])),
    );
    const positions = (await Promise.all(calls)).flatMap(positionsOf);
    expect(positions).toEqual(Array.from({ length: 180 }, (_, n) => n + 1));
  });

  it('finishes appends that wait for their turn when it closes', async () => {
    const place = await folderPlace({ appendBytesMax: 2000 });
    onTestFinished(() => place.remove());
    const journal = await place.open({ clock: handClock() });
    const calls = Array.from({ length: 20 }, (_, n) =>
      journal.append(entriesNamed(`c${n}-`, 3, [])),
    );
    await journal.close();
    const answered = await Promise.allSettled(calls);
    const again = await place.open({ clock: handClock() });
    const kept = answered.filter(({ status }) => status === 'fulfilled').length;
    expect((await again.stats()).entries).toBe(kept * 3);
    expect(kept).toBeGreaterThan(0);
  });

  it('feeds a sink that is behind from the disk, a page at a time, in order', async () => {
    const place = await folderPlace({ tailBytesMax: 1000, pageBytesMax: 4000 });
    onTestFinished(() => place.remove());
    const journal = await place.open({ clock: handClock() });
    const nms = await journal.subscribe('nms', 'now');
    for (let n = 0; n < 5; n += 1) await journal.append(entriesNamed(`r${n}-`, 20, ['nms']));
    const names: string[] = [];
    while (nms.lag().pending > 0) {
      const claimed = await claim(nms, 100);
      expect(claimed.length).toBeLessThan(20);
      names.push(...namesOf(claimed));
      await nms.settle(claimed.map(({ entry }) => entry.position));
    }
    const all = await journal.read(undefined, 1000);
    expect(names.slice(0, all.length)).toEqual(all.map(({ event }) => event.id));
    expect(names).toHaveLength(100);
  });
});
