/**
 * Real processes under strace: their system calls made to fail, or written down and read again.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePeers } from './debian-packages.ts';
import { freshFolder } from './child.ts';
import { recordStarted } from './started.ts';

/** How much of standard error is kept. */
const ERROR_TAIL_CHARACTERS = 8_000;

/** What of a process is to be recorded, and what of it shall fail. */
export interface StraceOptions {
  /** Names of system calls. */
  readonly trace: readonly string[];
  /** As of `strace -e inject=`: `fsync:error=EIO:when=7`. */
  readonly inject?: readonly string[];
  /** Bytes of each string that are recorded; 0 where only faults matter. */
  readonly bytesMax?: number;
}

/** One system call of a recorded process, finished. */
export interface SystemCall {
  readonly thread: number;
  readonly name: string;
  /** Seconds since the epoch, to the microsecond. */
  readonly start: number;
  readonly end: number;
  /** Path of the descriptor in the first argument, or the first path given. */
  readonly file: string;
  /** Second path, of a rename. */
  readonly to: string | undefined;
  /** All bytes written or read. */
  readonly data: Buffer;
  /** Plain numbers among the arguments, in order. */
  readonly numbers: readonly number[];
  /** Everything between the parentheses, as strace wrote it. */
  readonly args: string;
  readonly result: number;
  /** `EIO`, where it failed. */
  readonly error: string | undefined;
}

/** A process under strace. */
export interface Traced {
  readonly pid: number;
  /** Standard output so far. */
  output(): string;
  /** The end of standard error, strace's own included. */
  errors(): string;
  /** Of the traced process; resolves when all of it is gone. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** To strace and so to what it runs. */
  signal(name: NodeJS.Signals): void;
  /** What was recorded, by start; complete once it has ended. */
  calls(): readonly SystemCall[];
}

/** Runs a command under strace, all of its threads and children. */
export function startTraced(command: readonly string[], options: StraceOptions): Traced {
  ensurePeers(['strace']);
  const log = join(freshFolder('strace'), 'log');
  const { trace, inject = [], bytesMax = 0 } = options;
  const names = [...new Set([...trace, ...inject.flatMap((one) => one.split(':')[0] ?? [])])];
  const args = ['-ff', '-ttt', '-T', '-y', '-xx', '-s', `${bytesMax}`, '-o', log];
  args.push('-e', `trace=${names.join(',')}`);
  for (const one of inject) args.push('-e', `inject=${one}`);
  // A group of its own: strace and what it runs get a signal together, so that neither stays.
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child = spawn('strace', [...args, ...command], { stdio: [...stdio], detached: true });
  const { pid } = child;
  if (pid === undefined) throw new Error('strace did not start');
  const version = execFileSync('strace', ['-V'], { encoding: 'utf8' }).split('\n')[0] ?? '';
  recordStarted({ peer: 'strace', pid, version });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = `${errors}${text}`.slice(-ERROR_TAIL_CHARACTERS);
  });
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }));
  return {
    pid,
    output: () => output,
    errors: () => errors,
    ended,
    signal: (name) => {
      if (child.exitCode === null && child.signalCode === null) process.kill(-pid, name);
    },
    calls: () => readCalls(log),
  };
}

function readCalls(log: string): readonly SystemCall[] {
  return globSync(`${log}.*`)
    .flatMap((file) => {
      const thread = Number(file.slice(log.length + 1));
      const lines = readFileSync(file, 'latin1').split('\n');
      return lines.flatMap((line) => parseCall(line, thread) ?? []);
    })
    .sort((one, other) => one.start - other.start);
}

const LINE = /^(\d+\.\d+) (\w+)\((.*)\) += (-?\d+)\S*(?: (E[A-Z]+)?.*?)? <(\d+\.\d+)>$/;

/** One line of `strace -ttt -T -y -xx`; `undefined` for signals, exits and unfinished calls. */
export function parseCall(line: string, thread: number): SystemCall | undefined {
  const found = LINE.exec(line);
  if (found === null) return undefined;
  const [, start = '', name = '', args = '', result = '', error, took = ''] = found;
  const descriptor = /^\d+<((?:\\x[0-9a-f]{2})*)>/.exec(args)?.[1];
  const strings = [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = '']) =>
    bytesOf(hex),
  );
  const [first, second] = strings;
  const file = descriptor === undefined ? first : bytesOf(descriptor);
  const plain = args.replace(/"[^"]*"/g, '').replace(/^\d+<[^>]*>/, '');
  return {
    thread,
    name,
    start: Number(start),
    end: Number(start) + Number(took),
    file: file?.toString('utf8') ?? '',
    to: descriptor === undefined ? second?.toString('utf8') : undefined,
    data: descriptor === undefined ? Buffer.alloc(0) : Buffer.concat(strings),
    numbers: [...plain.matchAll(/(?<=, )\d+(?=,|$)/g)].map(([text]) => Number(text)),
    args,
    result: Number(result),
    error,
  };
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll('\\x', ''), 'hex');
}
