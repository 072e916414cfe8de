import { describe, expect, it } from 'vitest';
import { integerSize } from '../src/wire/ber-builder.ts';
import { BerCursor, readInteger, readOid, readUnsigned64 } from '../src/wire/ber-reader.ts';
import { element, integer, objectIdentifier } from '../src/wire/ber-writer.ts';
import { parseOid } from '../src/wire/oid.ts';
import { readDatagram } from '../src/wire/read-datagram.ts';

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replace(/ /g, ''), 'hex'));

describe('BER', () => {
  it.each([
    [0, '020100'],
    [127, '02017f'],
    [128, '02020080'],
    [-1, '0201ff'],
    [-128, '020180'],
    [-129, '0202ff7f'],
    [2147483647, '02047fffffff'],
    [-2147483648, '020480000000'],
  ])('holds the integer %i in the fewest bytes', (value, hex) => {
    const written = integer(value);
    expect(Buffer.from(written).toString('hex')).toBe(hex);
    expect(readInteger(written, 2, written.length, 'it')).toBe(value);
  });

  it.each([
    0, 1, 127, 128, 255, 256, 32767, 32768, 8388608, 2147483647, -1, -128, -129, -2147483648,
  ])('knows the size of the integer %i before it is written', (value) =>
    expect(integerSize(value)).toBe(integer(value).length),
  );

  it('keeps the largest Counter64', () => {
    const written = integer(2n ** 64n - 1n, 0x46);
    expect(Buffer.from(written).toString('hex')).toBe('460900ffffffffffffffff');
    expect(readUnsigned64(written, 2, written.length, 'it')).toBe(2n ** 64n - 1n);
  });

  it.each(['1.3', '0.39', '2.999.3', '1.3.6.1.4.1.52312.1.1.5', '1.3.4294967295'])(
    'holds the object identifier %s',
    (oid) => {
      const written = objectIdentifier(parseOid(oid)!);
      expect(readOid(written, 2, written.length, 'it')).toBe(oid);
    },
  );

  it('writes lengths beyond 127 in the long form and reads them', () => {
    const written = element(0x04, new Uint8Array(300));
    expect(Buffer.from(written.subarray(0, 4)).toString('hex')).toBe('0482012c');
    expect(new BerCursor(written).octets('it')).toHaveLength(300);
  });

  it.each(['', '1', '1.40', '3.1', '1.3.4294967296', '1.3.', '1..3', 'a.b', '1.3.06'])(
    'refuses %j as an object identifier',
    (oid) => expect(parseOid(oid)).toBeUndefined(),
  );
});

describe('a datagram that is no good', () => {
  const trap = '020101 0406 7075626c6963';
  it.each([
    ['is empty', ''],
    ['is one byte', '30'],
    ['is no sequence', '31020101'],
    ['has an indefinite length', `3080 ${trap}`],
    ['has a length of nine bytes', `3089 000000000000000001 ${trap}`],
    ['ends within its length', '3082'],
    ['is shorter than it says', `30ff ${trap}`],
    ['has a version nobody knows', '3006 020109 0400'],
    ['has an empty version', '3004 0200 0400'],
    ['has a community that leaves it', '3008 020101 04ff 707562'],
    ['has no PDU', `300b ${trap}`],
    [
      'has an empty object identifier',
      `302a ${trap} a71d 020101 020100 020100 3012 3010 0600 0408 3132333435363738`,
    ],
    [
      'has an element of a tag nobody knows',
      `3029 ${trap} a71c 020101 020100 020100 3011 300f 06082b06010201010300 9f0100`,
    ],
  ])('%s', (_, hex) => {
    const read = readDatagram(bytes(hex));
    expect(read.ok).toBe(false);
    expect(!read.ok && read.error.code).toBe('VIA_SNMP_DATAGRAM_MALFORMED');
  });

  it('is longer than UDP carries', () => {
    const read = readDatagram(new Uint8Array(65_508));
    expect(!read.ok && read.error.code).toBe('VIA_SNMP_DATAGRAM_TOO_LARGE');
  });
});
