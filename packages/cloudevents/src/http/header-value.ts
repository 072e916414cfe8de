/**
 * Attribute values in HTTP headers: percent-encoded UTF-8 (bindings/http-protocol-binding.md
 * clause 3.1.3.2), with the double-quoted strings that older senders write understood too.
 */

const encoder = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Blank, double quote, percent, and everything outside of printable ASCII. */
const TO_ENCODE = /[^\x21\x23\x24\x26-\x7e]+/g;

/** An attribute's value as it goes into a header. */
export function encodeHeaderValue(value: string): string {
  return value.replace(TO_ENCODE, (part) =>
    Array.from(encoder.encode(part), (byte) => `%${hex(byte)}`).join(''),
  );
}

/** A header's value as an attribute; `undefined` where its percent-encoding is not UTF-8. */
export function decodeHeaderValue(value: string): string | undefined {
  const plain = /^".*"$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/gs, '$1') : value;
  const text = fromRawUtf8(plain);
  if (!text.includes('%')) return text;
  const pieces = text.split(/((?:%[0-9A-Fa-f]{2})+)/);
  try {
    return pieces
      .map((piece, index) => (index % 2 === 0 ? piece : strictUtf8.decode(percentBytes(piece))))
      .join('');
  } catch {
    return undefined;
  }
}

function percentBytes(piece: string): Uint8Array {
  return Uint8Array.from(piece.slice(1).split('%'), (digits) => Number.parseInt(digits, 16));
}

/** Senders that skip the encoding put UTF-8 on the wire, which clients show byte for byte. */
function fromRawUtf8(text: string): string {
  if (!/[\x80-\xff]/.test(text) || /[^\0-\xff]/.test(text)) return text;
  try {
    return strictUtf8.decode(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  } catch {
    return text;
  }
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
