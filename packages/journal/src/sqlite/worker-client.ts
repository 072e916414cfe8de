/** The journal's end of its worker: commands out in order, answers back, and its death noticed. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { JournalError } from '../errors.ts';
import type {
  AskCommand,
  AskName,
  Asks,
  Command,
  ErrorReply,
  Opened,
  SegmentInfo,
  WorkerMessage,
  WorkerOptions,
} from './protocol.ts';

/** What the journal wants to hear without asking. */
export interface WorkerEvents {
  onSegments(segments: readonly SegmentInfo[]): void;
  onNewest(newest: SegmentInfo): void;
  /** The journal is closed for good. */
  onFailed(error: JournalError): void;
}

interface Waiting {
  readonly done: (value: unknown) => void;
  readonly fail: (error: JournalError) => void;
}

/** The worker runs from what this file runs from: sources under type stripping, or the build. */
const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('./worker.ts', import.meta.url)
  : new URL('./worker.js', import.meta.url);

/** Of the worker: its strings are short-lived, and a larger young space is held on to for good. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 8 };

/** Starts a worker that owns the folder; rejects with why it could not. */
export async function startWorker(
  options: WorkerOptions,
): Promise<{ readonly client: WorkerClient; readonly opened: Opened }> {
  const worker = new Worker(WORKER, {
    workerData: options,
    name: 'viaduct-journal',
    resourceLimits: RESOURCE_LIMITS,
  });
  const exited = once(worker, 'exit').catch(() => undefined);
  const message = await firstMessage(worker);
  if (message.kind === 'opened') {
    return { client: new WorkerClient(worker), opened: message.opened };
  }
  await exited; // It has given back what it held.
  throw message.kind === 'refused'
    ? errorOf(message.error)
    : new JournalError('VIA_JOURNAL_FAILED', 'the worker answered before it was asked');
}

function firstMessage(worker: Worker): Promise<WorkerMessage> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      reject(new JournalError('VIA_JOURNAL_FAILED', 'the worker did not start', { cause }));
    };
    worker.once('message', resolve).once('error', fail).once('exit', fail);
  });
}

/** Sends commands and pairs answers with them, in the order the worker gives them. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #events: WorkerEvents | undefined;
  #outbox: Command[] = [];
  #nextId = 1;
  #failure: JournalError | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: WorkerMessage) => this.#receive(message));
    worker.on('error', (error: Error) => {
      this.#fail(new JournalError('VIA_JOURNAL_FAILED', error.message, { cause: error }));
    });
    worker.on('exit', () => {
      this.#fail(new JournalError('VIA_JOURNAL_FAILED', 'the journal lost its worker'));
    });
  }

  listen(events: WorkerEvents): void {
    this.#events = events;
  }

  /** Sends at the end of this turn of the event loop, with all else that is sent in it. */
  send(
    make: (id: number) => Command,
    done: (value: unknown) => void,
    fail: (error: JournalError) => void,
  ): void {
    if (this.#failure !== undefined) {
      fail(this.#failure);
      return;
    }
    const id = this.#nextId++;
    this.#waiting.set(id, { done, fail });
    if (this.#outbox.push(make(id)) === 1) queueMicrotask(() => this.#post());
  }

  ask<Name extends AskName>(what: Name, request: Asks[Name][0]): Promise<Asks[Name][1]> {
    return new Promise((resolve, reject) => {
      this.send(
        (id) => ({ kind: 'ask', id, what, request }) as AskCommand,
        (value) => resolve(value as Asks[Name][1]),
        reject,
      );
    });
  }

  /** Resolves when everything commanded before is done and the folder is given back. */
  async close(): Promise<void> {
    if (this.#failure !== undefined) {
      await this.kill();
      return;
    }
    const exited = once(this.#worker, 'exit');
    await this.ask('close', null);
    await exited;
  }

  /** Ends the worker where it is; whatever was not answered may have happened or not. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  #post(): void {
    const commands = this.#outbox;
    this.#outbox = [];
    this.#worker.postMessage(commands, commands.flatMap(handedOver));
  }

  #receive(message: WorkerMessage): void {
    if (message.kind !== 'replies') return;
    if (message.segments !== undefined) this.#events?.onSegments(message.segments);
    else if (message.newest !== undefined) this.#events?.onNewest(message.newest);
    for (const reply of message.replies) {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('value' in reply) {
        waiting?.done(reply.value);
        continue;
      }
      const error = errorOf(reply.error);
      if (error.code === 'VIA_JOURNAL_FAILED') this.#fail(error);
      waiting?.fail(error);
    }
  }

  #fail(error: JournalError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { fail } of waiting) fail(error);
    this.#events?.onFailed(error);
  }
}

/** What goes to the worker for good instead of being copied. */
function handedOver(command: Command): ArrayBuffer[] {
  return command.kind === 'append' ? [command.texts.bytes.buffer] : [];
}

function errorOf({ code, message, damaged }: ErrorReply): JournalError {
  return new JournalError(code, message, damaged === undefined ? {} : { damaged });
}
