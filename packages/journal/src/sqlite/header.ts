/**
 * Two bytes in the header of a SQLite file say which versions of the format may write and read it,
 * https://sqlite.org/fileformat.html#file_format_version_numbers. One flipped bit in the first
 * makes the file read-only, and SQLite tells it only at the first change: `BEGIN IMMEDIATE` of such
 * a file begins a transaction that can read. So they are looked at here, in the file itself: where
 * they are wrong there the file is damaged, whatever its log says.
 */
import { closeSync, openSync, readSync } from 'node:fs';

/** Offset and number of the two bytes. */
const VERSIONS_AT = 18;
const VERSIONS = 2;

/** Rollback journal, write-ahead log: all that there is. */
const KNOWN = [1, 2];

/** What is wrong with the header of a file, in words; one or none. */
export function headerProblems(file: string): readonly string[] {
  const versions = Buffer.alloc(VERSIONS);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, versions, 0, VERSIONS, VERSIONS_AT);
  } finally {
    closeSync(handle);
  }
  const isKnown = versions.every((version) => KNOWN.includes(version));
  return isKnown ? [] : [`its header asks for unknown formats: ${versions.join(', ')}`];
}
