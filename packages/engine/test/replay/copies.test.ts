import { describe, expect, it } from 'vitest';
import type { Entry } from '@viaduct/journal';
import { listActiveAlarms } from '../../src/index.ts';
import { setStage } from '../stage.ts';
import { storedEntry, type EntrySketch } from './stored-entries.ts';

const entry = (sketch: EntrySketch): Entry => {
  const { position: _position, appendedAt: _at, ...rest } = storedEntry(sketch);
  return rest;
};

const ORIGINAL: EntrySketch = { at: 1, vm: 'a', state: 'failed', source: 'in', alarm: 'raised' };

const COPY: EntrySketch = { ...ORIGINAL, replayed: true, replay: { id: 'r-1' }, targets: ['out'] };

describe('what a replay has written', () => {
  it('is no past for a new sink, which gets the original', async () => {
    const first = setStage();
    await first.engine.start();
    await first.journal.append([entry(ORIGINAL), entry(COPY)]);
    await first.settle();
    expect(first.sink.sent).toHaveLength(1);
    const next = setStage({
      journal: first.journal.crash(),
      clock: first.clock,
      other: { from: 'start' },
      routes: [{ name: 'all', to: ['out', 'other'] }],
    });
    await next.engine.start();
    await next.settle();
    expect(next.other.sent).toHaveLength(1);
  });

  it('raises no alarm that is over', async () => {
    const { journal } = setStage();
    const cleared = entry({ ...ORIGINAL, at: 2, state: 'running', alarm: 'cleared' });
    await journal.append([entry(ORIGINAL), cleared, entry(COPY)]);
    const record = {
      read: journal.read.bind(journal),
      checkpoints: { ...journal.checkpoints, names: () => Promise.resolve([]) },
    };
    expect(await listActiveAlarms(record, () => undefined)).toEqual([]);
  });
});
