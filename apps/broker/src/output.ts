import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Thrown by {@link Output.write} when the reader has gone: `| head` has seen enough. */
export class ReaderGone extends Error {
  override readonly name: string = 'ReaderGone';
}

/** Text to a stream, at the pace of its reader. */
export interface Output {
  /** Resolves when more may be written. Throws {@link ReaderGone} on a broken pipe. */
  write(text: string): Promise<void>;
  /** Whether people read it: then colours and widths make sense. */
  readonly isTerminal: boolean;
  /** How wide the terminal is at this moment, in characters; missing where it is none. */
  readonly columns?: number | undefined;
}

/** An output on standard output or error. */
export function createOutput(
  stream: Writable & { readonly isTTY?: boolean; readonly columns?: number },
): Output {
  let broken: Error | undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    broken = error.code === 'EPIPE' ? new ReaderGone('the reader of the output has gone') : error;
  });
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      // Some terminals do not know, and say 0.
      return stream.isTTY === true && stream.columns !== 0 ? stream.columns : undefined;
    },
    async write(text: string): Promise<void> {
      throwIf(broken);
      if (stream.write(text)) return;
      // An error while waiting rejects; `broken` then says which one it was.
      await once(stream, 'drain').catch(() => undefined);
      throwIf(broken);
    },
  };
}

/** A function of its own: the compiler does not see that the listener sets it while waiting. */
function throwIf(error: Error | undefined): void {
  if (error !== undefined) throw error;
}
