/**
 * The thread that touches the disk. It takes all commands that have queued up meanwhile as one
 * round: one transaction and one sync for all appends, then one for what sinks have done, then what
 * was asked. Answers leave as soon as what they promise is on the disk.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { answer, isOrdered, isRead } from './ask.ts';
import type {
  AppendCommand,
  AskCommand,
  Command,
  ErrorReply,
  Reply,
  WorkerMessage,
  WorkerOptions,
  WriteCommand,
} from './protocol.ts';
import type { JournalError } from '../errors.ts';
import { journalErrorOf } from './sqlite-error.ts';
import { Store } from './store.ts';

/** Bounds of one round: what it appends is in one transaction, and its first caller waits. */
const ROUND_BYTES_MAX = 8 * 1024 ** 2;
const ROUND_COMMANDS_MAX = 4096;

const port = parentPort;
if (port === null) throw new Error('worker.ts runs in a worker thread only');
const options = workerData as WorkerOptions;

let failure: ErrorReply | undefined;
const store = openStore();

if (store !== undefined) {
  port.on('message', (first: readonly Command[]) => {
    const round = [...first];
    let bytes = bytesOf(first);
    while (bytes < ROUND_BYTES_MAX && round.length < ROUND_COMMANDS_MAX) {
      const queued = receiveMessageOnPort(port) as { message: readonly Command[] } | undefined;
      if (queued === undefined) break;
      round.push(...queued.message);
      bytes += bytesOf(queued.message);
    }
    run(store, round);
  });
}

function openStore(): Store | undefined {
  try {
    const opened = new Store(options);
    send({ kind: 'opened', opened: opened.open() });
    return opened;
  } catch (error) {
    send({ kind: 'refused', error: replyOf(journalErrorOf(error, options.folder)) });
    port?.close();
    return undefined;
  }
}

/** Appends, writes and asks each keep their order; only some asks must not be overtaken. */
function run(opened: Store, round: readonly Command[]): void {
  let appends: AppendCommand[] = [];
  let writes: WriteCommand[] = [];
  let asks: AskCommand[] = [];
  const flush = (): void => {
    runAppends(opened, appends);
    runWrites(opened, writes);
    for (const ask of asks) runAsk(opened, ask);
    [appends, writes, asks] = [[], [], []];
  };
  for (const command of round) {
    if (command.kind === 'append') appends.push(command);
    else if (command.kind === 'write') writes.push(command);
    else asks.push(command);
    if (command.kind === 'ask' && isOrdered(command.what)) flush();
  }
  flush();
  if (failure === undefined && !closed) guard(() => opened.tidyLogs());
}

function runAppends(opened: Store, commands: readonly AppendCommand[]): void {
  if (commands.length === 0) return;
  const ids = commands.map(({ id }) => id);
  const done = guard(() => opened.append(commands));
  if ('error' in done) {
    reply(opened, refuse(ids, done.error));
  } else {
    reply(
      opened,
      ids.map((id, index) => ({ id, value: done.value[index] })),
    );
  }
}

function runWrites(opened: Store, commands: readonly WriteCommand[]): void {
  if (commands.length === 0) return;
  const ids = commands.map(({ id }) => id);
  const done = guard(() => opened.write(commands));
  reply(opened, 'error' in done ? refuse(ids, done.error) : ids.map((id) => ({ id, value: null })));
}

let closed = false;

function runAsk(opened: Store, command: AskCommand): void {
  const { id } = command;
  if (command.what === 'close') {
    closed = true;
    const done = guard(() => opened.close());
    reply(opened, 'error' in done ? refuse([id], done.error) : [{ id, value: null }]);
    port?.close();
    return;
  }
  const done = guard(() => answer(opened, command), isRead(command.what));
  reply(opened, 'error' in done ? refuse([id], done.error) : [{ id, value: done.value }]);
}

/**
 * Runs something on the disk. A full disk and damage that was read are for the caller to bear;
 * after anything else nobody knows what the disk holds, so nothing more is done.
 */
function guard<T>(
  work: () => T,
  onlyReads = false,
): { readonly value: T } | { readonly error: ErrorReply } {
  if (failure !== undefined) return { error: failure };
  try {
    return { value: work() };
  } catch (error) {
    const known = journalErrorOf(error, options.folder);
    const isFound = onlyReads && known.code !== 'VIA_JOURNAL_FAILED';
    if (known.retriable || isFound) return { error: replyOf(known) };
    failure = { code: 'VIA_JOURNAL_FAILED', message: known.message };
    return { error: failure };
  }
}

function refuse(ids: readonly number[], error: ErrorReply): Reply[] {
  return ids.map((id) => ({ id, error }));
}

function reply(opened: Store, replies: readonly Reply[]): void {
  const segments = opened.takeChangedSegments();
  const { newest } = opened.chain;
  send({
    kind: 'replies',
    replies,
    ...(segments === undefined ? {} : { segments }),
    ...(newest === undefined ? {} : { newest }),
  });
}

function send(message: WorkerMessage): void {
  port?.postMessage(message);
}

function replyOf(error: JournalError): ErrorReply {
  return { code: error.code, message: error.message };
}

function bytesOf(commands: readonly Command[]): number {
  return commands.reduce((sum, one) => sum + (one.kind === 'append' ? one.bytes : 0), 0);
}
