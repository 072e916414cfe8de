import { element, integer, objectIdentifier } from './ber-writer.ts';
import {
  SNMP_TRAP_ADDRESS,
  SNMP_TRAP_ENTERPRISE,
  SNMP_TRAP_OID,
  SNMP_TRAPS,
  SYS_UP_TIME,
  TYPE_TAGS,
  type SnmpNotification,
  type SnmpVarbind,
} from './message.ts';
import { octetsOf } from './octets.ts';
import { parseOid } from './oid.ts';
import { PDU_TAGS } from './read-pdu.ts';
import { WIRE_VERSIONS } from './read-datagram.ts';

const encoder = new TextEncoder();
const UNKNOWN_AGENT = '0.0.0.0';

/** What the sender of a PDU knows: who counts requests, and since when it runs. */
export interface PduContext {
  readonly requestId: number;
  /** Used where the notification has no `upTime` of its own. */
  readonly upTime: number;
}

/** A whole datagram of v1 or v2c. */
export function writeDatagram(
  notification: SnmpNotification,
  community: string,
  context: PduContext,
): Uint8Array {
  const version = notification.version === 'v1' ? 'v1' : 'v2c';
  const name = element(TYPE_TAGS.OctetString, encoder.encode(community));
  const pdu = writePdu({ ...notification, version }, context);
  return element(0x30, integer(WIRE_VERSIONS[version]), name, pdu);
}

/** The PDU of a notification: of v1 where it is of that version, else of v2. */
export function writePdu(notification: SnmpNotification, context: PduContext): Uint8Array {
  const { version, pdu, trapOid } = notification;
  const upTime = notification.upTime ?? context.upTime;
  const ticks = integer(upTime, TYPE_TAGS.TimeTicks);
  if (version === 'v1') return writeTrapV1(notification, ticks);
  return element(
    pdu === 'inform' ? PDU_TAGS.inform : PDU_TAGS.trap,
    integer(context.requestId),
    integer(0),
    integer(0),
    element(
      0x30,
      element(0x30, oidBytes(SYS_UP_TIME), ticks),
      element(0x30, oidBytes(SNMP_TRAP_OID), oidBytes(trapOid)),
      ...notification.varbinds.map(writeVarbind),
    ),
  );
}

/** RFC 3584 clause 3.2: a v2 notification as a v1 trap. */
function writeTrapV1(notification: SnmpNotification, ticks: Uint8Array): Uint8Array {
  const { trapOid, varbinds, agent } = notification;
  const { enterprise, generic, specific } = v1Name(trapOid, varbinds);
  const address = addressOf(varbinds) ?? agent;
  return element(
    PDU_TAGS.trapV1,
    oidBytes(enterprise),
    element(TYPE_TAGS.IpAddress, addressBytes(address) ?? Uint8Array.of(0, 0, 0, 0)),
    integer(generic),
    integer(specific),
    ticks,
    element(0x30, ...varbinds.filter(fitsV1).map(writeVarbind)),
  );
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
export function writeVarbind(varbind: SnmpVarbind): Uint8Array {
  return element(0x30, oidBytes(varbind.oid), valueBytes(varbind));
}

const NULL = Uint8Array.of(TYPE_TAGS.Null, 0);

function valueBytes(varbind: SnmpVarbind): Uint8Array {
  const { type } = varbind;
  const tag = TYPE_TAGS[type];
  const value = 'value' in varbind ? varbind.value : null;
  switch (type) {
    case 'OctetString':
    case 'Opaque': {
      const octets = octetsOf(varbind);
      return octets === undefined ? NULL : element(tag, octets);
    }
    case 'ObjectIdentifier':
      return oidBytes(String(value));
    case 'IpAddress': {
      const address = addressBytes(String(value));
      return address === undefined ? NULL : element(tag, address);
    }
    case 'Null':
      return NULL;
    default:
      return /^-?\d{1,20}$/.test(String(value)) ? integer(BigInt(String(value)), tag) : NULL;
  }
}

function oidBytes(oid: string): Uint8Array {
  return objectIdentifier(parseOid(oid) ?? [0, 0]);
}
