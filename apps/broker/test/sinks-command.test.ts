import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { stateOf, type WebBroker } from './web-broker.ts';
import { arrived, openWebScene } from './web-scene.ts';

/** A broker that runs, whose manager was taken out while it was owed two events. */
async function retireManager(): Promise<WebBroker> {
  const { nms, archive, broker } = await openWebScene();
  nms.status = 503;
  await broker.start();
  for (const vm of ['1', '2']) await broker.post(stateOf(vm, 'failed', randomUUID()));
  await arrived(archive, 2);
  await broker.stop();
  await broker.configure({ archive }, ['archive']);
  await broker.start();
  return broker;
}

describe('viaduct sinks', () => {
  it('lists what was taken out while it was owed events, and drops it when it is told so', async () => {
    const broker = await retireManager();
    const table = await broker.run('sinks', 'retired');
    expect(table.stdout).toMatch(/^SINK +OWED +REFUSED ONCE +OLDEST\nnms +2 +\d+ +\S+/);
    const { stdout } = await broker.run('sinks', 'retired', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ name: 'nms', events: 2 });

    const why = ['--reason', 'switched off'];
    const dry = await broker.run('sinks', 'drop', 'nms', ...why, '--dry-run');
    expect(dry.stdout).toMatch(/^To drop "nms": 2 events that it is owed, the oldest of /);
    const unasked = await broker.run('sinks', 'drop', 'nms', ...why);
    expect([unasked.code, unasked.stderr]).toMatchObject([2, /--yes does it unasked/]);
    const inUse = await broker.run('sinks', 'drop', 'archive', ...why, '--yes');
    expect([inUse.code, inUse.stderr]).toMatchObject([4, /is in use/]);
    expect((await broker.run('sinks', 'drop', 'nms', '--yes')).stderr).toContain('--reason');

    const done = await broker.run('sinks', 'drop', 'nms', ...why, '--yes');
    expect([done.code, done.stderr]).toEqual([0, '']);
    expect(done.stdout).toBe('"nms" is dropped; 2 events that it was owed are lost to it.\n');
    expect((await broker.run('sinks', 'retired')).stdout).toBe('There is no retired sink.\n');
    const audit = await readFile(join(broker.folder, 'data/audit.jsonl'), 'utf8');
    expect(audit).toContain('switched off');
  });

  it('works on the folder of a stopped broker', async () => {
    const broker = await retireManager();
    await broker.stop();
    const drop = ['sinks', 'drop', 'nms', '--reason', 'gone', '--yes', '--json'];
    const { code, stdout } = await broker.run(...drop);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { name: 'nms', dropped: true }]);
    expect((await broker.run(...drop)).stderr).toContain('there is no retired sink');
  });
});
