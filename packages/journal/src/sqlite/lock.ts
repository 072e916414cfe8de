/**
 * One owner for a data folder. The lock is SQLite's exclusive lock on a file of its own, so the
 * system takes it back however the owner dies. Who the owner is stands in a second file: opening
 * and closing the lock file by any other way would give the lock up (POSIX).
 */
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { JournalError } from '../errors.ts';
import { FILE_MODE, FOLDER_MODE } from './schema.ts';
import { isBusy, journalErrorOf } from './sqlite-error.ts';

/** Makes the folder if it is missing and takes it; throws `VIA_JOURNAL_LOCKED` if it is taken. */
export function lockFolder(folder: string, now: number): DatabaseSync {
  const file = join(folder, 'lock');
  let database: DatabaseSync | undefined;
  try {
    // The mask may have taken from the mode.
    if (makeFolder(folder)) chmodSync(folder, FOLDER_MODE);
    createOnce(file);
    database = new DatabaseSync(file);
    database.exec('BEGIN EXCLUSIVE');
    const owner = { pid: process.pid, host: hostname(), since: new Date(now).toISOString() };
    writeFileSync(ownerFile(folder), `${JSON.stringify(owner)}\n`, { mode: FILE_MODE });
    return database;
  } catch (error) {
    database?.close();
    if (!isBusy(error)) throw journalErrorOf(error, file);
    throw new JournalError(
      'VIA_JOURNAL_LOCKED',
      `${folder} is owned by ${describeOwner(folder)}; one process at a time`,
      { cause: error },
    );
  }
}

/**
 * Makes a folder and those that it lies in; false where it is there. Not by Node's `recursive`:
 * that tries for ever where nothing can be made (`/proc`, a mount point that is watched over).
 */
function makeFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: FOLDER_MODE });
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    const parent = dirname(folder);
    if (!isCode(error, 'ENOENT') || parent === folder) throw error;
    makeFolder(parent);
    mkdirSync(folder, { mode: FOLDER_MODE });
    return true;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Where the owner says who it is; it stays behind after a crash and proves nothing. */
function ownerFile(folder: string): string {
  return join(folder, 'owner.json');
}

/** Only when missing: no descriptor on the lock file may ever be closed while it is held. */
function createOnce(file: string): void {
  try {
    closeSync(openSync(file, 'wx', FILE_MODE));
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
}

function describeOwner(folder: string): string {
  try {
    const owner = JSON.parse(readFileSync(ownerFile(folder), 'utf8')) as Record<string, unknown>;
    const [pid, host, since] = [owner['pid'], owner['host'], owner['since']].map(String);
    return `process ${pid} on ${host} since ${since}`;
  } catch {
    return 'another process';
  }
}
