/**
 * SNMP v2c notifications as an outsider reads and writes them, with none of the product's code
 * (RFC 3416; BER):
 *
 *     SEQUENCE { INTEGER 1, OCTET STRING community, [6] inform or [7] trap {
 *       INTEGER request-id, INTEGER 0, INTEGER 0, SEQUENCE OF SEQUENCE { OID, value } } }
 */

const TAG = {
  integer: 0x02,
  octets: 0x04,
  oid: 0x06,
  sequence: 0x30,
  ticks: 0x43,
  response: 0xa2,
  inform: 0xa6,
  trap: 0xa7,
} as const;

const SYS_UP_TIME = '1.3.6.1.2.1.1.3.0';
const SNMP_TRAP_OID = '1.3.6.1.6.3.1.1.4.1.0';
const VERSION_2C = 1;

/** A notification that was read. */
export interface ReadDatagram {
  readonly isInform: boolean;
  readonly requestId: number;
  /** Which notification it is; empty where it does not say. */
  readonly trapOid: string;
  /** The octets of each value by its OID. */
  readonly values: ReadonlyMap<string, Buffer>;
  /** What a receiver answers an inform with: the same message as a response. */
  readonly response: Buffer;
}

/** A value to write: a text or a whole number. */
export interface WrittenVarbind {
  readonly oid: string;
  readonly value: string | number | Buffer;
}

/** Reads a datagram; undefined for what is no v2c notification. */
export function readDatagram(bytes: Buffer): ReadDatagram | undefined {
  try {
    const message = read(bytes, 0);
    const version = read(message.content, 0);
    const community = read(message.content, version.end);
    const pdu = read(message.content, community.end);
    if (version.content[0] !== VERSION_2C) return undefined;
    if (pdu.tag !== TAG.inform && pdu.tag !== TAG.trap) return undefined;
    const requestId = read(pdu.content, 0);
    const status = read(pdu.content, requestId.end);
    const index = read(pdu.content, status.end);
    const response = Buffer.from(bytes);
    const values = readVarbinds(read(pdu.content, index.end).content);
    const trapOid = values.get(SNMP_TRAP_OID);
    response[pdu.content.byteOffset - bytes.byteOffset - pdu.headerLength] = TAG.response;
    return {
      isInform: pdu.tag === TAG.inform,
      requestId: requestId.content.readIntBE(0, requestId.content.length),
      trapOid: trapOid === undefined ? '' : readOid(trapOid),
      values,
      response,
    };
  } catch {
    return undefined;
  }
}

/** The request id of a response, or undefined for anything else. */
export function readResponse(bytes: Buffer): number | undefined {
  try {
    const { content } = read(bytes, 0);
    const pdu = read(content, read(content, read(content, 0).end).end);
    const { content: id } = read(pdu.content, 0);
    return pdu.tag === TAG.response ? id.readIntBE(0, id.length) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes an inform. */
export function writeInform(
  requestId: number,
  trapOid: string,
  varbinds: readonly WrittenVarbind[],
): Buffer {
  const all = [
    sequence(oid(SYS_UP_TIME), tlv(TAG.ticks, Buffer.from([1]))),
    sequence(oid(SNMP_TRAP_OID), oid(trapOid)),
    ...varbinds.map(({ oid: name, value }) => sequence(oid(name), valueOf(value))),
  ];
  const pdu = [integer(requestId), integer(0), integer(0), sequence(...all)];
  return sequence(
    integer(VERSION_2C),
    tlv(TAG.octets, Buffer.from('public')),
    tlv(TAG.inform, Buffer.concat(pdu)),
  );
}

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  /** Bytes of tag and length. */
  readonly headerLength: number;
  readonly end: number;
}

function read(bytes: Buffer, at: number): Element {
  const tag = bytes.readUInt8(at);
  const first = bytes.readUInt8(at + 1);
  const extra = first < 0x80 ? 0 : first & 0x7f;
  const length = extra === 0 ? first : bytes.readUIntBE(at + 2, extra);
  const headerLength = 2 + extra;
  const end = at + headerLength + length;
  if (end > bytes.length) throw new RangeError('an element is longer than its datagram');
  return { tag, content: bytes.subarray(at + headerLength, end), headerLength, end };
}

function readVarbinds(list: Buffer): ReadonlyMap<string, Buffer> {
  const values = new Map<string, Buffer>();
  for (let at = 0; at < list.length;) {
    const varbind = read(list, at);
    const name = read(varbind.content, 0);
    values.set(readOid(name.content), read(varbind.content, name.end).content);
    at = varbind.end;
  }
  return values;
}

/** X.690 clause 8.19. The first two arcs are always 1.3 here. */
function readOid(content: Buffer): string {
  const arcs = [1, 3];
  let arc = 0;
  for (const byte of content.subarray(1)) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  return arcs.join('.');
}

function oid(text: string): Buffer {
  const [, , ...arcs] = text.split('.').map(Number);
  const bytes = arcs.flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
      groups.unshift((rest & 0x7f) | 0x80);
    }
    return groups;
  });
  return tlv(TAG.oid, Buffer.from([43, ...bytes]));
}

function valueOf(value: string | number | Buffer): Buffer {
  return typeof value === 'number' ? integer(value) : tlv(TAG.octets, Buffer.from(value));
}

/** X.690 clause 8.3.2: in as few octets as it takes. `value` is not negative. */
function integer(value: number): Buffer {
  const octets: number[] = [];
  for (let rest = value; octets.length === 0 || rest > 0; rest = Math.floor(rest / 256)) {
    octets.unshift(rest & 0xff);
  }
  // The first bit is the sign.
  if ((octets[0] ?? 0) >= 0x80) octets.unshift(0);
  return tlv(TAG.integer, Buffer.from(octets));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(TAG.sequence, Buffer.concat(parts));
}

function tlv(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const header = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}
