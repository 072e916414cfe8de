/** Dead letters in the state file, beyond what the contract of journals asks for. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { letterFor } from '../src/contract/contract-bench.ts';
import { formatLetter } from '../src/sqlite/entry-text.ts';
import { StateFile } from '../src/sqlite/state-file.ts';

async function newState(): Promise<StateFile> {
  const folder = await mkdtemp(join(tmpdir(), 'viaduct-letters-'));
  const state = new StateFile(folder, 'create');
  onTestFinished(async () => {
    state.close();
    await rm(folder, { recursive: true });
  });
  return state;
}

it('leaves nothing of a discarded letter, the note of its key included', async () => {
  const state = await newState();
  const notes = (): number => {
    const database = new DatabaseSync(state.file, { readOnly: true });
    const row = database.prepare("SELECT count(*) n FROM meta WHERE name LIKE 'letter/%'").get();
    database.close();
    return Number(row?.n);
  };
  const letter = formatLetter({ ...letterFor('nms'), key: 'route/7' });
  state.transaction(() => state.letters.add(letter));
  expect([notes(), state.letters.count()]).toEqual([1, 1]);
  const ids = state.letters.list({}, 1).map(({ id }) => id);
  state.transaction(() => void state.letters.discard(ids));
  expect([notes(), state.letters.count()]).toEqual([0, 0]);
});
