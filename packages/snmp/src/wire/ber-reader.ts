/**
 * Reads BER (ITU-T X.690) as SNMP uses it: definite lengths, tags of one byte. Strict: a length
 * that leaves its container is an error, never a guess. Throws {@link BerProblem}, which
 * `readDatagram` turns into a value.
 */
import { OID_LENGTH_MAX } from '../message.ts';

/** Why bytes are no BER, and where. */
export class BerProblem extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** One element: its tag and where its contents are. */
export interface BerElement {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** A place in some bytes, and where its container ends. */
export class BerCursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  #offset: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.#offset = start;
    this.end = end;
  }

  /** Where the next element begins. */
  get offset(): number {
    return this.#offset;
  }

  /** Whether the container holds no more. */
  get isAtEnd(): boolean {
    return this.#offset >= this.end;
  }

  /** The next element, whatever it is. */
  next(): BerElement {
    const { bytes, end } = this;
    const at = this.#offset;
    if (at + 2 > end) throw new BerProblem('it ends within an element', at);
    const tag = bytes[at] as number;
    if ((tag & 0x1f) === 0x1f) throw new BerProblem('a tag is longer than SNMP has any', at);
    const { length, start } = this.#length(at + 1);
    if (length > end - start) {
      throw new BerProblem(`an element of ${length} bytes ends behind its container`, at);
    }
    this.#offset = start + length;
    return { tag, start, end: start + length };
  }

  /** The next element, which must have that tag. */
  expect(tag: number, what: string): BerElement {
    const at = this.#offset;
    const element = this.next();
    if (element.tag !== tag) {
      throw new BerProblem(`${what} has the tag ${hex(element.tag)}, not ${hex(tag)}`, at);
    }
    return element;
  }

  /** The contents of the next element, which must have that tag and holds others. */
  enter(tag: number, what: string): BerCursor {
    const { start, end } = this.expect(tag, what);
    return new BerCursor(this.bytes, start, end);
  }

  /** The next element as a signed integer of at most 32 bits. */
  integer(what: string): number {
    const { start, end } = this.expect(0x02, what);
    return readInteger(this.bytes, start, end, what);
  }

  /** The contents of the next element, an OCTET STRING. */
  octets(what: string): Uint8Array {
    const { start, end } = this.expect(0x04, what);
    return this.bytes.subarray(start, end);
  }

  #length(at: number): { readonly length: number; readonly start: number } {
    const first = this.bytes[at] as number;
    if (first < 0x80) return { length: first, start: at + 1 };
    const count = first & 0x7f;
    // X.690 allows more leading zeros than anyone sends; a datagram's length has two bytes.
    if (count === 0 || count > 4) throw new BerProblem('a length is not definite or too long', at);
    if (at + 1 + count > this.end) throw new BerProblem('it ends within a length', at);
    let length = 0;
    for (let index = 1; index <= count; index += 1) {
      length = length * 256 + (this.bytes[at + index] as number);
    }
    return { length, start: at + 1 + count };
  }
}

/** A signed integer of at most 32 bits. */
export function readInteger(bytes: Uint8Array, start: number, end: number, what: string): number {
  const value = readBigInteger(bytes, start, end, what, 4);
  return Number(BigInt.asIntN(32, value));
}

/**
 * An unsigned integer of at most 32 bits. Some senders leave out the zero byte that keeps a large
 * one from reading as negative; it is taken for what they meant.
 */
export function readUnsigned(bytes: Uint8Array, start: number, end: number, what: string): number {
  const value = readBigInteger(bytes, start, end, what, 5);
  if (value > 0xffff_ffffn) throw new BerProblem(`${what} has more than 32 bits`, start);
  return Number(BigInt.asUintN(32, value));
}

/** An unsigned integer of at most 64 bits. */
export function readUnsigned64(
  bytes: Uint8Array,
  start: number,
  end: number,
  what: string,
): bigint {
  const value = readBigInteger(bytes, start, end, what, 9);
  if (value > 0xffff_ffff_ffff_ffffn) throw new BerProblem(`${what} has more than 64 bits`, start);
  return BigInt.asUintN(64, value);
}

function readBigInteger(
  bytes: Uint8Array,
  start: number,
  end: number,
  what: string,
  bytesMax: number,
): bigint {
  if (end <= start) throw new BerProblem(`${what} is empty`, start);
  if (end - start > bytesMax) throw new BerProblem(`${what} is too long for its type`, start);
  let value = BigInt((bytes[start] as number) << 24) >> 24n; // sign
  for (let index = start + 1; index < end; index += 1) {
    value = (value << 8n) | BigInt(bytes[index] as number);
  }
  return value;
}

/** An object identifier in dotted form. */
export function readOid(bytes: Uint8Array, start: number, end: number, what: string): string {
  if (end <= start) throw new BerProblem(`${what} is empty`, start);
  const parts: number[] = [];
  let part = 0;
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] as number;
    part = part * 128 + (byte & 0x7f);
    const partMax = parts.length === 0 ? 0xffff_ffff + 80 : 0xffff_ffff;
    if (part > partMax) throw new BerProblem(`${what} has too large a number`, index);
    if (byte >= 0x80) {
      if (index === end - 1) throw new BerProblem(`${what} ends within a number`, index);
      continue;
    }
    if (parts.length > 0) parts.push(part);
    else {
      const first = Math.min(2, Math.floor(part / 40)); // the first two share a number
      parts.push(first, part - first * 40);
    }
    part = 0;
    if (parts.length > OID_LENGTH_MAX) throw new BerProblem(`${what} is too long`, index);
  }
  return parts.join('.');
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}
