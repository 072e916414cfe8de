/** `npm run release -- --dry-run` works without a network, and changes nothing. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const RELEASE_TIMEOUT_MS = 120_000;

it(
  'a release that is tried gives every package the next version and closes the changelog',
  () => {
    const files = ['CHANGELOG.md', 'package-lock.json', 'apps/broker/package.json'];
    const before = files.map((file) => readFileSync(join(ROOT, file), 'utf8'));
    // Nx takes the runner's wish for colours for its own.
    const env = { ...process.env, NX_DAEMON: 'false', NO_COLOR: '1', FORCE_COLOR: '0' };
    const printed = execFileSync(
      process.execPath,
      ['--conditions=@viaduct/source', 'tools/run.js', 'release/release.ts', '--dry-run'],
      { cwd: ROOT, encoding: 'utf8', env },
    );
    expect(printed).toMatch(/^\+ +"version": "\d+\.\d+\.\d+",$/m);
    expect(printed).toMatch(/^\+ +"@viaduct\/core": "\d+\.\d+\.\d+",$/m);
    expect(printed).toMatch(/^## \d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)$/m);
    expect(files.map((file) => readFileSync(join(ROOT, file), 'utf8'))).toEqual(before);
  },
  RELEASE_TIMEOUT_MS,
);
