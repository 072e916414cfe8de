/** Octets for reading: sixteen a line with what of them is ASCII beside. */

const PER_LINE = 16;

/** Octets that are shown; of more, the first. */
const DUMPED_BYTES_MAX = 4_096;

/** Few octets stand on one line without anything beside. */
export function hexDump(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, DUMPED_BYTES_MAX);
  if (shown.length <= PER_LINE) return hexOf(shown);
  const lines: string[] = [];
  for (let at = 0; at < shown.length; at += PER_LINE) {
    const part = shown.subarray(at, at + PER_LINE);
    const place = at.toString(16).padStart(4, '0');
    lines.push(`${place}  ${hexOf(part).padEnd(PER_LINE * 3 - 1)}  ${asciiOf(part)}`);
  }
  const rest = bytes.length - shown.length;
  return rest === 0 ? lines.join('\n') : `${lines.join('\n')}\n… ${String(rest)} octets more`;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function asciiOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
  ).join('');
}
