import { BerBuilder, integerSize, oidSize } from './ber-builder.ts';
import {
  SNMP_TRAP_ADDRESS,
  SNMP_TRAP_ENTERPRISE,
  SNMP_TRAP_OID,
  SNMP_TRAPS,
  SYS_UP_TIME,
  TYPE_TAGS,
  type SnmpNotification,
  type SnmpType,
  type SnmpVarbind,
  type SnmpVersion,
} from '../message.ts';
import { octetsOf, utf8Length } from './octets.ts';
import { parseOid } from './oid.ts';
import { PDU_TAGS } from './read-pdu.ts';
import { WIRE_VERSIONS } from './read-datagram.ts';

const SEQUENCE = 0x30;
const UNKNOWN_AGENT = '0.0.0.0';

/** What the sender of a PDU knows: who counts requests, and since when it runs. */
export interface PduContext {
  readonly requestId: number;
  /** Used where the notification has no `upTime` of its own. */
  readonly upTime: number;
}

/** Thousands of datagrams a second are written in it, one after the other. */
const scratch = new BerBuilder();

/** A whole datagram of v1 or v2c. */
export function writeDatagram(
  notification: SnmpNotification,
  community: string,
  context: PduContext,
): Uint8Array {
  return writeDatagramInPlace(notification, community, context).slice();
}

/** The same, in room that all datagrams share: good until the next is written. */
export function writeDatagramInPlace(
  notification: SnmpNotification,
  community: string,
  context: PduContext,
): Uint8Array {
  const version = notification.version === 'v1' ? 'v1' : 'v2c';
  scratch.reset();
  putPdu(scratch, notification, version, context);
  scratch.text(TYPE_TAGS.OctetString, community);
  scratch.integer(TYPE_TAGS.Integer, WIRE_VERSIONS[version]);
  scratch.wrap(SEQUENCE, 0);
  return scratch.view();
}

/** The PDU of a notification: of v1 where it is of that version, else of v2. */
export function writePdu(notification: SnmpNotification, context: PduContext): Uint8Array {
  scratch.reset();
  putPdu(scratch, notification, notification.version, context);
  return scratch.finish();
}

/** From the end to the beginning, as a builder wants it. */
function putPdu(
  builder: BerBuilder,
  notification: SnmpNotification,
  version: SnmpVersion,
  context: PduContext,
): void {
  const { pdu, trapOid, varbinds } = notification;
  const upTime = notification.upTime ?? context.upTime;
  if (version === 'v1') {
    putTrapV1(builder, notification, upTime);
    return;
  }
  for (let at = varbinds.length - 1; at >= 0; at -= 1) {
    putVarbind(builder, varbinds[at] as SnmpVarbind);
  }
  const named = builder.length;
  builder.oid(trapOid);
  builder.oid(SNMP_TRAP_OID);
  builder.wrap(SEQUENCE, named);
  const timed = builder.length;
  builder.integer(TYPE_TAGS.TimeTicks, upTime);
  builder.oid(SYS_UP_TIME);
  builder.wrap(SEQUENCE, timed);
  builder.wrap(SEQUENCE, 0);
  builder.integer(TYPE_TAGS.Integer, 0);
  builder.integer(TYPE_TAGS.Integer, 0);
  builder.integer(TYPE_TAGS.Integer, context.requestId);
  builder.wrap(pdu === 'inform' ? PDU_TAGS.inform : PDU_TAGS.trap, 0);
}

/** RFC 3584 clause 3.2: a v2 notification as a v1 trap. */
function putTrapV1(builder: BerBuilder, notification: SnmpNotification, upTime: number): void {
  const { trapOid, varbinds, agent } = notification;
  const { enterprise, generic, specific } = v1Name(trapOid, varbinds);
  const address = addressOf(varbinds) ?? agent;
  for (const varbind of varbinds.filter(fitsV1).reverse()) putVarbind(builder, varbind);
  builder.wrap(SEQUENCE, 0);
  builder.integer(TYPE_TAGS.TimeTicks, upTime);
  builder.integer(TYPE_TAGS.Integer, specific);
  builder.integer(TYPE_TAGS.Integer, generic);
  builder.octets(TYPE_TAGS.IpAddress, addressBytes(address) ?? Uint8Array.of(0, 0, 0, 0));
  builder.oid(enterprise);
  builder.wrap(PDU_TAGS.trapV1, 0);
}

