import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '@viaduct/testkit';
import { type Child, freshFolder, startChild } from '../peers/child.ts';

/** One line of the broker's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** How a broker is started besides its configuration. */
export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Largest file it may write, in kibibytes. */
  readonly fileKibibytesMax?: number;
}

/** How a command ended. */
export interface CommandResult {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

interface CommandFailure {
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

const COMMAND_LIMITS = { timeout: 180_000, maxBuffer: 256 * 1024 * 1024 } as const;

const BIN = join(import.meta.dirname, '../../apps/broker/bin/viaduct.js');

/** A shared machine may be slow; a start takes a second or two where it is not. */
const START_TIMEOUT_MS = 120_000;

const LOG_TAIL_CHARS = 1_000;

/** The log goes to a file: hours of it must not lie in the memory of whoever watches. */
const TO_LOG = 'exec "$@" >>"$BROKER_LOG" 2>&1';

/**
 * The real `viaduct run` in a process of its own, which ends with this one. The same folder, and so
 * the same journal, at every start.
 */
export class BrokerProcess {
  /** Holds `viaduct.yaml`, `broker.log` and, where the configuration does not say else, `data`. */
  readonly folder: string;
  readonly #logFile: string;
  #child: Child | undefined;
  #logStart = 0;

  /** `configuration` is the file's content, as JSON, which is YAML too. */
  constructor(configuration: object) {
    this.folder = freshFolder('broker');
    mkdirSync(join(this.folder, 'data'));
    this.#logFile = join(this.folder, 'broker.log');
    writeFileSync(this.#logFile, '');
    this.configure(configuration);
  }

  /** Writes another configuration; the broker takes it when it is told to, or starts again. */
  configure(configuration: object): void {
    writeFileSync(join(this.folder, 'viaduct.yaml'), JSON.stringify(configuration, null, 2));
  }

  get pid(): number {
    if (this.#child === undefined) throw new Error('the broker was not started');
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && !this.#child.hasEnded();
  }

  /** Settles when the present process is gone. */
  get ended(): Promise<void> {
    return this.#child?.ended ?? Promise.resolve();
  }

  /** Starts a process and does not wait for more than that. */
  async start(options: StartOptions = {}): Promise<void> {
    this.#logStart = statSync(this.#logFile).size;
    const limit = options.fileKibibytesMax;
    // POSIX counts in blocks of 512 bytes.
    const limited = limit === undefined ? TO_LOG : `ulimit -f ${limit * 2}; ${TO_LOG}`;
    const config = join(this.folder, 'viaduct.yaml');
    const command = [process.execPath, '--conditions=@viaduct/source', BIN, 'run', '--config'];
    this.#child = await startChild({
      file: '/bin/sh',
      args: ['-c', limited, 'sh', ...command, config],
      env: { ...options.env, BROKER_LOG: this.#logFile },
    });
    this.#child.output.resume();
  }

  /** Waits until these sources and sinks have said that they are connected. */
  async connected(names: readonly string[]): Promise<void> {
    for (const name of names) {
      await this.logged(
        `${name} is connected`,
        ({ msg, source, sink }) => msg === 'connected' && (source === name || sink === name),
      );
    }
  }

  /** The log of the present process so far. */
  log(): readonly LogLine[] {
    return readFileSync(this.#logFile)
      .subarray(this.#logStart)
      .toString('utf8')
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as LogLine);
  }

  /** Waits for a line of the present process's log; throws when it ends before. */
  async logged(what: string, matches: (line: LogLine) => boolean): Promise<LogLine> {
    const found = await waitFor(
      () => {
        const hasEnded = !this.isRunning;
        return this.log().find(matches) ?? (hasEnded ? 'ended' : undefined);
      },
      { timeoutMs: START_TIMEOUT_MS, what },
    );
    if (found !== 'ended') return found;
    const tail = readFileSync(this.#logFile, 'utf8').slice(-LOG_TAIL_CHARS);
    throw new Error(`the broker ended before: ${what}\n${tail}`);
  }

  /** Runs `viaduct ARGS…` on the same configuration, beside the broker; never rejects. */
  async command(...args: readonly string[]): Promise<CommandResult> {
    const config = ['--config', join(this.folder, 'viaduct.yaml')];
    const command = ['--conditions=@viaduct/source', BIN, ...args, ...config];
    try {
      const { stdout } = await promisify(execFile)(process.execPath, command, COMMAND_LIMITS);
      return { code: 0, output: stdout, errors: '' };
    } catch (error) {
      const { code, stdout = '', stderr = '' } = error as CommandFailure;
      return { code: code ?? -1, output: stdout, errors: stderr };
    }
  }

  /** SIGKILL, as a power cut for the process. */
  async kill(): Promise<void> {
    this.#child?.signal('SIGKILL');
    await this.ended;
  }

  /** SIGTERM, then SIGKILL where that takes too long. */
  async stop(): Promise<void> {
    await this.#child?.stop();
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.signal(name);
  }
}
