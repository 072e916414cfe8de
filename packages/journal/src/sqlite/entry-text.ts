/**
 * An entry as the text that is stored: `head`, the JSON of all but its position and the native
 * message's text, and `native`, that text. Apart, so that it is not escaped into JSON and back; the
 * native is the larger part by far.
 */
import type {
  DeadLetter,
  Entry,
  NativeRecord,
  NewDeadLetter,
  Position,
  StoredEntry,
} from '../journal.ts';
import type { LetterRow, StoredLetter, WholeRow } from './protocol.ts';

/** The two texts of a stored record. */
export interface RecordText {
  readonly head: string;
  readonly native: string | null;
}

interface WithNative {
  readonly native?: NativeRecord;
}

/** SQLite keeps UTF-8, which has no lone surrogates; such a text stays in the head, escaped. */
function formatRecord(record: WithNative): RecordText {
  const { native } = record;
  if (native?.text.isWellFormed() !== true) {
    return { head: JSON.stringify(record), native: null };
  }
  const { text, ...rest } = native;
  return { head: JSON.stringify({ ...record, native: rest }), native: text };
}

function parseRecord(head: string, native: string | null): object {
  const record = JSON.parse(head) as { readonly native?: object };
  return native === null ? record : { ...record, native: { ...record.native, text: native } };
}

/** Formats an entry that is being appended. */
export function formatEntry(entry: Entry, appendedAt: number): RecordText {
  return formatRecord({ ...entry, appendedAt } as WithNative);
}

/** Parses what {@link formatEntry} wrote. */
export function parseEntry(row: WholeRow): StoredEntry {
  const entry = parseRecord(row.head, row.native) as StoredEntry;
  return { ...entry, position: row.position as Position };
}

/** Formats a dead letter, with the columns it is found by. */
export function formatLetter(letter: NewDeadLetter): LetterRow {
  const { stage, code, source, sink = null, key = null } = letter;
  return { stage, code, source, sink, key, ...formatRecord(letter) };
}

/** Parses a stored dead letter. */
export function parseLetter(row: StoredLetter): DeadLetter {
  return { ...(parseRecord(row.head, row.native) as NewDeadLetter), id: row.id };
}
