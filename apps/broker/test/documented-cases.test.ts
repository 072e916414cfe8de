/** docs/testing-your-configuration.md: its files are written as they stand there and its commands run. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { viaduct } from './viaduct-command.ts';

const PAGE = join(import.meta.dirname, '../../../docs/testing-your-configuration.md');
const TEST_MS = 120_000;

it('shows files and commands that work as they stand there', { timeout: TEST_MS }, async () => {
  const page = await readFile(PAGE, 'utf8');
  const folder = await mkdtemp(join(tmpdir(), 'viaduct-documented-'));
  try {
    for (const [, text = ''] of page.matchAll(/```(?:yaml|xml)\n([^]*?)```/g)) {
      const [, name = ''] = /^(?:#|<!--) ([\w.-]+)/.exec(text) ?? [];
      await writeFile(join(folder, name), text);
    }
    const told = /```\n(✓[^]*?)```/.exec(page)?.[1];
    const first = await viaduct(['test', 'viaduct.test.yaml'], { cwd: folder });
    expect(first).toEqual({ code: 0, stdout: told, stderr: '' });
    const blocks = [...page.matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block);
    const commands = blocks.flatMap((block) => block.trimEnd().split('\n'));
    expect(commands.length).toBeGreaterThan(4);
    for (const command of commands) {
      const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
        ([, text, word = '']) => text ?? word,
      );
      const { code, stderr } = await viaduct(words.slice(1), { cwd: folder });
      expect([command, code, stderr]).toEqual([command, 0, '']);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
