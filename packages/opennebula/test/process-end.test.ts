import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

const PROGRAM = `
import { createOpennebulaSink, createOpennebulaSource } from '@viaduct/opennebula';
import { testContext } from '@viaduct/testkit';
const signal = new AbortController().signal;
const context = testContext();
const bind = 'ipc://' + process.argv.at(-1);
const sink = createOpennebulaSink({ bind }, context);
const source = createOpennebulaSource({ endpoint: [bind] }, context);
await sink.connect(signal);
await source.connect(signal);
await source.close();
await sink.close();
console.log('closed');
`;

test('a program ends by itself once its source and sink are closed', async () => {
  const source = ['--conditions=@viaduct/source', '--experimental-strip-types'];
  const args = [...source, '--input-type=module', '--eval', PROGRAM, '--'];
  const folder = await mkdtemp(join(tmpdir(), 'viaduct-end-'));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...args, join(folder, 'socket')],
    { cwd: import.meta.dirname, timeout: 100_000 },
  );
  expect(stdout.trim()).toBe('closed');
  await rm(folder, { recursive: true });
});
