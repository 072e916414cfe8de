/** Starts the real command, from its sources, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const BIN = join(import.meta.dirname, '../bin/viaduct.js');

/** POSIX counts in blocks of 512 bytes. */
const LIMITED = 'ulimit -f "$0" && exec "$@"';

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command is started with. */
export interface CommandOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Largest file it may write, in kilobytes: a write beyond fails, as on a broken disk. */
  readonly fileSizeMaxKb?: number;
}

/** A command under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The lines of its log so far that are JSON. */
  readonly log: () => readonly Readonly<Record<string, unknown>>[];
  readonly ended: Promise<Ended>;
}

/** Starts `viaduct ARGS…` with nothing of this process's environment but PATH. */
export function startViaduct(args: readonly string[], options: CommandOptions = {}): Running {
  const command = [process.execPath, '--conditions=@viaduct/source', BIN, ...args];
  const limit = options.fileSizeMaxKb;
  const [file = '', ...rest] =
    limit === undefined ? command : ['sh', '-c', LIMITED, String(limit * 2), ...command];
  const child = spawn(file, rest, {
    cwd: options.cwd,
    env: { PATH: process.env.PATH, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    stdout,
    stderr,
  }));
  const log = () =>
    stderr
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  return { child, stdout: () => stdout, stderr: () => stderr, log, ended };
}

/** Runs `viaduct ARGS…` to its end. */
export function viaduct(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return startViaduct(args, options).ended;
}
