/** What a script reads of the command. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { viaduct } from './viaduct-command.ts';

const BIN = join(import.meta.dirname, '../bin/viaduct.js');
const TEST_MS = 120_000;

describe('the command in a pipe', { timeout: TEST_MS }, () => {
  it.each(['--help', 'adapters', 'schema', 'completion bash'])(
    'ends quietly when the reader of "%s" has read enough',
    async (args) => {
      const command = `'${process.execPath}' --conditions=@viaduct/source '${BIN}' ${args}`;
      const line = `set -o pipefail; ${command} | head -n 1`;
      const { stdout, stderr } = await promisify(execFile)('bash', ['-c', line]);
      expect([stdout.split('\n').length, stderr]).toEqual([2, '']);
    },
  );

  it.each([
    ['dlq', 'show', '99', '--json', '--data', '/nonexistent'],
    ['tail', '--kind', 'vm', '-o', 'json', '--json'],
    ['replay', '--json'],
  ])('tells a failure of "%s %s %s" as one line of JSON', async (...args) => {
    const { code, stdout, stderr } = await viaduct(args);
    expect(code).toBeGreaterThan(1);
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toEqual({
      error: { code: expect.stringMatching(/^VIA_/) as string, message: expect.any(String) },
    });
  });
});
