import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRetiredScene } from './web-scene.ts';

describe('viaduct sinks', () => {
  it('lists what was taken out while it was owed events, and drops it when it is told so', async () => {
    const { broker } = await openRetiredScene();
    const table = await broker.run('sinks', 'retired');
    expect(table.stdout).toMatch(/^SINK +OWED +REFUSED ONCE +OLDEST\nnms +2 +\d+ +\S+/);
    const { stdout } = await broker.run('sinks', 'retired', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ name: 'nms', events: 2 });

    const why = ['--reason', 'switched off'];
    const dry = await broker.run('sinks', 'drop', 'nms', ...why, '--dry-run', '--yes');
    expect([dry.code, dry.stderr]).toEqual([0, '']);
    expect(dry.stdout).toMatch(/^To drop "nms": 2 events that it is owed, the oldest of /);
    const asked = await broker.run('sinks', 'drop', 'nms', ...why, '--dry-run', '--json');
    expect([asked.code, JSON.parse(asked.stdout)]).toMatchObject([
      0,
      { events: 2, dropped: false },
    ]);
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
    const { broker } = await openRetiredScene();
    await broker.stop();
    const drop = ['sinks', 'drop', 'nms', '--reason', 'gone', '--yes', '--json'];
    const { code, stdout } = await broker.run(...drop);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { name: 'nms', dropped: true }]);
    expect((await broker.run(...drop)).stderr).toContain('there is no retired sink');
  });
});
