/** How many bytes become characters at once: arguments of one call are limited. */
const CHUNK_BYTES = 8_192;

/** The text whose characters are the bytes (ISO 8859-1): no byte is lost, and nothing shifts. */
export function latin1Text(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    pieces.push(String.fromCharCode(...bytes.subarray(start, start + CHUNK_BYTES)));
  }
  return pieces.join('');
}

/** The bytes of such a text. A character beyond U+00FF, which it never has, is cut to a byte. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}
