/** Checksums of stored rows: CRC-32, seeded so that a row in the wrong place does not pass. */
import { crc32 } from 'node:zlib';

/**
 * Over the texts of a row, in order, seeded with its number; a text or its UTF-8 give the same.
 * `null` counts as no text.
 */
export function checksum(seed: number, ...texts: readonly (string | Uint8Array | null)[]): number {
  let value = seed >>> 0;
  for (const text of texts) if (text !== null) value = crc32(text, value);
  return value;
}

/** What a column can hold. */
export type RowValue = string | number | bigint | null | Uint8Array;

/** Between columns, so that nothing can move from one to the next. */
const COLUMN_END = '\0';

/** Over the columns of a row, in order. A number counts as its decimal digits. */
export function rowChecksum(values: readonly RowValue[]): number {
  return checksum(
    0,
    ...values.flatMap((value) => [
      value instanceof Uint8Array || value === null ? value : String(value),
      COLUMN_END,
    ]),
  );
}
