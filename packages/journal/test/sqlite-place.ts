/** A folder for a journal under test, and ways to end it roughly. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Journal } from '@viaduct/journal';
import type { ContractPlace } from '@viaduct/journal/contract';
import { openJournal, type SqliteJournalOptions } from '@viaduct/journal/sqlite';
import { SqliteJournal } from '../src/sqlite/sqlite-journal.ts';

/** A {@link ContractPlace} that says where it is. */
export interface FolderPlace extends ContractPlace {
  readonly folder: string;
}

/** Ends the worker in whatever it is doing; nothing is written or closed in order. */
export async function killWorker(journal: Journal): Promise<void> {
  if (!(journal instanceof SqliteJournal)) throw new Error('not a journal on SQLite');
  await journal.client.kill();
}

/** A new folder; `more` are options for every opening in it. */
export async function folderPlace(more: Partial<SqliteJournalOptions> = {}): Promise<FolderPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'viaduct-journal-'));
  let open: Journal | undefined;
  return {
    folder,
    open: async (options) => (open = await openJournal({ ...options, ...more, folder })),
    crash: killWorker,
    remove: async () => {
      await open?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
