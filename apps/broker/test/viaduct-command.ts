/** Starts the real command, from its sources, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitFor } from '@viaduct/testkit';

/** How long a broker may take to say something on a slow machine, milliseconds. */
const LOGGED_MS = 60_000;

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

/** One line of a broker's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A command under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The lines of its log so far that are JSON. */
  readonly log: () => readonly LogLine[];
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
      .map((line) => JSON.parse(line) as LogLine);
  return { child, stdout: () => stdout, stderr: () => stderr, log, ended };
}

/** Runs `viaduct ARGS…` to its end. */
export function viaduct(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return startViaduct(args, options).ended;
}

/** Waits for a line of its log. Throws, with all that it wrote, when it ends without that line. */
export async function logged(
  running: Running,
  what: string,
  matches: (line: LogLine) => boolean,
): Promise<LogLine> {
  let hasEnded = false;
  void running.ended.then(() => (hasEnded = true));
  const find = (): LogLine | undefined => running.log().find(matches);
  const line = await waitFor(() => find() ?? hasEnded, { what, timeoutMs: LOGGED_MS });
  // What it wrote last is there when it has ended.
  const found = line === true ? find() : line;
  if (found === undefined) throw new Error(`it ended before: ${what}\n${running.stderr()}`);
  return found;
}

/** Waits until a broker says that it runs, as {@link logged} does. */
export async function started(running: Running): Promise<void> {
  await logged(running, 'the broker runs', ({ msg }) => msg === 'running');
}
