/** The console is built from its sources before somebody is shown it. */
import { execFile } from 'node:child_process';
import { globSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');

/** Where the broker looks for it. */
const PLACE = join(root, 'apps/broker/console');

/** What it is made of: its own sources, and the codecs that run in it. */
const SOURCES = [
  'apps/console/index.html',
  'apps/console/package.json',
  'apps/console/vite.config.ts',
  'apps/console/src/**/*',
  'packages/*/src/**/*',
];

/** Whether it was built, and nothing that it is made of changed since. */
export function isConsoleBuilt(): boolean {
  const built = modifiedAt(join(PLACE, 'index.html'));
  if (built === undefined) return false;
  const sources = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: root }));
  return sources.every((path) => (modifiedAt(join(root, path)) ?? 0) <= built);
}

/**
 * Builds it, within seconds. It is made beside and put in its place at once, so that a broker which
 * serves the former one goes on. Rejects with what Vite says of a mistake in its sources.
 */
export async function buildConsole(): Promise<void> {
  const beside = join(root, `.cache/console-${String(process.pid)}`);
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = ['build', '--logLevel', 'warn', '--emptyOutDir', '--outDir', beside];
  try {
    await promisify(execFile)(process.execPath, [vite, ...args], {
      cwd: join(root, 'apps/console'),
      // Vite would leave the compiled code of itself in the folder for temporary files.
      env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' },
    });
    rmSync(PLACE, { recursive: true, force: true });
    renameSync(beside, PLACE);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

function modifiedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
