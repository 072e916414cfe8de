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
