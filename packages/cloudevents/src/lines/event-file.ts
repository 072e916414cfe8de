import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How an {@link EventFile} rotates and syncs. */
export interface EventFileOptions {
  readonly path: string;
  /** 0: never for its size. */
  readonly rotateBytes: number;
  /** 0: never for its age. */
  readonly rotateMs: number;
  readonly keepFiles: number;
  readonly sync: boolean;
}

/** Nobody else's business. */
const FILE_MODE = 0o600;

const LINE_END = 0x0a;

/** A file of lines, open for appending. All calls one after the other. */
export class EventFile {
  readonly #options: EventFileOptions;
  #handle: FileHandle;
  #bytes: number;
  /** When its first line was written, as far as known. */
  #since: number;

  private constructor(options: EventFileOptions, opened: Opened) {
    this.#options = options;
    this.#handle = opened.handle;
    this.#bytes = opened.bytes;
    this.#since = opened.since;
  }

  /** Opens or makes the file; a line that a crash left unfinished is ended. May throw. */
  static async open(options: EventFileOptions, now: number): Promise<EventFile> {
    return new EventFile(options, await openFile(options, now));
  }

  /**
   * Appends whole lines, rotating first where they would make the file too large or it is too old,
   * and syncs if it should. When it throws, nothing of them is in the file.
   */
  async append(lines: Uint8Array, now: number): Promise<void> {
    await this.#reopenIfMoved(now);
    if (this.#isDue(lines.length, now)) await this.#rotate(now);
    if (this.#bytes === 0) this.#since = now;
    try {
      await writeAll(this.#handle, lines);
      if (this.#options.sync) await this.#handle.datasync();
    } catch (error) {
      await this.#handle.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
    this.#bytes += lines.length;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  #isDue(more: number, now: number): boolean {
    const { rotateBytes, rotateMs } = this.#options;
    if (this.#bytes === 0) return false;
    if (rotateBytes > 0 && this.#bytes + more > rotateBytes) return true;
    return rotateMs > 0 && now - this.#since >= rotateMs;
  }

  /** Somebody moved the file away (logrotate): go on in a new one of the same name. */
  async #reopenIfMoved(now: number): Promise<void> {
    const { path } = this.#options;
    const [ours, there] = await Promise.all([
      this.#handle.stat(),
      stat(path).catch(() => undefined),
    ]);
    if (there?.ino === ours.ino && there.dev === ours.dev) return;
    await this.#replace(now);
  }

  async #rotate(now: number): Promise<void> {
    const { path, keepFiles } = this.#options;
    await rm(keepFiles === 0 ? path : `${path}.${keepFiles}`, { force: true });
    for (let number = keepFiles - 1; number >= 1; number -= 1) {
      await renameIfThere(`${path}.${number}`, `${path}.${number + 1}`);
    }
    if (keepFiles > 0) await renameIfThere(path, `${path}.1`);
    await this.#replace(now);
  }

  async #replace(now: number): Promise<void> {
    const opened = await openFile(this.#options, now);
    const old = this.#handle;
    this.#handle = opened.handle;
    this.#bytes = opened.bytes;
    this.#since = opened.since;
    await old.close();
  }
}

interface Opened {
  readonly handle: FileHandle;
  readonly bytes: number;
  readonly since: number;
}

async function openFile({ path, sync }: EventFileOptions, now: number): Promise<Opened> {
  const handle = await open(path, 'a+', FILE_MODE);
  try {
    const { size, birthtimeMs, mtimeMs } = await handle.stat();
    if (size === 0) {
      if (sync) await syncFolder(dirname(path));
      return { handle, bytes: 0, since: now };
    }
    // Not every file system knows when a file was made.
    const since = birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs;
    const { buffer } = await handle.read({ buffer: Buffer.alloc(1), position: size - 1 });
    if (buffer[0] === LINE_END) return { handle, bytes: size, since };
    await writeAll(handle, Uint8Array.of(LINE_END));
    return { handle, bytes: size + 1, since };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The name of a new file is in its folder, which has to be on the disk too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done);
    done += bytesWritten;
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
