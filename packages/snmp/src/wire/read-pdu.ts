import {
  BerCursor,
  BerProblem,
  readInteger,
  readOid,
  readUnsigned,
  readUnsigned64,
  type BerElement,
} from './ber-reader.ts';
import {
  SNMP_TRAP_ADDRESS,
  SNMP_TRAP_ENTERPRISE,
  SNMP_TRAP_OID,
  SNMP_TRAPS,
  SYS_UP_TIME,
  TYPE_TAGS,
  VARBINDS_MAX,
  type SnmpNotification,
  type SnmpVarbind,
} from '../message.ts';
import { octetsVarbind } from './octets.ts';

/** The tags of the PDUs that are read or written here (RFC 3416 clause 3, RFC 1157). */
export const PDU_TAGS = {
  getRequest: 0xa0,
  response: 0xa2,
  trapV1: 0xa4,
  inform: 0xa6,
  trap: 0xa7,
  report: 0xa8,
} as const;

/** What a PDU says; the message around it says the rest. */
export type PduParts = Pick<
  SnmpNotification,
  'pdu' | 'upTime' | 'trapOid' | 'varbinds' | 'agent' | 'requestId'
>;

/** Reads a notification; `undefined` for any other PDU. Throws {@link BerProblem}. */
export function readPdu(bytes: Uint8Array, pdu: BerElement): PduParts | undefined {
  const cursor = new BerCursor(bytes, pdu.start, pdu.end);
  if (pdu.tag === PDU_TAGS.trapV1) return readTrapV1(cursor);
  if (pdu.tag === PDU_TAGS.trap) return readTrapV2(cursor, 'trap');
  if (pdu.tag === PDU_TAGS.inform) return readTrapV2(cursor, 'inform');
  return undefined;
}

function readTrapV2(cursor: BerCursor, pdu: 'trap' | 'inform'): PduParts {
  const requestId = cursor.integer('the request id');
  cursor.integer('the error status');
  cursor.integer('the error index');
  const all = readVarbinds(cursor);
  const upTime = all.find(({ oid }) => oid === SYS_UP_TIME);
  const trapOid = all.find(({ oid }) => oid === SNMP_TRAP_OID);
  if (trapOid?.type !== 'ObjectIdentifier' || !('value' in trapOid)) {
    throw new BerProblem('a notification without snmpTrapOID.0', cursor.offset);
  }
  const varbinds = all.filter((varbind) => varbind !== upTime && varbind !== trapOid);
  return {
    pdu,
    requestId,
    ...(upTime?.type === 'TimeTicks' && 'value' in upTime ? { upTime: Number(upTime.value) } : {}),
    trapOid: String(trapOid.value),
    ...agentOf(varbinds),
    varbinds,
  };
}

/** RFC 3584 clause 3.1: what a v1 trap is called in v2, and where its other fields go. */
function readTrapV1(cursor: BerCursor): PduParts {
  const { bytes } = cursor;
  const enterpriseAt = cursor.expect(TYPE_TAGS.ObjectIdentifier, 'the enterprise');
  const enterprise = readOid(bytes, enterpriseAt.start, enterpriseAt.end, 'the enterprise');
  const address = cursor.expect(TYPE_TAGS.IpAddress, 'the agent address');
  const agent = readAddress(bytes, address);
  const generic = cursor.integer('the generic trap');
  const specific = cursor.integer('the specific trap');
  const time = cursor.expect(TYPE_TAGS.TimeTicks, 'the time stamp');
  const upTime = readUnsigned(bytes, time.start, time.end, 'the time stamp');
  const isGeneric = generic >= 0 && generic <= 5;
  const trapOid = isGeneric
    ? `${SNMP_TRAPS}.${generic + 1}`
    : `${enterprise}.0.${Math.max(0, specific)}`;
  const own = readVarbinds(cursor);
  const hasEnterprise = own.some(({ oid }) => oid === SNMP_TRAP_ENTERPRISE);
  // Only for the generic ones is the enterprise not in the name; kept as RFC 3584 says.
  const added: SnmpVarbind[] =
    isGeneric && !hasEnterprise
      ? [{ oid: SNMP_TRAP_ENTERPRISE, type: 'ObjectIdentifier', value: enterprise }]
      : [];
  return {
    pdu: 'trap',
    upTime,
    trapOid,
    ...(agent === '0.0.0.0' ? agentOf(own) : { agent }),
    varbinds: [...own, ...added],
  };
}

