/** Runs the commands of a page, and compares what they print with what the page says. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isHeldElsewhere } from './held-elsewhere.ts';

/** How long one block may take, milliseconds. */
const BLOCK_TIMEOUT_MS = 60_000;

/** What became of a block. */
export interface ShellOutcome {
  readonly code: number | null;
  readonly stdout: string;
  /** Both, in the order they came: what somebody at a terminal sees. */
  readonly seen: string;
}

/** The commands of a block that are run here; those that other tests hold are left out. */
export function commandsToRun(text: string): string {
  return text
    .split('\n')
    .filter((line) => !isHeldElsewhere(line))
    .map((line) => line.replace(/^viaduct run (.*[^ ]) +&(\s+#.*)?$/, 'viaduct-beside run $1'))
    .join('\n');
}

/** Runs a block with bash in a folder; a command that fails ends it. */
export async function runShell(
  text: string,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<ShellOutcome> {
  // A group of its own, so that whatever a block that hangs has started ends with it.
  const child = spawn('bash', ['-euo', 'pipefail', '-c', text], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const timer = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, BLOCK_TIMEOUT_MS);
  let stdout = '';
  let seen = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
    seen += piece;
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (seen += piece));
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { code, stdout, seen };
}

/**
 * Whether a text is what a page shows. `…` in it stands for anything within a line, a line of `…`
 * alone for any lines; blanks that only align do not count.
 */
export function isAsShown(text: string, shown: string): boolean {
  const lines = shown.trimEnd().split('\n');
  const pattern = lines.map((line) =>
    line.trim() === '…'
      ? '(?:[^\\n]*\\n)*?'
      : `${line.trim().split('…').map(literal).join('[^\\n]*')}[ ]*\\n`,
  );
  return new RegExp(`^(?:\\s*)${pattern.join('[ ]*')}\\s*$`).test(`${text.trimEnd()}\n`);
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/ +/g, ' +');
}
