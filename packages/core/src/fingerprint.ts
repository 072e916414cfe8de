/**
 * A 128-bit hash of a text, as 32 hexadecimal digits: to tell messages apart, never to protect
 * them. MurmurHash3 x86 128 over UTF-16 code units (two to a word); a 7 kB message takes some
 * microseconds, which a cryptographic hash in JavaScript would not.
 */
export function fingerprint(text: string, seed = 0): string {
  let h1 = seed;
  let h2 = seed;
  let h3 = seed;
  let h4 = seed;
  const length = text.length;
  const body = length - (length % 8);
  for (let index = 0; index < body; index += 8) {
    h1 = step(h1, wordAt(text, index), 0x239b961b, 0xab0e9789, 15, 19) + h2;
    h1 = (Math.imul(h1, 5) + 0x561ccd1b) | 0;
    h2 = step(h2, wordAt(text, index + 2), 0xab0e9789, 0x38b34ae5, 16, 17) + h3;
    h2 = (Math.imul(h2, 5) + 0x0bcaa747) | 0;
    h3 = step(h3, wordAt(text, index + 4), 0x38b34ae5, 0xa1e38b93, 17, 15) + h4;
    h3 = (Math.imul(h3, 5) + 0x96cd1c35) | 0;
    h4 = step(h4, wordAt(text, index + 6), 0xa1e38b93, 0x239b961b, 18, 13) + h1;
    h4 = (Math.imul(h4, 5) + 0x32ac3b17) | 0;
  }
  for (let index = body; index < length; index += 1) {
    h1 = step(h1, text.charCodeAt(index), 0x239b961b, 0xab0e9789, 15, 19) + h2;
    h2 = (h2 + h1) | 0;
  }
  return finish(h1 ^ length, h2 ^ length, h3 ^ length, h4 ^ length);
}

function wordAt(text: string, index: number): number {
  return text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
}

function step(
  hash: number,
  word: number,
  c1: number,
  c2: number,
  rotateWord: number,
  rotateHash: number,
): number {
  const k = Math.imul(rotate(Math.imul(word, c1), rotateWord), c2);
  return rotate(hash ^ k, rotateHash);
}

function finish(a: number, b: number, c: number, d: number): string {
  let h1 = (a + b + c + d) | 0;
  let h2 = (b + h1) | 0;
  let h3 = (c + h1) | 0;
  let h4 = (d + h1) | 0;
  h1 = avalanche(h1);
  h2 = avalanche(h2);
  h3 = avalanche(h3);
  h4 = avalanche(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  return hex(h1) + hex((h2 + h1) | 0) + hex((h3 + h1) | 0) + hex((h4 + h1) | 0);
}

function avalanche(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
