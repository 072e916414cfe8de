/** Entries as the one message in which they go to the worker: text made once, here. */
import type { Entry } from '../journal.ts';
import { formatEntry } from './entry-text.ts';
import type { AppendCommand } from './protocol.ts';

/** An append ready to be sent. */
export interface PreparedAppend {
  readonly at: number;
  /** Of all entries together, as text. */
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
  const heads: string[] = [];
  const natives: (string | null)[] = [];
  const weights: number[] = [];
  const targets: [number, readonly string[]][] = [];
  let keys: (string | null)[] | undefined;
  let bytes = 0;
  entries.forEach((entry, index) => {
    const { head, native } = formatEntry(entry, at);
    heads.push(head);
    natives.push(native);
    const nativeLength = native?.length ?? 0;
    weights.push(head.length * OBJECT_WEIGHT + nativeLength);
    bytes += head.length + nativeLength + ROW_BYTES;
    if (entry.dedupe !== undefined) {
      keys ??= Array.from({ length: entries.length }, () => null);
      keys[index] = entry.dedupe;
    }
    const run = targets.at(-1);
    if (run !== undefined && isSame(run[1], entry.targets)) run[0] += 1;
    else targets.push([1, entry.targets]);
  });
  const text = { heads, natives, keys, targets };
  return { at, bytes, weights, command: (id) => ({ kind: 'append', id, at, bytes, ...text }) };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((name, index) => name === b[index]));
}
