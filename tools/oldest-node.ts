import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** The oldest Node that the packages for other people's programs declare. */
export const OLDEST_NODE = '22.12.0';

const root = join(import.meta.dirname, '..');

/**
 * The path of that Node's binary, installed with npm into `.cache` at its first use. Throws when
 * npm cannot get it.
 */
export function oldestNode(): string {
  const folder = join(root, '.cache', `node-${OLDEST_NODE}`);
  const binary = join(folder, 'node_modules/.bin/node');
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    const options = [
      '--no-save',
      '--no-package-lock',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ];
    run('npm', ['install', ...options, '--prefix', folder, `node@${OLDEST_NODE}`]);
  }
  return binary;
}

/** Runs a program of the repository to its end, its output passed on. Throws when it fails. */
export function run(file: string, args: readonly string[], cwd: string = root): void {
  const { status, error } = spawnSync(file, args, { cwd, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status ?? 'a signal'}`);
}
