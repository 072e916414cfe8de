/**
 * SHA-1 (FIPS 180-4 clause 6.1), which UUIDv5 is defined with. Not for secrets. Written out here
 * because core imports nothing and the web's digest is asynchronous, which a codec cannot be. An
 * event id costs two blocks, thousands of times a second: the rounds are plain loops on numbers.
 */
export function sha1(message: Uint8Array): Uint8Array {
  const padded = pad(message);
  const state = new Int32Array(INITIAL);
  const schedule = new Int32Array(80);
  for (let offset = 0; offset < padded.length; offset += 64) {
    expand(schedule, padded, offset);
    compress(state, schedule);
  }
  const digest = new Uint8Array(20);
  for (let index = 0; index < 20; index += 1) {
    digest[index] = at(state, index >> 2) >>> (24 - 8 * (index & 3));
  }
  return digest;
}

const INITIAL = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0] as const;

/** The message, a 1 bit, zeros, and the length in bits: whole blocks of 64 bytes. */
function pad(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(message.length / 0x2000_0000));
  view.setUint32(padded.length - 4, (message.length << 3) >>> 0);
  return padded;
}

/** One block as the 80 words of the rounds. */
function expand(schedule: Int32Array, bytes: Uint8Array, offset: number): void {
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

function compress(state: Int32Array, schedule: Int32Array): void {
  let a = at(state, 0);
  let b = at(state, 1);
  let c = at(state, 2);
  let d = at(state, 3);
  let e = at(state, 4);
  for (let t = 0; t < 80; t += 1) {
    const mixed = ((a << 5) | (a >>> 27)) + mix(t, b, c, d) + e + at(schedule, t);
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = mixed | 0;
  }
  state[0] = at(state, 0) + a;
  state[1] = at(state, 1) + b;
  state[2] = at(state, 2) + c;
  state[3] = at(state, 3) + d;
  state[4] = at(state, 4) + e;
}

/** The function of a round and its constant, added up. */
function mix(t: number, b: number, c: number, d: number): number {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

function at(words: Int32Array, index: number): number {
  return words[index] as number;
}
