import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** How much of a peer's standard error is kept, for the message when it fails. */
const ERROR_TAIL_CHARS = 8_000;

/** How long a peer may take to end after SIGTERM before it is killed. */
const STOP_TIMEOUT_MS = 20_000;

/** What to run, and with which environment on top of a minimal one. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * A process of its own group that ends with this one: when this process is gone, by whatever
 * signal, the watchdog kills the group.
 */
export interface Child {
  readonly pid: number;
  readonly input: Writable;
  readonly output: Readable;
  /** Settles when the process is gone; never rejects. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** The end of what it wrote to standard error. */
  errors(): string;
  /** Sends a signal to the whole group; nothing happens when it is gone already. */
  signal(name: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL when it takes too long. */
  stop(): Promise<void>;
}

let watchdog: { readonly folder: string; readonly input: Writable } | undefined;

function startedWatchdog(): { readonly folder: string; readonly input: Writable } {
  if (watchdog === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'viaduct-peers-'));
    const script = join(import.meta.dirname, 'watchdog.sh');
    // A session of its own, so that Ctrl-C reaches the run and not the one who cleans up after it.
    const child = spawn('/bin/sh', [script, folder], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.unref();
    (child.stdin as Writable & { unref(): void }).unref();
    watchdog = { folder, input: child.stdin };
  }
  return watchdog;
}

/** A folder for this process's peers; removed when this process is gone. */
function peersFolder(): string {
  return startedWatchdog().folder;
}

/** A new folder within {@link peersFolder}. */
export function freshFolder(name: string): string {
  return mkdtempSync(join(peersFolder(), `${name}-`));
}

/** Starts a process that cannot outlive this one. Throws when the file cannot be executed. */
export async function startChild(command: Command): Promise<Child> {
  const { input } = startedWatchdog();
  const process_ = spawn(command.file, command.args, {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: peersFolder(),
    env: { ...minimalEnvironment(), ...command.env },
  });
  await once(process_, 'spawn');
  const pid = process_.pid;
  if (pid === undefined) throw new Error(`${command.file} has no process id`);
  input.write(`started ${pid}\n`);
  const child = wrap(process_, pid);
  void child.ended.then(() => input.write(`ended ${pid}\n`));
  return child;
}

function minimalEnvironment(): Record<string, string> {
  const environment: Record<string, string> = { LANG: 'C.UTF-8' };
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'VIADUCT_RUN']) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

function wrap(process_: ChildProcess, pid: number): Child {
  const { stdin, stdout, stderr } = process_;
  if (stdin === null || stdout === null || stderr === null) throw new Error('pipes were asked for');
  let tail = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-ERROR_TAIL_CHARS);
  });
  // A peer that ends while we write to it is reported by `ended`, not by a broken pipe.
  stdin.on('error', () => undefined);
  let gone = false;
  const ended = once(process_, 'exit').then(() => {
    gone = true;
  });
  const signal = (name: NodeJS.Signals): void => {
    if (gone) return;
    try {
      process.kill(-pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  const stop = async (): Promise<void> => {
    signal('SIGTERM');
    signal('SIGCONT'); // a frozen process gets no signal but SIGKILL until it runs again
    const timer = setTimeout(() => signal('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  };
  return {
    pid,
    input: stdin,
    output: stdout,
    ended,
    hasEnded: () => gone,
    errors: () => tail,
    signal,
    stop,
  };
}
