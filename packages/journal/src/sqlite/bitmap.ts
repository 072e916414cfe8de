/**
 * The settled positions above a mark as stored bytes: bit 0 of byte 0 is the position after the
 * mark. Trailing zero bytes are left out.
 */
import type { PositionSet } from './position-set.ts';

/** Formats what of `settled` lies above `mark`. At most an eighth of `spanMax` bytes. */
export function formatBitmap(settled: PositionSet, mark: number, highest: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, Math.ceil((highest - mark) / 8)));
  for (let at = settled.first(mark + 1); at !== undefined; at = settled.first(at + 1)) {
    const offset = at - mark - 1;
    bytes[offset >>> 3] = (bytes[offset >>> 3] ?? 0) | (1 << (offset & 7));
  }
  return bytes;
}

/** The positions that {@link formatBitmap} wrote, in order. */
export function parseBitmap(bytes: Uint8Array, mark: number): number[] {
  const positions: number[] = [];
  bytes.forEach((byte, index) => {
    for (let bit = 0; bit < 8; bit += 1) {
      if ((byte & (1 << bit)) !== 0) positions.push(mark + 1 + index * 8 + bit);
    }
  });
  return positions;
}
