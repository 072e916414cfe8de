import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '@viaduct/journal/sqlite';
import { systemClock } from '@viaduct/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectToBroker } from '../../src/admin/client.ts';
import { openOperations } from '../../src/operations/open-operations.ts';
import { type Stage, startStage } from './stage.ts';

const SINKS = '  old: { adapter: cloudevents.file, file: ./old.jsonl }';
const ROUTES = '  - { from: web, to: old }';

/** A broker whose sink `old` was owed two events when it was taken out of the configuration. */
async function withRetired(): Promise<Stage> {
  const stage = await startStage({ sinks: SINKS, routes: ROUTES });
  await stage.send('/api/v1/sinks/old/pause');
  for (const id of ['a', 'b']) await stage.post(id);
  const text = await readFile(stage.file, 'utf8');
  await writeFile(stage.file, text.replace(SINKS, '').replace(ROUTES, ''));
  expect((await stage.send('/api/v1/configuration/reload')).status).toBe(200);
  return stage;
}

describe('a retired sink', () => {
  const path = '/api/v1/retired-sinks/old/drop';

  it('is listed with what it is owed, and dropped only by whoever knows what is lost', async () => {
    const stage = await withRetired();
    const old = { name: 'old', events: 2, parked: 0, oldestAt: expect.any(Number) as number };
    expect((await stage.get('/api/v1/retired-sinks')).body).toEqual({ sinks: [old] });
    const dry = await stage.send(path, { reason: 'gone', dryRun: true });
    expect(dry.body).toEqual({ ...old, dropped: false });
    for (const events of [undefined, 1]) {
      const refused = await stage.send(path, { reason: 'gone', events });
      expect([refused.status, refused.body]).toMatchObject([409, { code: 'VIA_BROKER_SINK_OWED' }]);
      expect(refused.body).toMatchObject({ message: /owed 2 events, the oldest of 20/ });
    }
    expect((await stage.send(path, { events: 2 })).status).toBe(400);
    const done = await stage.send(path, { reason: 'gone', events: 2 });
    expect([done.status, done.body]).toEqual([200, { ...old, dropped: true }]);
    expect((await stage.get('/api/v1/retired-sinks')).body).toEqual({ sinks: [] });
    expect(stage.logs.lines).toContainEqual(
      expect.objectContaining({ fields: { sink: 'old', events: 2, reason: 'gone' } }),
    );
    const again = await stage.send(path, { reason: 'gone', events: 2 });
    expect(again.body).toMatchObject({ status: 400, message: 'there is no retired sink "old"' });
  });

  it('comes back to life instead where it is configured again', async () => {
    const stage = await withRetired();
    const text = await readFile(stage.file, 'utf8');
    await writeFile(stage.file, text.replace('routes:', `${SINKS}\nroutes:`).concat(`${ROUTES}\n`));
    expect((await stage.send('/api/v1/configuration/reload')).status).toBe(200);
    const refused = await stage.send(path, { reason: 'gone', events: 2 });
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'VIA_BROKER_SINK_IN_USE' }]);
  });

  it('is dropped over the socket, too', async () => {
    const stage = await withRetired();
    const operations = await connectToBroker(stage.data);
    expect(await operations?.retiredSinks.list()).toMatchObject([{ name: 'old', events: 2 }]);
    const drop = operations?.retiredSinks.drop({ name: 'old', reason: 'gone' });
    await expect(drop).rejects.toMatchObject({ code: 'VIA_BROKER_SINK_OWED' });
    const dropped = await operations?.retiredSinks.drop({ name: 'old', reason: 'x', events: 9 });
    expect(dropped).toMatchObject({ name: 'old', events: 2, dropped: true });
  });

  it('of a stopped broker is dropped in its data folder, and the audit log has it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'viaduct-retired-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const journal = await openJournal({ folder, clock: systemClock });
    await journal.subscribe('old', 'now');
    await journal.retire('old');
    await journal.close();
    const operations = await openOperations({ folder, for: 'change', clock: systemClock });
    expect(await operations.retiredSinks.list()).toEqual([{ name: 'old', events: 0, parked: 0 }]);
    await operations.retiredSinks.drop({ name: 'old', reason: 'tidy' });
    expect(await operations.retiredSinks.list()).toEqual([]);
    await operations.close();
    const line = JSON.parse(await readFile(join(folder, 'audit.jsonl'), 'utf8')) as unknown;
    expect(line).toMatchObject({ what: 'sinks drop', request: { name: 'old', reason: 'tidy' } });
  });
});
