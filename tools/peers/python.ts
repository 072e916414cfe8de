import { spawnSync } from 'node:child_process';
import { ensurePeers } from './debian-packages.ts';
import { recordStarted } from './started.ts';

/** Debian's own interpreter. */
const PYTHON = '/usr/bin/python3';

/** The path of an interpreter that has answered, for tests of what starts Python itself. */
export function startPython(): string {
  ensurePeers(['python']);
  const script = 'import sys; print("Python", sys.version.split()[0])';
  const { status, stdout, pid } = spawnSync(PYTHON, ['-c', script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${PYTHON} does not run`);
  recordStarted({ peer: 'python', pid, version: stdout.trim() });
  return PYTHON;
}
