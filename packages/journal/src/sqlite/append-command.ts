/** Entries as the one message in which they go to the worker: text made once, here. */
import type { Entry } from '../journal.ts';
import { formatEntry } from './entry-text.ts';
import { packTexts } from './packed-texts.ts';
import type { AppendCommand } from './protocol.ts';

/** An append ready to be sent. */
export interface PreparedAppend {
  readonly at: number;
  /** Of all entries together, as stored. */
  readonly bytes: number;
  /** Bytes of each entry in memory, about. */
  readonly weights: readonly number[];
  readonly command: (id: number) => AppendCommand;
}

/** Objects take about so many times the bytes of their JSON. */
const OBJECT_WEIGHT = 3;

/** Bytes of a row beside its text. */
const ROW_BYTES = 32;

/** Formats entries that are appended at `at`. */
export function appendCommandOf(entries: readonly Entry[], at: number): PreparedAppend {
  const texts: (string | null)[] = [];
  const weights: number[] = [];
  const targets: [number, readonly string[]][] = [];
  let keys: (string | null)[] | undefined;
  let unseen: boolean[] | undefined;
  entries.forEach((entry, index) => {
    const { head, native } = formatEntry(entry, at);
    texts.push(head, native);
    weights.push(head.length * OBJECT_WEIGHT + (native?.length ?? 0));
    if (entry.dedupe !== undefined) {
      keys ??= Array.from({ length: entries.length }, () => null);
      keys[index] = entry.dedupe;
    }
    if (entry.unseen === true) {
      unseen ??= Array.from({ length: entries.length }, () => false);
      unseen[index] = true;
    }
    const run = targets.at(-1);
    if (run !== undefined && isSame(run[1], entry.targets)) run[0] += 1;
    else targets.push([1, entry.targets]);
  });
  const packed = packTexts(texts);
  const count = entries.length;
  const bytes = packed.bytes.length + count * ROW_BYTES;
  const rest = { at, bytes, count, texts: packed, keys, unseen, targets };
  return { at, bytes, weights, command: (id) => ({ kind: 'append', id, ...rest }) };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((name, index) => name === b[index]));
}
