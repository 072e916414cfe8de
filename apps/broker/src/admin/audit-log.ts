/**
 * Who changed what, and what came of it: one line of JSON for each change in `audit.jsonl` of the
 * data folder, and one in the log. The file is rotated (`audit.jsonl.1` … `.4`), so it is bounded.
 */
import { appendFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, JsonObject, Logger } from '@viaduct/core';

/** What one file may hold, bytes. */
const FILE_BYTES_MAX = 4 * 1024 * 1024;

/** Older files kept. */
const FILES_KEPT = 4;

/** Lines that wait for the disk; what comes on top is only in the log. */
const WAITING_MAX = 1_000;

/** One change. */
export interface AuditRecord {
  readonly who: string;
  /** Where the request came from: an address, or `socket`. */
  readonly from: string;
  /** Method and route: `POST /api/v1/replay`. */
  readonly what: string;
  /** What of the request tells what was changed; never a secret. */
  readonly request?: JsonObject;
  /**
   * The status of the answer; 102 where a change that takes a while has begun, 499 where whoever
   * asked did not wait for its end.
   */
  readonly status: number;
  /** The code of the error, where it was one. */
  readonly code?: string;
  /** What it did, in numbers or names. */
  readonly result?: JsonObject;
}

/** See the file's comment. */
export interface AuditLog {
  /** Never throws: what cannot be written is said in the log. */
  write(record: AuditRecord): void;
  /** Resolves when everything told so far is written. */
  close(): Promise<void>;
}

/** An audit log in a folder that is there by the time of the first record. */
export function createAuditLog(folder: string, clock: Clock, logger: Logger): AuditLog {
  const file = join(folder, 'audit.jsonl');
  let waiting = 0;
  let isBroken = false;
  let done: Promise<void> = Promise.resolve();
  const append = async (line: string): Promise<void> => {
    try {
      await rotateIfFull(file);
      await appendFile(file, line, { mode: 0o600 });
      isBroken = false;
    } catch (error) {
      const fields = { code: 'VIA_ADMIN_AUDIT', file };
      if (!isBroken) logger.error(fields, `the audit log cannot be written: ${String(error)}`);
      isBroken = true;
    }
    waiting -= 1;
  };
  return {
    write: (record) => {
      const { who, from, what, status, code } = record;
      const fields = { who, from, status, ...(code === undefined ? {} : { code }) };
      logger.info(fields, `${wordOf(status)} over the admin API: ${what}`);
      if (waiting >= WAITING_MAX) return;
      waiting += 1;
      const line = `${JSON.stringify({ time: new Date(clock.now()).toISOString(), ...record })}\n`;
      done = done.then(() => append(line));
    },
    close: () => done,
  };
}

function wordOf(status: number): string {
  if (status < 200) return 'begun';
  if (status === 499) return 'called off';
  return status < 400 ? 'done' : 'refused';
}

async function rotateIfFull(file: string): Promise<void> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size < FILE_BYTES_MAX) return;
  for (let number = FILES_KEPT - 1; number >= 0; number -= 1) {
    const from = number === 0 ? file : `${file}.${String(number)}`;
    try {
      await rename(from, `${file}.${String(number + 1)}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