/** Whether a varbind may stand in a v1 trap: that version has no Counter64 (RFC 3584). */
export function fitsV1({ type }: SnmpVarbind): boolean {
  return type !== 'Counter64';
}

function v1Name(
  trapOid: string,
  varbinds: readonly SnmpVarbind[],
): { readonly enterprise: string; readonly generic: number; readonly specific: number } {
  const cut = trapOid.lastIndexOf('.');
  const last = Number(trapOid.slice(cut + 1));
  const parent = trapOid.slice(0, cut);
  if (parent === SNMP_TRAPS && last >= 1 && last <= 6) {
    const named = varbinds.find(({ oid }) => oid === SNMP_TRAP_ENTERPRISE);
    const enterprise = named !== undefined && 'value' in named ? String(named.value) : SNMP_TRAPS;
    return {
      enterprise: parseOid(enterprise) === undefined ? SNMP_TRAPS : enterprise,
      generic: last - 1,
      specific: 0,
    };
  }
  const enterprise = parent.endsWith('.0') ? parent.slice(0, -2) : parent;
  return { enterprise, generic: 6, specific: last };
}

function addressOf(varbinds: readonly SnmpVarbind[]): string | undefined {
  const found = varbinds.find(({ oid }) => oid === SNMP_TRAP_ADDRESS);
  return found !== undefined && 'value' in found ? String(found.value) : undefined;
}

function addressBytes(address: string = UNKNOWN_AGENT): Uint8Array | undefined {
  const parts = address.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  return parts.length === 4 && parts.every((part) => part < 256)
    ? Uint8Array.from(parts)
    : undefined;
}

/** One varbind. A value that its type cannot hold is written as Null: there is no third way. */
function putVarbind(builder: BerBuilder, varbind: SnmpVarbind): void {
  const before = builder.length;
  if (!putValue(builder, varbind)) builder.octets(TYPE_TAGS.Null, NOTHING);
  builder.oid(varbind.oid);
  builder.wrap(SEQUENCE, before);
}

const NOTHING = new Uint8Array();

/** False where there is no such value. */
function putValue(builder: BerBuilder, varbind: SnmpVarbind): boolean {
  const { type } = varbind;
  const tag = TYPE_TAGS[type];
  const value = 'value' in varbind ? varbind.value : null;
  switch (type) {
    case 'OctetString':
    case 'Opaque': {
      if (typeof value === 'string') {
        builder.text(tag, value);
        return true;
      }
      const octets = octetsOf(varbind);
      if (octets !== undefined) builder.octets(tag, octets);
      return octets !== undefined;
    }
    case 'ObjectIdentifier':
      builder.oid(String(value));
      return true;
    case 'IpAddress': {
      const address = addressBytes(String(value));
      if (address !== undefined) builder.octets(tag, address);
      return address !== undefined;
    }
    case 'Null':
      return false;
    default: {
      const isNumber = typeof value === 'number' && Number.isSafeInteger(value);
      if (!isNumber && !/^-?\d{1,20}$/.test(String(value))) return false;
      builder.integer(tag, isNumber ? value : BigInt(String(value)));
      return true;
    }
  }
}

/** How many bytes a varbind takes, without writing what is simple. */
export function varbindSize(varbind: SnmpVarbind): number {
  const contents = oidSize(varbind.oid) + valueSize(varbind);
  return headerSize(contents) + contents;
}

function valueSize(varbind: SnmpVarbind): number {
  const { type } = varbind;
  if ('valueBase64' in varbind) {
    const length = octetsOf(varbind)?.length;
    return length === undefined ? 2 : headerSize(length) + length; // 2: Null
  }
  const { value } = varbind;
  if (type === 'OctetString' && typeof value === 'string') {
    const length = utf8Length(value);
    return headerSize(length) + length;
  }
  if (typeof value === 'number' && Number.isInteger(value) && IS_NUMERIC[type]) {
    if (value >= -0x8000_0000 && value <= 0x7fff_ffff) return integerSize(value);
  }
  const builder = new BerBuilder();
  if (!putValue(builder, varbind)) return 2; // Null
  return builder.length;
}

const IS_NUMERIC: Readonly<Partial<Record<SnmpType, true>>> = {
  Integer: true,
  Counter32: true,
  Gauge32: true,
  TimeTicks: true,
  Counter64: true,
};

function headerSize(length: number): number {
  if (length < 0x80) return 2;
  return length < 0x100 ? 3 : 4;
}
