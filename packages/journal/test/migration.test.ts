/** Data folders that earlier versions wrote, see `fixtures/PROVENANCE.md`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import type { DeadLetter, Gap, Journal, Position, SubscriptionLag } from '@viaduct/journal';
import { openJournalReader } from '@viaduct/journal/sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { claim, entryNamed, handClock } from '../src/contract/contract-bench.ts';
import { schemaVersion } from '../src/sqlite/migrations.ts';
import { createFile, openFile, type FileKind } from '../src/sqlite/schema.ts';
import { folderPlace, type FolderPlace } from './sqlite-place.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/schema-1/', import.meta.url));

/** What the version that wrote a folder said was in it. */
interface Written {
  readonly brokerId: string;
  readonly now: number;
  readonly entries: readonly (readonly [position: number, id: string, appendedAt: number])[];
  readonly first: number;
  readonly last: number;
  readonly subscriptions: Readonly<Record<string, SubscriptionLag>>;
  readonly names: readonly { readonly name: string; readonly retired: boolean }[];
  readonly gaps: readonly Omit<Gap, 'id'>[];
  readonly letters: readonly DeadLetter[];
  readonly checkpoint: unknown;
}

async function unpacked(name: string): Promise<{ place: FolderPlace; written: Written }> {
  const place = await folderPlace();
  onTestFinished(() => place.remove());
  for (const file of readdirSync(join(FIXTURES, name))) {
    const bytes = gunzipSync(readFileSync(join(FIXTURES, name, file)));
    writeFileSync(join(place.folder, file.replace(/\.gz$/, '')), bytes);
  }
  const written = JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8')) as Written;
  const names = written.names.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { place, written: { ...written, names } };
}

function versionOf(file: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true });
  const row = database.prepare('PRAGMA user_version').get();
  database.close();
  return row?.user_version;
}

/** Everything in a journal, in the words of {@link Written}. */
async function contentOf(journal: Journal, now: number): Promise<Written> {
  const { first, last, subscriptions, gaps } = await journal.stats();
  const entries = await journal.read(undefined, 1000);
  return {
    brokerId: journal.brokerId,
    now,
    entries: entries.map(({ position, event, appendedAt }) => [position, event.id, appendedAt]),
    first: first!,
    last: last!,
    subscriptions,
    names: (await journal.subscriptions()).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    gaps: gaps.map(({ id: _, ...gap }) => gap),
    letters: await journal.deadLetters.list({}, 1000),
    checkpoint: await journal.checkpoints.load('trackers/one'),
  };
}

describe.each(['closed', 'killed'])('a data folder of schema 1, left %s', (name) => {
  it('is brought up to date when it is opened, and everything is found in it', async () => {
    const { place, written } = await unpacked(name);
    expect(versionOf(join(place.folder, 'state.db'))).toBe(1);
    const clock = handClock();
    clock.advance(written.now - clock.now());
    let journal = await place.open({ clock });
    expect(await contentOf(journal, written.now)).toEqual(written);
    const again = await journal.append([entryNamed('again', [], { dedupe: 'k60' })]);
    expect(again).toEqual([{ kind: 'duplicate' }]);
    await journal.close();
    expect(versionOf(join(place.folder, 'state.db'))).toBe(schemaVersion('state'));
    journal = await place.open({ clock });
    expect(await contentOf(journal, written.now)).toEqual(written);
  });

  it('is written on in the new version: what is done stays done', async () => {
    const { place, written } = await unpacked(name);
    const clock = handClock();
    clock.advance(written.now - clock.now());
    let journal = await place.open({ clock });
    const bus = await journal.subscribe('bus', 'start');
    const claimed = await claim(bus, 1000);
    expect(claimed).toHaveLength(written.subscriptions.bus!.pending);
    await bus.settle(claimed.map(({ entry }) => entry.position));
    const [next] = await journal.append([entryNamed('next', ['bus'])]);
    expect(next).toEqual({ kind: 'appended', position: written.last + 1 });
    await journal.retire('slow');
    await journal.drop('slow');
    await place.crash(journal);
    journal = await place.open({ clock });
    const { subscriptions } = await journal.stats();
    expect(Object.keys(subscriptions).sort()).toEqual(['bus', 'gone', 'nms']);
    expect(subscriptions).toMatchObject({ bus: { pending: 1 }, nms: written.subscriptions.nms });
  });

  it('is not touched by a reader, which says what to do', async () => {
    const { place } = await unpacked(name);
    const opening = openJournalReader(place.folder);
    await expect(opening).rejects.toMatchObject({
      code: 'VIA_JOURNAL_UNREADABLE',
      message: expect.stringContaining('start the broker once') as unknown,
    });
  });
});

it('a migrated file has the tables of a new one', async () => {
  const { place } = await unpacked('closed');
  const fresh = await mkdtemp(join(tmpdir(), 'viaduct-fresh-'));
  onTestFinished(() => rm(fresh, { recursive: true }));
  const tables = (database: DatabaseSync): readonly unknown[] => {
    const sql = 'SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name';
    const rows = database.prepare(sql).all();
    database.close();
    return rows.map(({ name, sql: text }) => [
      name,
      String(text)
        .replace(/\s+/g, ' ')
        .replace(/\( | \)|"/g, (found) => found.replace(/ |"/g, '')),
    ]);
  };
  for (const [kind, name] of [
    ['state', 'state.db'],
    ['segment', 'segment-0000000000000101.db'],
  ] as const satisfies readonly (readonly [FileKind, string])[]) {
    const migrated = openFile(join(place.folder, name), kind, 'own');
    expect(tables(migrated)).toEqual(tables(createFile(join(fresh, name), kind)));
  }
});

it('gives no id of a gap twice, not even after its subscription was dropped', async () => {
  const { place, written } = await unpacked('closed');
  const clock = handClock();
  const journal = await place.open({ clock });
  const highest = Math.max(...(await journal.stats()).gaps.map(({ id }) => id));
  for (const { name, retired } of written.names) {
    if (!retired) await journal.retire(name);
    await journal.drop(name);
  }
  await journal.close();
  const segment = join(place.folder, 'segment-0000000000000107.db');
  writeFileSync(segment, 'no segment any more');
  const state = new DatabaseSync(join(place.folder, 'state.db'));
  expect(state.prepare('SELECT count(*) count FROM gap').get()).toEqual({ count: 0 });
  state.close();
  const later = await place.open({ clock });
  await later.subscribe('late', 'start');
  await later.close();
  const { gaps } = await (await place.open({ clock })).stats();
  const ids = gaps.map(({ id }): Position => id as Position);
  expect(ids.length).toBeGreaterThan(0);
  expect(Math.min(...ids)).toBeGreaterThan(highest);
});
