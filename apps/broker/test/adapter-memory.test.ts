import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADAPTER_MEMORY_LENGTH_MAX } from '@viaduct/core';
import { openJournal } from '@viaduct/journal/sqlite';
import { systemClock } from '@viaduct/testkit';
import { adapterMemory } from '../src/running/adapter-memory.ts';

describe('the memory of an adapter', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'viaduct-memory-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('lasts over a restart, apart for each source and sink', async () => {
    const before = await openJournal({ folder, clock: systemClock });
    const traps = adapterMemory(before.checkpoints, 'source', 'traps');
    expect(await traps.load()).toBeUndefined();
    await traps.save({ senders: [1] });
    await traps.save({ senders: [2] });
    await before.close();

    const after = await openJournal({ folder, clock: systemClock });
    const memory = (role: 'source' | 'sink', name: string) =>
      adapterMemory(after.checkpoints, role, name).load();
    expect(await memory('source', 'traps')).toEqual({ senders: [2] });
    expect(await memory('sink', 'traps')).toBeUndefined();
    expect(await memory('source', 'other')).toBeUndefined();
    await after.close();
  });

  it('takes no more than it may, and keeps what it has', async () => {
    const journal = await openJournal({ folder, clock: systemClock });
    const memory = adapterMemory(journal.checkpoints, 'source', 'traps');
    await memory.save('small');
    const large = 'x'.repeat(ADAPTER_MEMORY_LENGTH_MAX);
    await expect(memory.save(large)).rejects.toThrow(/source traps has \d+ characters/);
    expect(await memory.load()).toBe('small');
    await journal.close();
  });
});
