import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { viaduct } from './viaduct-command.ts';

const samples = join(import.meta.dirname, '../../../packages/cloudify/fixtures/hooks-conf');
const SOURCE = 'sources: { flows: { adapter: cloudify, url: "amqp://127.0.0.1" } }\n';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viaduct-hooks-'));
  await copyFile(join(samples, 'documented-snmp.yaml'), join(folder, 'hooks.conf'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const importHooks = (...args: readonly string[]) =>
  viaduct(['hooks', 'import', ...args], { cwd: folder });

/** What `viaduct check` says of the printed sections, with a source of Cloudify. */
async function checked(sections: string): Promise<{ ok: boolean; problems: object[] }> {
  await writeFile(join(folder, 'viaduct.yaml'), SOURCE + sections);
  const { stdout } = await viaduct(['check', '--json', 'viaduct.yaml'], { cwd: folder });
  return JSON.parse(stdout) as { ok: boolean; problems: object[] };
}

describe('viaduct hooks import', () => {
  it('prints a sink for the file that a configuration takes as it stands', async () => {
    const { code, stdout, stderr } = await importHooks('hooks.conf');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ {4}adapter: cloudify\.hooks\n {4}file: hooks\.conf$/m);
    expect(stdout.match(/send_snmp_trap$/gm)).toHaveLength(3);
    expect(await checked(stdout)).toMatchObject({ ok: true, problems: [] });
  });

  it('prints a sink and a route for each hook when asked to', async () => {
    const { code, stdout } = await importHooks('--each', '--name', 'traps', 'hooks.conf');
    expect(code).toBe(0);
    expect(stdout.match(/^ {4}hook: hook-[0-9a-f]{12}$/gm)).toHaveLength(3);
    expect(stdout.match(/^ {6}nativetype: workflow_\w+$/gm)).toHaveLength(3);
    expect(stdout).toMatch(/^ {2}traps\.hook-[0-9a-f]{12}:$/m);
    expect(await checked(stdout)).toMatchObject({ ok: true, problems: [] });
  });

  it('keeps only the first hook of an event with --first-match, and says so', async () => {
    const twice = ['a.b', 'c.d'].map((name) => ({
      event_type: 'workflow_failed',
      implementation: name,
    }));
    await writeFile(join(folder, 'twice.conf'), JSON.stringify({ hooks: twice }));
    const { code, stdout, stderr } = await importHooks('--first-match', 'twice.conf');
    expect(code).toBe(0);
    expect(stdout).toContain('mode: first-match');
    expect(stdout).not.toContain('c.d');
    expect(stderr).toMatch(/^twice\.conf:1: warning: .*never runs/m);
  });

  it('prints no configuration of a broken file, but what is wrong with it and where', async () => {
    await writeFile(join(folder, 'broken.conf'), 'hooks:\n  - event_type: workflow_failed\n');
    const { code, stdout, stderr } = await importHooks('broken.conf');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^broken\.conf:2: error: hooks\[0\]: one of implementation/m);
  });

  it('says so where there are no hooks', async () => {
    await writeFile(join(folder, 'empty.conf'), '# all commented out\n');
    const { code, stdout } = await importHooks('empty.conf');
    expect([code, stdout]).toEqual([0, '# empty.conf has no hooks.\n']);
  });

  it('lets no name break out of a comment', async () => {
    const hook = { event_type: 'workflow_failed', command: ['/bin/true', 'a\nsinks: {}'] };
    await writeFile(join(folder, 'odd.conf'), JSON.stringify({ hooks: [hook] }));
    const { stdout } = await importHooks('odd.conf');
    expect(stdout.match(/^sinks:/gm)).toHaveLength(1);
    expect(await checked(stdout)).toMatchObject({ ok: true });
  });

  it('exits 2 for a file that is not there, a wrong name, no file at all', async () => {
    for (const args of [['no-such-file'], ['--name', 'a b', 'hooks.conf'], []]) {
      const { code, stdout, stderr } = await importHooks(...args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).not.toContain('    at ');
    }
  });
});
