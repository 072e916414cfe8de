import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type Child, type Command, startChild } from './child.ts';

/** How long a peer may take to print its first line. */
const READY_TIMEOUT_MS = 60_000;

const POLL_INTERVAL_MS = 20;

/** A line of a peer's standard output. `kind` says what it is; the first is `ready`. */
export interface Line {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** A peer that talks JSON, one object a line: out on standard output, in on standard input. */
export interface LinePeer {
  readonly child: Child;
  readonly ready: Line;
  /** Everything printed so far after `ready`, in order. */
  lines(kind?: string): readonly Line[];
  /** Writes one line. */
  write(value: unknown): void;
  /** No more input. */
  end(): void;
  /**
   * Waits until at least `count` lines of that kind were printed and returns all of them. Throws,
   * with what the peer wrote to standard error, when it ends or the time is up before that.
   */
  waitFor(kind: string, count: number, timeoutMs: number): Promise<readonly Line[]>;
}

/** Starts such a peer and waits for its `ready` line. */
export async function startLinePeer(command: Command): Promise<LinePeer> {
  const child = await startChild(command);
  const printed: Line[] = [];
  createInterface({ input: child.output }).on('line', (text) => {
    printed.push(JSON.parse(text) as Line);
  });
  const lines = (kind?: string): readonly Line[] =>
    printed.filter((line) => (kind === undefined ? line.kind !== 'ready' : line.kind === kind));
  const waitFor: LinePeer['waitFor'] = async (kind, count, timeoutMs) => {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const ended = child.hasEnded();
      const found = lines(kind);
      if (found.length >= count) return found;
      if (ended || performance.now() > deadline) {
        const why = ended ? 'ended' : `was silent for ${timeoutMs} ms`;
        const what = `${command.args.join(' ')} ${why} after ${found.length} of ${count} ${kind}`;
        throw new Error(`${what}\n${child.errors()}`);
      }
      await delay(POLL_INTERVAL_MS);
    }
  };
  try {
    const [ready] = await waitFor('ready', 1, READY_TIMEOUT_MS);
    if (ready === undefined) throw new Error('waitFor returns at least one line');
    return {
      child,
      ready,
      lines,
      write: (value) => void child.input.write(`${JSON.stringify(value)}\n`),
      end: () => child.input.end(),
      waitFor,
    };
  } catch (error) {
    child.signal('SIGKILL');
    throw error;
  }
}
