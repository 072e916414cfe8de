import { createInterface } from 'node:readline';
import { isJsonObject, type JsonObject } from '@viaduct/core';
import { HookProcess, type ProcessLimits } from './hook-process.ts';
import { calledOff, notStarted, printedTooMuch, timedOut, type HookResult } from './hook-result.ts';

/** A worker program, and what it may see and do. */
export interface WorkerOptions extends ProcessLimits {
  /** The interpreter and the worker's file. */
  readonly command: readonly [string, ...string[]];
  /** A call that takes longer is ended, with its process. */
  readonly timeLimitMs: number;
}

/** Where a worker reads its calls and writes its answers; its own output stays out of them. */
const CALLS = 3;
const ANSWERS = 4;

/** An answer is one short line; a longer one is none. */
const ANSWER_LENGTH_MAX = 65_536;

/**
 * One long-lived interpreter that runs functions one at a time (`workers/`). A call that hangs,
 * floods, or ends the process ends this worker too; the pool starts another.
 */
export class HookWorker {
  readonly #options: WorkerOptions;
  readonly #process: HookProcess;
  #answered: ((answer: JsonObject) => void) | undefined;
  #ended = false;
  #id = 0;

  constructor(options: WorkerOptions) {
    this.#options = options;
    const stdio = ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'] as const;
    this.#process = new HookProcess(options.command, options, stdio);
    void this.#process.ended.then(() => {
      this.#ended = true;
    });
    const answers = this.#process.output(ANSWERS);
    createInterface({ input: answers }).on('line', (line) => this.#take(line));
  }

  /** Whether it can run nothing any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Runs one function; the worker is idle before and, unless it ended, after. */
  async run(request: JsonObject, signal: AbortSignal): Promise<HookResult> {
    const { promise, resolve } = Promise.withResolvers<HookResult>();
    const give = (result: HookResult): void => {
      this.end();
      resolve(result);
    };
    const { timeLimitMs, outputBytesMax, clock } = this.#options;
    const abort = (): void => give(calledOff());
    const cancel = clock.after(timeLimitMs, () => give(timedOut(timeLimitMs)));
    signal.addEventListener('abort', abort, { once: true });
    this.#process.listen(() => give(printedTooMuch(outputBytesMax)));
    this.#id += 1;
    const id = this.#id;
    this.#answered = (answer) => {
      if (answer['id'] === id) resolve(resultOf(answer));
    };
    void this.#process.ended.then(({ code, signal: killedBy, error }) => {
      const { program, tail } = this.#process;
      if (error !== undefined) resolve(notStarted(program, error));
      const how = code === null ? `signal ${killedBy ?? '?'}` : `exit code ${code}`;
      const message = `the process of the hook ended (${how}): ${tail}`;
      resolve({ kind: 'failed', code: 'VIA_CLOUDIFY_HOOK_CRASHED', message });
    });
    if (signal.aborted) abort();
    else this.#process.input(CALLS).write(`${JSON.stringify({ ...request, id })}\n`);
    try {
      return await promise;
    } finally {
      cancel();
      signal.removeEventListener('abort', abort);
      this.#answered = undefined;
    }
  }

  /** Ends the process at once. */
  end(): void {
    this.#ended = true;
    this.#process.kill();
  }

  /** Resolves when the process is gone. */
  async gone(): Promise<void> {
    await this.#process.ended;
  }

  #take(line: string): void {
    if (line.length > ANSWER_LENGTH_MAX) return;
    let answer: unknown;
    try {
      answer = JSON.parse(line);
    } catch {
      return; // something of the hook's found its way here
    }
    if (isJsonObject(answer)) this.#answered?.(answer);
  }
}

function resultOf(answer: JsonObject): HookResult {
  if (answer['ok'] === true) return { kind: 'done' };
  const isMissing = answer['kind'] === 'not-found';
  const { error } = answer;
  return {
    kind: 'failed',
    code: isMissing ? 'VIA_CLOUDIFY_HOOK_NOT_FOUND' : 'VIA_CLOUDIFY_HOOK_FAILED',
    message: typeof error === 'string' ? error : 'the hook failed',
  };
}
