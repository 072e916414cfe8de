/**
 * SHA-1 (FIPS 180-4 clause 6.1), which UUIDv5 is defined with. Not for secrets. Written out here
 * because core imports nothing and the web's digest is asynchronous, which a codec cannot be. An
 * event id costs two blocks, thousands of times a second: the rounds are plain loops on numbers.
 */
export function sha1(message: Uint8Array): Uint8Array {
  const size = Math.ceil((message.length + 9) / 64) * 64; // whole blocks
  const padded = size <= short.length ? short : new Uint8Array(size);
  pad(message, padded, size);
  state.set(INITIAL);
  for (let offset = 0; offset < size; offset += 64) {
    expand(padded, offset);
    compress();
  }
  const digest = new Uint8Array(20);
  for (let index = 0; index < 20; index += 1) {
    digest[index] = at(state, index >> 2) >>> (24 - 8 * (index & 3));
  }
  return digest;
}

/** Used by one digest after the other. What an id is made of fits into the first. */
const short = new Uint8Array(256);
const state = new Int32Array(5);
const schedule = new Int32Array(80);

const INITIAL = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0] as const;

/** The message, a 1 bit, zeros, and the length in bits. */
function pad(message: Uint8Array, padded: Uint8Array, size: number): void {
  const { length } = message;
  padded.set(message);
  padded[length] = 0x80;
  padded.fill(0, length + 1, size - 8);
  const bits = [Math.floor(length / 0x2000_0000), (length << 3) >>> 0] as const;
  for (let byte = 0; byte < 8; byte += 1) {
    padded[size - 8 + byte] = bits[byte < 4 ? 0 : 1] >>> (24 - 8 * (byte & 3));
  }
}

/** One block as the 80 words of the rounds. */
function expand(bytes: Uint8Array, offset: number): void {
  for (let t = 0; t < 16; t += 1) {
    const byte = offset + 4 * t;
    schedule[t] =
      ((bytes[byte] as number) << 24) |
      ((bytes[byte + 1] as number) << 16) |
      ((bytes[byte + 2] as number) << 8) |
      (bytes[byte + 3] as number);
  }
  for (let t = 16; t < 80; t += 1) {
    const mixed =
      at(schedule, t - 3) ^ at(schedule, t - 8) ^ at(schedule, t - 14) ^ at(schedule, t - 16);
    schedule[t] = (mixed << 1) | (mixed >>> 31);
  }
}

/** The function of a round changes every twenty: four loops, none of which has to ask. */
function compress(): void {
  let a = at(state, 0);
  let b = at(state, 1);
  let c = at(state, 2);
  let d = at(state, 3);
  let e = at(state, 4);
  let mixed = 0;
  for (let t = 0; t < 20; t += 1) {
    mixed = (rotate5(a) + ((b & c) | (~b & d)) + 0x5a827999 + e + at(schedule, t)) | 0;
    e = d;
    d = c;
    c = rotate30(b);
    b = a;
    a = mixed;
  }
  for (let t = 20; t < 40; t += 1) {
    mixed = (rotate5(a) + (b ^ c ^ d) + 0x6ed9eba1 + e + at(schedule, t)) | 0;
    e = d;
    d = c;
    c = rotate30(b);
    b = a;
    a = mixed;
  }
  for (let t = 40; t < 60; t += 1) {
    mixed = (rotate5(a) + ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc + e + at(schedule, t)) | 0;
    e = d;
    d = c;
    c = rotate30(b);
    b = a;
    a = mixed;
  }
  for (let t = 60; t < 80; t += 1) {
    mixed = (rotate5(a) + (b ^ c ^ d) + 0xca62c1d6 + e + at(schedule, t)) | 0;
    e = d;
    d = c;
    c = rotate30(b);
    b = a;
    a = mixed;
  }
  state[0] = at(state, 0) + a;
  state[1] = at(state, 1) + b;
  state[2] = at(state, 2) + c;
  state[3] = at(state, 3) + d;
  state[4] = at(state, 4) + e;
}

function rotate5(word: number): number {
  return (word << 5) | (word >>> 27);
}

function rotate30(word: number): number {
  return (word << 30) | (word >>> 2);
}

function at(words: Int32Array, index: number): number {
  return words[index] as number;
}
