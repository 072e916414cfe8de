/** Writes BER (ITU-T X.690) as SNMP uses it. Pieces are concatenated once, from the inside out. */

/** One element: its tag, the length of its contents, its contents. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  const header = lengthBytes(length);
  const bytes = new Uint8Array(1 + header.length + length);
  bytes[0] = tag;
  bytes.set(header, 1);
  let offset = 1 + header.length;
  for (const part of contents) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

/** An integer in the fewest bytes of two's complement; unsigned types have a tag of their own. */
export function integer(value: number | bigint, tag = 0x02): Uint8Array {
  let rest = BigInt(value);
  const bytes: number[] = [];
  for (;;) {
    const byte = Number(BigInt.asUintN(8, rest));
    bytes.unshift(byte);
    rest >>= 8n;
    const isNegative = byte >= 0x80;
    if ((rest === 0n && !isNegative) || (rest === -1n && isNegative)) break;
  }
  return element(tag, Uint8Array.from(bytes));
}

/** An object identifier of valid sub-identifiers. */
export function objectIdentifier(parts: readonly number[]): Uint8Array {
  const [first = 0, second = 0, ...rest] = parts;
  const bytes: number[] = [];
  for (const part of [first * 40 + second, ...rest]) {
    const digits = [part % 128];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) {
      digits.unshift((left % 128) | 0x80);
    }
    bytes.push(...digits);
  }
  return element(0x06, Uint8Array.from(bytes));
}
