/**
 * How far was answered, noted after every commit in a file of its own and not synced: the page
 * cache survives the process, and after a power cut an older note is still true. So a log that lost
 * its end — cut off, deleted, its frames damaged — is told from one that ended there. SQLite itself
 * takes the first for the second.
 */
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { rowChecksum } from './checksum.ts';
import { FILE_MODE, syncFolder } from './schema.ts';

/** Digits of a position and of a CRC-32 in decimal; of one length, so that it is overwritten. */
const POSITION_DIGITS = 16;
const CHECKSUM_DIGITS = 10;
const NOTE_BYTES = POSITION_DIGITS + 1 + CHECKSUM_DIGITS + 1;

/** What is said of positions that may never have been given out, because the note is lost. */
export const IN_DOUBT: string =
  'nobody can say whether there was anything: the file `answered`, which notes how far events ' +
  'were acknowledged, is damaged or gone';

/** See the file's comment. Only the owner of a folder writes it. */
export class AnsweredNote {
  readonly #folder: string;
  readonly #file: number;

  constructor(folder: string) {
    this.#folder = folder;
    // Made if it is missing, never cut: this is what tells that something else was.
    const { O_CREAT, O_RDWR } = constants;
    this.#file = openSync(answeredFile(folder), O_CREAT | O_RDWR, FILE_MODE);
  }

  /** The position noted last; `undefined` where there is no note that is whole. */
  read(): number | undefined {
    const bytes = Buffer.alloc(NOTE_BYTES);
    const length = readSync(this.#file, bytes, 0, NOTE_BYTES, 0);
    return parseNote(bytes.subarray(0, length));
  }

  /** Everything up to a position is on the disk. What cannot be noted leaves an older truth. */
  write(position: number): void {
    try {
      writeSync(this.#file, formatNote(position), 0);
    } catch {
      // The events are safe; only a later loss of them would be noticed less exactly.
    }
  }

  /**
   * As {@link write}, and says whether the note itself is on the disk, under its name. Once it is,
   * a power cut leaves one note or another: none means that it was lost by something else.
   */
  secure(position: number): boolean {
    try {
      writeSync(this.#file, formatNote(position), 0);
      fsyncSync(this.#file);
      syncFolder(this.#folder);
      return true;
    } catch {
      return false; // As with a full disk, which ends nothing that was there before.
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Name of the note in its folder. */
function answeredFile(folder: string): string {
  return join(folder, 'answered');
}

/**
 * The position noted last in a folder that somebody else may own, who may be writing it; as
 * {@link AnsweredNote.read}.
 */
export function readNote(folder: string): number | undefined {
  const file = answeredFile(folder);
  const look = (): number | undefined =>
    existsSync(file) ? parseNote(readFileSync(file)) : undefined;
  return look() ?? look();
}

/** Whether a folder has a note that tells of positions given out, or told: damaged, it may have. */
export function isNoteOfUse(folder: string): boolean {
  const found = statSync(answeredFile(folder), { throwIfNoEntry: false });
  return (found?.size ?? 0) > 0 && readNote(folder) !== 0;
}

/** One line: position and checksum, in decimal. */
function formatNote(position: number): string {
  const digits = String(position).padStart(POSITION_DIGITS, '0');
  return `${digits} ${String(rowChecksum([digits])).padStart(CHECKSUM_DIGITS, '0')}\n`;
}

/** What {@link formatNote} wrote; `undefined` for anything else. */
function parseNote(bytes: Uint8Array): number | undefined {
  const found = /^(\d{16}) (\d{10})\n/.exec(Buffer.from(bytes).toString('latin1'));
  const [, digits = '', sum = ''] = found ?? [];
  return found !== null && rowChecksum([digits]) === Number(sum) ? Number(digits) : undefined;
}
