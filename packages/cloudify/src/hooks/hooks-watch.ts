import { open, stat } from 'node:fs/promises';
import { TransportError, type AdapterContext } from '@viaduct/core';

import { expandHooks, type ExpandedHooks, type HooksMode } from './expand-hooks.ts';
import type { HookProblem } from './hooks-file.ts';

/** A file that is larger is cut: `parseHooksFile` then says that it is too large. */
const FILE_BYTES_MAX = 4_194_304;

/** The text of a `hooks.conf`. Throws a permanent `TransportError` where it cannot be read. */
export async function readHooksFile(file: string): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(FILE_BYTES_MAX), 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const message = `${file} cannot be read: ${(error as Error).message}`;
    throw new TransportError('permanent', 'VIA_CLOUDIFY_HOOKS_FILE', message, { cause: error });
  }
}

/** What {@link HooksWatch} needs to know. */
export interface HooksWatchOptions {
  readonly file: string;
  readonly mode: HooksMode;
  /** How often to look. */
  readonly checkMs: number;
}

/**
 * Follows a `hooks.conf`: gives its hooks at first, and again whenever the file changed. A file
 * that is broken or gone changes nothing: the last good hooks stay, and the log says so once.
 */
export class HooksWatch {
  readonly #options: HooksWatchOptions;
  readonly #context: Pick<AdapterContext, 'clock' | 'logger'>;
  #seen: string | undefined;
  #text: string | undefined;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(options: HooksWatchOptions, context: Pick<AdapterContext, 'clock' | 'logger'>) {
    this.#options = options;
    this.#context = context;
  }

  /**
   * The hooks as they are now, problems included; from now on `onChange` gets those of every good
   * version that follows. Throws where the file cannot be read at all.
   */
  async start(onChange: (hooks: ExpandedHooks) => void): Promise<ExpandedHooks> {
    this.#seen = await this.#stamp();
    this.#text = await readHooksFile(this.#options.file);
    this.#lookLater(onChange);
    return expandHooks(this.#text, this.#options.mode);
  }

  /** Stops looking. */
  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #lookLater(onChange: (hooks: ExpandedHooks) => void): void {
    if (this.#closed) return;
    this.#cancel = this.#context.clock.after(this.#options.checkMs, () => {
      void this.#look(onChange).finally(() => this.#lookLater(onChange));
    });
  }

  async #look(onChange: (hooks: ExpandedHooks) => void): Promise<void> {
    const stamp = await this.#stamp();
    if (stamp === this.#seen) return;
    const { file, mode } = this.#options;
    try {
      const text = await readHooksFile(file);
      // Still being written: half of a file may be good YAML. The next look sees it settled.
      if ((await this.#stamp()) !== stamp) return;
      this.#seen = stamp;
      if (text === this.#text) return;
      this.#text = text;
      const hooks = expandHooks(text, mode);
      const broken = hooks.problems.find(({ severity }) => severity === 'error');
      if (this.#closed) return;
      if (broken !== undefined) this.#keepLast(describe(file, broken));
      else onChange(hooks);
    } catch (error) {
      this.#seen = stamp;
      this.#text = undefined;
      if (!this.#closed) this.#keepLast((error as Error).message);
    }
  }

  #keepLast(error: string): void {
    const fields = { code: 'VIA_CLOUDIFY_HOOKS_FILE', file: this.#options.file, error };
    this.#context.logger.error(fields, 'the hooks stay as they were: the file is broken');
  }

  /** What changes when the file does: an editor may replace it, or write it in place. */
  async #stamp(): Promise<string> {
    try {
      const { ino, mtimeMs, size } = await stat(this.#options.file);
      return `${ino} ${mtimeMs} ${size}`;
    } catch {
      return 'missing';
    }
  }
}

function describe(file: string, { line, path, message }: HookProblem): string {
  return `${file}:${line}: ${path === '' ? '' : `${path}: `}${message}`;
}
