/**
 * Builds BER (ITU-T X.690) from its end to its beginning: an element's length is known when its
 * header is written, so nothing is copied twice. What is to come first is put last.
 */
import { utf8Length } from './octets.ts';
import { parseOid } from './oid.ts';

const encoder = new TextEncoder();

/** Room at first, bytes: a datagram on an Ethernet. */
const CAPACITY_BYTES = 1_536;

/** Object identifiers whose bytes are kept: those of a MIB module are few and always the same. */
const OIDS_MAX = 4_096;

const oidBytes = new Map<string, Uint8Array>();

/** What a builder that is used again holds on to at most, bytes: the longest datagram. */
const KEPT_BYTES_MAX = 65_536;

/** A piece of BER that grows at its front. */
export class BerBuilder {
  #bytes = new Uint8Array(CAPACITY_BYTES);
  #start = CAPACITY_BYTES;

  /** Begins anew, in the room it has. */
  reset(): void {
    if (this.#bytes.length > KEPT_BYTES_MAX) this.#bytes = new Uint8Array(CAPACITY_BYTES);
    this.#start = this.#bytes.length;
  }

  /** How much was put so far; the difference of two is the length of what was put between. */
  get length(): number {
    return this.#bytes.length - this.#start;
  }

  /** Everything that was put. */
  finish(): Uint8Array {
    return this.#bytes.slice(this.#start);
  }

  /** Everything that was put, in place: good until the builder is used again. */
  view(): Uint8Array {
    return this.#bytes.subarray(this.#start);
  }

  /** Makes what was put since `before` (an earlier `length`) the contents of an element. */
  wrap(tag: number, before: number): void {
    this.#header(tag, this.length - before);
  }

  /** An element of some bytes. */
  octets(tag: number, bytes: Uint8Array): void {
    this.raw(bytes);
    this.#header(tag, bytes.length);
  }

  /** An element with a text in UTF-8. */
  text(tag: number, text: string): void {
    const length = utf8Length(text);
    this.#room(length);
    this.#start -= length;
    const bytes = this.#bytes;
    if (length === text.length) {
      for (let at = 0; at < length; at += 1) bytes[this.#start + at] = text.charCodeAt(at);
    } else {
      encoder.encodeInto(text, bytes.subarray(this.#start, this.#start + length));
    }
    this.#header(tag, length);
  }

  /** An integer in the fewest bytes of two's complement. */
  integer(tag: number, value: number | bigint): void {
    const before = this.length;
    this.#room(9);
    if (typeof value === 'number' && value >= -0x8000_0000 && value <= 0x7fff_ffff) {
      let rest = value;
      do {
        this.#byte(rest & 0xff);
        rest >>= 8;
      } while (!this.#isWhole(rest === 0, rest === -1));
    } else {
      let rest = BigInt(value);
      do {
        this.#byte(Number(rest & 0xffn));
        rest >>= 8n;
      } while (!this.#isWhole(rest === 0n, rest === -1n));
    }
    this.wrap(tag, before);
  }

  /** An object identifier; one that is none becomes 0.0, which names nothing. */
  oid(oid: string): void {
    this.raw(encodedOid(oid));
  }

  /** Bytes as they are: an element that was built before. */
  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#start -= bytes.length;
    this.#bytes.set(bytes, this.#start);
  }

  /** Whether what is left of an integer is said by the sign of the byte before. */
  #isWhole(isZero: boolean, isMinusOne: boolean): boolean {
    const isNegative = (this.#bytes[this.#start] as number) >= 0x80;
    return isNegative ? isMinusOne : isZero;
  }

  #header(tag: number, length: number): void {
    this.#room(6);
    if (length < 0x80) this.#byte(length);
    else {
      let count = 0;
      for (let rest = length; rest > 0; rest >>= 8) {
        this.#byte(rest & 0xff);
        count += 1;
      }
      this.#byte(0x80 | count);
    }
    this.#byte(tag);
  }

  #byte(byte: number): void {
    this.#start -= 1;
    this.#bytes[this.#start] = byte;
  }

  #room(bytes: number): void {
    if (this.#start >= bytes) return;
    const grown = new Uint8Array(this.#bytes.length * 2 + bytes);
    const { length } = this;
    grown.set(this.#bytes.subarray(this.#start), grown.length - length);
    this.#bytes = grown;
    this.#start = grown.length - length;
  }
}

/** How many bytes an integer takes, its header included, where it fits into 32 bits. */
export function integerSize(value: number): number {
  const bits = 33 - Math.clz32(value < 0 ? ~value : value); // one of them is the sign
  return 2 + ((bits + 7) >> 3);
}

/** How many bytes an object identifier takes, its header included. */
export function oidSize(oid: string): number {
  return encodedOid(oid).length;
}

function encodedOid(oid: string): Uint8Array {
  const known = oidBytes.get(oid);
  if (known !== undefined) return known;
  const [first = 0, second = 0, ...rest] = parseOid(oid) ?? [0, 0];
  const builder = new BerBuilder();
  for (const part of [first * 40 + second, ...rest].reverse()) builder.raw(baseOf128(part));
  builder.wrap(0x06, 0);
  const bytes = builder.finish();
  if (oidBytes.size >= OIDS_MAX) oidBytes.clear();
  oidBytes.set(oid, bytes);
  return bytes;
}

function baseOf128(part: number): Uint8Array {
  const digits = [part % 128];
  for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) {
    digits.unshift((left % 128) | 0x80);
  }
  return Uint8Array.from(digits);
}
