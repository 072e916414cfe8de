/**
 * A 128-bit hash of a text, as 32 hexadecimal digits: to tell messages apart, never to protect
 * them. MurmurHash3 x86 128 over UTF-16 code units (two to a word); a 7 kB message takes some
 * microseconds, which a cryptographic hash in JavaScript would not.
 */
export function fingerprint(text: string, seed = 0): string {
  const { length } = text;
  const body = length - (length % 8);
  if (isAscii(text)) mixBytes(body, seed);
  else mixText(text, body, seed);
  let h1 = hash[0] as number;
  let h2 = hash[1] as number;
  const h3 = hash[2] as number;
  const h4 = hash[3] as number;
  for (let index = body; index < length; index += 1) {
    h1 = tail(h1, text.charCodeAt(index)) + h2;
    h2 = (h2 + h1) | 0;
  }
  return finish(h1 ^ length, h2 ^ length, h3 ^ length, h4 ^ length);
}

/** Texts up to this length, ASCII throughout, are read as bytes: half the time of `charCodeAt`. */
const BYTES_MAX = 32_768;
const bytes = new Uint8Array(BYTES_MAX);
const encoder = new TextEncoder();

/** Whether {@link bytes} holds the text now: a character a byte. */
function isAscii(text: string): boolean {
  return text.length <= BYTES_MAX && encoder.encodeInto(text, bytes).written === text.length;
}

/** What both of the following leave behind. */
const hash = new Int32Array(4);

/** The state is kept in variables: in the array it would be written and read for each word. */
function mixBytes(body: number, seed: number): void {
  let h1 = seed;
  let h2 = seed;
  let h3 = seed;
  let h4 = seed;
  for (let index = 0; index < body; index += 8) {
    h1 = (Math.imul(rotate(h1 ^ word1(byteWord(index)), 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 = (Math.imul(rotate(h2 ^ word2(byteWord(index + 2)), 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 = (Math.imul(rotate(h3 ^ word3(byteWord(index + 4)), 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 = (Math.imul(rotate(h4 ^ word4(byteWord(index + 6)), 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  keep(h1, h2, h3, h4);
}

function mixText(text: string, body: number, seed: number): void {
  let h1 = seed;
  let h2 = seed;
  let h3 = seed;
  let h4 = seed;
  for (let index = 0; index < body; index += 8) {
    h1 = (Math.imul(rotate(h1 ^ word1(wordAt(text, index)), 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 = (Math.imul(rotate(h2 ^ word2(wordAt(text, index + 2)), 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 = (Math.imul(rotate(h3 ^ word3(wordAt(text, index + 4)), 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 = (Math.imul(rotate(h4 ^ word4(wordAt(text, index + 6)), 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  keep(h1, h2, h3, h4);
}

function keep(h1: number, h2: number, h3: number, h4: number): void {
  hash[0] = h1;
  hash[1] = h2;
  hash[2] = h3;
  hash[3] = h4;
}

function byteWord(index: number): number {
  return (bytes[index] as number) | ((bytes[index + 1] as number) << 16);
}

function wordAt(text: string, index: number): number {
  return text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
}

function word1(word: number): number {
  return Math.imul(rotate(Math.imul(word, 0x239b961b), 15), 0xab0e9789);
}

function word2(word: number): number {
  return Math.imul(rotate(Math.imul(word, 0xab0e9789), 16), 0x38b34ae5);
}

function word3(word: number): number {
  return Math.imul(rotate(Math.imul(word, 0x38b34ae5), 17), 0xa1e38b93);
}

function word4(word: number): number {
  return Math.imul(rotate(Math.imul(word, 0xa1e38b93), 18), 0x239b961b);
}

/** A character of the rest that fills no eight. */
function tail(h1: number, code: number): number {
  return rotate(h1 ^ word1(code), 19);
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

/** The two hexadecimal digits of every byte. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

function hex(value: number): string {
  return byteHex(value >>> 24) + byteHex(value >>> 16) + byteHex(value >>> 8) + byteHex(value);
}

function byteHex(value: number): string {
  return HEX[value & 0xff] as string;
}
