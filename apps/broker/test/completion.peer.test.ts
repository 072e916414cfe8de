/** Completion in the shells that people use. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionsOf, type Shell } from '../../../tools/peers/shells.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { viaduct } from './viaduct-command.ts';

requirePeer('shells');

const BIN = join(import.meta.dirname, '../bin/viaduct.js');
const TEST_MS = 240_000;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viaduct-completion-'));
  const command = `#!/bin/sh\nexec '${process.execPath}' --conditions=@viaduct/source '${BIN}' "$@"\n`;
  await writeFile(join(folder, 'viaduct'), command);
  await chmod(join(folder, 'viaduct'), 0o755);
  const flags = ['--source', 'oslo', '--sink', 'snmp', '--sink', 'opennebula', '--yes'];
  const made = await viaduct(['init', ...flags], { cwd: folder });
  expect([made.code, made.stderr]).toEqual([0, '']);
}, TEST_MS);

afterAll(() => rm(folder, { recursive: true }));

describe.each<Shell>(['bash', 'zsh', 'fish'])('%s', { timeout: TEST_MS }, (shell) => {
  it('offers commands, options, values, names of the configuration, and files', async () => {
    const { stdout: script, code } = await viaduct(['completion', shell]);
    expect(code).toBe(0);
    const env = { PATH: `${folder}:${process.env.PATH ?? ''}`, HOME: folder, LANG: 'C.UTF-8' };
    const offered = (...words: readonly string[]) =>
      completionsOf(shell, ['viaduct', ...words], { name: 'viaduct', script, cwd: folder, env });
    expect(await offered('ta')).toEqual(['tail']);
    expect(await offered('dlq', '')).toEqual(['discard', 'list', 'replay', 'show']);
    expect(await offered('dlq', 'replay', '--to-')).toEqual(['--to-sink']);
    expect(await offered('dlq', 'replay', '--to-sink', '')).toEqual(['opennebula', 'snmp']);
    expect(await offered('events', '--source', '')).toEqual(['oslo']);
    expect(await offered('tail', '--severity', 'w')).toEqual(['warning']);
    expect(await offered('events', '-o', 'w')).toEqual(['wide']);
    expect(await offered('events', '--columns', 'state,prev')).toEqual(['state,previous']);
    expect(await offered('translate', '--from', 'o')).toEqual(['opennebula', 'oslo']);
    const files = await offered('check', 'viaduct.y');
    expect(files).toEqual(shell === 'zsh' ? [':files'] : ['viaduct.yaml']);
  });
});
