import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkJournal, openJournalReader } from '@viaduct/journal/sqlite';
import { describe, expect, it } from 'vitest';
import { startStage } from './stage.ts';

const PATH = '/api/v1/journal/backup';

describe('a backup over the admin API', () => {
  it('is whole, in the data folder, for its owner alone, and never written over', async () => {
    const stage = await startStage();
    for (const id of ['a', 'b', 'c']) await stage.post(id);
    const { status, text } = await stage.send(PATH, { name: 'first' });
    expect(status).toBe(200);
    const steps = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly kind: string });
    const folder = join(stage.data, 'backups/first');
    expect(steps.at(-1)).toMatchObject({ kind: 'done', result: { folder, last: 3, missing: [] } });
    expect(steps.slice(0, -1).every(({ kind }) => kind === 'writing')).toBe(true);
    expect((await stat(folder)).mode & 0o077).toBe(0);
    expect((await checkJournal(folder)).isWhole).toBe(true);
    const copy = await openJournalReader(folder);
    expect((await copy.read(undefined, 10)).map(({ position }) => position)).toEqual([1, 2, 3]);
    await copy.close();
    const again = await stage.send(PATH, { name: 'first' });
    expect([again.status, again.body]).toMatchObject([409, { code: 'VIA_JOURNAL_BACKUP_EXISTS' }]);
    expect((await stage.send(PATH, {})).status).toBe(200);
    const { body } = await stage.get('/api/v1/journal/backups');
    const names = (body as { backups: { name: string }[] }).backups.map(({ name }) => name);
    expect(names.toSorted()).toEqual([expect.stringMatching(/^20\d\d-.*Z$/), 'first']);
  });

  it('is refused under a name that leads elsewhere, and where there are many', async () => {
    const stage = await startStage();
    for (const name of ['../x', '/etc/x', '.x', 'a/b', '', 'x'.repeat(65)]) {
      expect((await stage.send(PATH, { name })).status, name).toBe(400);
    }
    for (let number = 0; number < 8; number += 1) {
      await mkdir(join(stage.data, 'backups', String(number)), { recursive: true });
    }
    const refused = await stage.send(PATH, {});
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ message: /^there are 8 backups in .*remove them there$/ });
  });
});
