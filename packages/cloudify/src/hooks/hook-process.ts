import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '@viaduct/core';

/** What a process of a hook may see and do. */
export interface ProcessLimits {
  readonly clock: Clock;
  /** Its whole environment: nothing of ours is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** The working directory. */
  readonly folder: string;
  /** Bytes it may print in one call, standard output and error together. */
  readonly outputBytesMax: number;
}

/** How a process ended; `error` where it never began. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error?: Error;
}

/** How long to wait for the last output of a process that left somebody behind with its pipes. */
const DRAIN_MS = 500;

/** The end of what was printed is kept: it is where programs say why they fail. */
const TAIL_BYTES = 4_096;

/**
 * A child process in a group of its own, so that what it starts ends with it. What it prints is
 * read, counted and, but for the end, thrown away.
 */
export class HookProcess {
  readonly program: string;
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcess;
  readonly #limits: ProcessLimits;
  #printed = 0;
  #tail: Buffer = Buffer.alloc(0);
  #onFlood: (() => void) | undefined;
  #hasEnded = false;

  /** Starts it; the streams from 3 on are pipes. `ended` tells where it could not be started. */
  constructor(
    command: readonly [string, ...string[]],
    limits: ProcessLimits,
    stdio: readonly ('pipe' | 'ignore')[],
  ) {
    const [program, ...args] = command;
    this.program = program;
    this.#limits = limits;
    const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
    this.ended = promise;
    const { environment, folder } = limits;
    const options = { env: { ...environment }, cwd: folder, shell: false, detached: true };
    this.#child = spawn(program, args, { ...options, stdio: [...stdio], windowsHide: true });
    const end = (one: ProcessEnd): void => {
      for (const stream of this.#child.stdio) stream?.destroy();
      resolve(one);
    };
    this.#child.once('error', (error) => {
      this.#hasEnded = true;
      end({ code: null, signal: null, error });
    });
    this.#child.once('exit', (code, signal) => {
      this.#killGroup(); // what it left behind
      this.#hasEnded = true;
      const cancel = limits.clock.after(DRAIN_MS, () => end({ code, signal }));
      this.#child.once('close', () => {
        cancel();
        end({ code, signal });
      });
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.#take(chunk));
    }
    for (const stream of this.#child.stdio) stream?.on('error', () => undefined);
  }

  /** The end of what was printed since {@link listen}, as text. */
  get tail(): string {
    return this.#tail.toString('utf8').trim();
  }

  /** A call begins: `onFlood` is called once, if it prints more than it may. */
  listen(onFlood: () => void): void {
    this.#printed = 0;
    this.#tail = Buffer.alloc(0);
    this.#onFlood = onFlood;
  }

  /** A stream from us to the process. */
  input(descriptor: number): Writable {
    return this.#child.stdio[descriptor] as Writable;
  }

  /** A stream from the process to us. */
  output(descriptor: number): Readable {
    return this.#child.stdio[descriptor] as Readable;
  }

  /** Ends the process and all of its group at once. */
  kill(): void {
    if (!this.#hasEnded) this.#killGroup();
  }

  #killGroup(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // nobody left in the group
    }
  }

  #take(chunk: Buffer): void {
    this.#printed += chunk.length;
    this.#tail = Buffer.concat([this.#tail, chunk]).subarray(-TAIL_BYTES);
    if (this.#printed <= this.#limits.outputBytesMax) return;
    this.#onFlood?.();
    this.#onFlood = undefined;
  }
}
