/**
 * How far was answered, noted after every commit in a file of its own and not synced: the page
 * cache survives the process, and after a power cut an older note is still true. So a log that lost
 * its end — cut off, deleted, its frames damaged — is told from one that ended there. SQLite itself
 * takes the first for the second.
 */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { rowChecksum } from './checksum.ts';
import { FILE_MODE } from './schema.ts';

/** Digits of a position and of a CRC-32 in decimal; of one length, so that it is overwritten. */
const POSITION_DIGITS = 16;
const CHECKSUM_DIGITS = 10;
const NOTE_BYTES = POSITION_DIGITS + 1 + CHECKSUM_DIGITS + 1;

/** See the file's comment. Only the owner of a folder writes it. */
export class AnsweredNote {
  readonly #file: number;

  constructor(folder: string) {
    // Made if it is missing, never cut: this is what tells that something else was.
    const { O_CREAT, O_RDWR } = constants;
    this.#file = openSync(answeredFile(folder), O_CREAT | O_RDWR, FILE_MODE);
  }

  /** The position noted last; 0 where there is no note or it is damaged. */
  read(): number {
    const bytes = Buffer.alloc(NOTE_BYTES);
    return readSync(this.#file, bytes, 0, NOTE_BYTES, 0) === NOTE_BYTES ? parseNote(bytes) : 0;
  }

  /** Everything up to a position is on the disk. What cannot be noted leaves an older truth. */
  write(position: number): void {
    try {
      writeSync(this.#file, formatNote(position), 0);
    } catch {
      // The events are safe; only a later loss of them would be noticed less exactly.
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Name of the note in its folder. */
export function answeredFile(folder: string): string {
  return join(folder, 'answered');
}

/** One line: position and checksum, in decimal. */
function formatNote(position: number): string {
  const digits = String(position).padStart(POSITION_DIGITS, '0');
  return `${digits} ${String(rowChecksum([digits])).padStart(CHECKSUM_DIGITS, '0')}\n`;
}

/** What {@link formatNote} wrote; 0 for anything else. */
export function parseNote(bytes: Uint8Array): number {
  const found = /^(\d{16}) (\d{10})\n$/.exec(Buffer.from(bytes).toString('latin1'));
  const [, digits = '', sum = ''] = found ?? [];
  return found !== null && rowChecksum([digits]) === Number(sum) ? Number(digits) : 0;
}
