/**
 * Texts on their way to the worker, as one run of UTF-8 that is handed over without a copy. As
 * strings each would be copied into the message, out of it, and into UTF-8 for checksum and
 * statement, and the worker's garbage collector would go through all of them.
 */

/** Texts one after the other; a length of -1 stands for no text. */
export interface PackedTexts {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly lengths: Int32Array;
}

const NONE = -1;
/** Bytes of UTF-8 that one UTF-16 unit takes at most. */
const UNIT_BYTES_MAX = 3;
const encoder = new TextEncoder();

/** Packs texts, which must be well-formed. Room for ASCII is enough nearly always. */
export function packTexts(texts: readonly (string | null)[]): PackedTexts {
  let left = 0;
  for (const text of texts) left += text?.length ?? 0;
  let bytes = new Uint8Array(left);
  const lengths = new Int32Array(texts.length);
  let at = 0;
  for (let index = 0; index < texts.length; index += 1) {
    const text = texts[index] ?? null;
    if (text === null) {
      lengths[index] = NONE;
      continue;
    }
    let done = encoder.encodeInto(text, bytes.subarray(at));
    if (done.read < text.length) {
      const larger = new Uint8Array(at + left * UNIT_BYTES_MAX);
      larger.set(bytes.subarray(0, at));
      bytes = larger;
      done = encoder.encodeInto(text, bytes.subarray(at));
    }
    lengths[index] = done.written;
    at += done.written;
    left -= text.length;
  }
  return { bytes: bytes.subarray(0, at), lengths };
}

/** The texts again, as views of their UTF-8. */
export function unpackTexts({ bytes, lengths }: PackedTexts): (Uint8Array | null)[] {
  const texts: (Uint8Array | null)[] = [];
  let at = 0;
  for (const length of lengths) {
    if (length === NONE) {
      texts.push(null);
      continue;
    }
    texts.push(bytes.subarray(at, at + length));
    at += length;
  }
  return texts;
}
