/** A program at a real terminal: `script` of util-linux gives it one, and types what it is told. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { waitFor } from '@viaduct/testkit';
import { ensurePeers } from './debian-packages.ts';
import { recordStarted } from './started.ts';

/** What is typed once a text has appeared behind what was there before. */
export interface Answer {
  readonly after: string;
  readonly type: string;
}

/** What a program is run with. */
export interface TerminalOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly answers?: readonly Answer[];
  /** How wide the terminal is, in characters; 100 where it does not say. */
  readonly columns?: number;
}

/** How it ended. */
export interface TerminalOutcome {
  readonly code: number | null;
  /** All that the terminal was sent, control sequences included; line ends are `\n`. */
  readonly screen: string;
}

const WAIT_MS = 60_000;

/** Runs a command, an absolute path and its arguments, to its end. */
export async function atTerminal(
  command: readonly string[],
  { cwd, env = {}, answers = [], columns = 100 }: TerminalOptions,
): Promise<TerminalOutcome> {
  ensurePeers(['terminal']);
  const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const line = `stty cols ${String(columns)} && exec ${quoted}`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    cwd,
    env: { PATH: process.env.PATH, TERM: 'xterm', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const version = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout.trim();
  recordStarted({ peer: 'terminal', pid: child.pid ?? 0, version });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text));
  child.stdin.on('error', () => undefined);
  const closed = once(child, 'close') as Promise<[number | null]>;
  let from = 0;
  try {
    for (const { after, type } of answers) {
      const what = `"${after}" appears`;
      await waitFor(() => screen.includes(after, from), { timeoutMs: WAIT_MS, what });
      from = screen.indexOf(after, from) + after.length;
      child.stdin.write(type);
    }
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const [code] = await closed;
  child.stdin.destroy();
  return { code, screen: screen.replaceAll('\r\n', '\n') };
}