/** A proxy names the agent that a trap came from in a varbind of its own (RFC 3584). */
function agentOf(varbinds: readonly SnmpVarbind[]): Pick<PduParts, 'agent'> {
  const found = varbinds.find(({ oid }) => oid === SNMP_TRAP_ADDRESS);
  if (found?.type !== 'IpAddress' || !('value' in found)) return {};
  return found.value === '0.0.0.0' ? {} : { agent: String(found.value) };
}

function readVarbinds(cursor: BerCursor): readonly SnmpVarbind[] {
  const list = cursor.enter(0x30, 'the list of varbinds');
  const varbinds: SnmpVarbind[] = [];
  while (!list.isAtEnd) {
    if (varbinds.length >= VARBINDS_MAX) {
      throw new BerProblem(`there are more than ${VARBINDS_MAX} varbinds`, list.offset);
    }
    const pair = list.enter(0x30, 'a varbind');
    const name = pair.expect(TYPE_TAGS.ObjectIdentifier, 'the name of a varbind');
    const oid = readOid(cursor.bytes, name.start, name.end, 'the name of a varbind');
    varbinds.push(readValue(oid, cursor.bytes, pair.next()));
    if (!pair.isAtEnd) throw new BerProblem('a varbind has more than two parts', pair.offset);
  }
  return varbinds;
}

function readValue(oid: string, bytes: Uint8Array, value: BerElement): SnmpVarbind {
  const { tag, start, end } = value;
  const what = `the value of ${oid}`;
  switch (tag) {
    case TYPE_TAGS.Integer:
      return { oid, type: 'Integer', value: readInteger(bytes, start, end, what) };
    case TYPE_TAGS.OctetString:
      return octetsVarbind(oid, 'OctetString', bytes.subarray(start, end));
    case TYPE_TAGS.Opaque:
      return octetsVarbind(oid, 'Opaque', bytes.subarray(start, end));
    case TYPE_TAGS.ObjectIdentifier:
      return { oid, type: 'ObjectIdentifier', value: readOid(bytes, start, end, what) };
    case TYPE_TAGS.IpAddress:
      return { oid, type: 'IpAddress', value: readAddress(bytes, value) };
    case TYPE_TAGS.Counter32:
      return { oid, type: 'Counter32', value: readUnsigned(bytes, start, end, what) };
    case TYPE_TAGS.Gauge32:
      return { oid, type: 'Gauge32', value: readUnsigned(bytes, start, end, what) };
    case TYPE_TAGS.TimeTicks:
      return { oid, type: 'TimeTicks', value: readUnsigned(bytes, start, end, what) };
    case TYPE_TAGS.Counter64: {
      const counter = readUnsigned64(bytes, start, end, what);
      const isExact = counter <= BigInt(Number.MAX_SAFE_INTEGER);
      return { oid, type: 'Counter64', value: isExact ? Number(counter) : String(counter) };
    }
    case TYPE_TAGS.Null:
    case 0x80: // noSuchObject, noSuchInstance, endOfMibView: no place in a notification,
    case 0x81: // but some agents send them for an object they could not read
    case 0x82:
      return { oid, type: 'Null', value: null };
    default:
      throw new BerProblem(`${what} has the unknown tag ${tag}`, start);
  }
}

function readAddress(bytes: Uint8Array, { start, end }: BerElement): string {
  if (end - start !== 4) throw new BerProblem('an IpAddress has not four bytes', start);
  return bytes.subarray(start, end).join('.');
}
