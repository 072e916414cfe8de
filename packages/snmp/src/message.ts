/**
 * One SNMP notification. On the wire (RFC 3416, RFC 1157, RFC 3412; BER, one UDP datagram):
 *
 *   v1    SEQUENCE { 0, community, [4] { enterprise, agent-addr, generic, specific, time-stamp,
 *                    SEQUENCE OF varbind } }
 *   v2c   SEQUENCE { 1, community, [7] trap or [6] inform { request-id, 0, 0,
 *                    SEQUENCE OF varbind } }
 *   v3    SEQUENCE { 3, SEQUENCE { msgID, maxSize, flags, 3 }, OCTET STRING { engine id, boots,
 *                    time, user, digest, salt }, scoped PDU or OCTET STRING with it encrypted }
 *
 *   varbind  SEQUENCE { OBJECT IDENTIFIER, value }; in v2c and v3 the first two are
 *            sysUpTime.0 (TimeTicks) and snmpTrapOID.0 (OBJECT IDENTIFIER)
 *
 * A v1 trap is held in its v2 form (RFC 3584 clause 3.1): `trapOid` is made of enterprise and
 * specific, `agent` holds the agent address. The first two varbinds are `upTime` and `trapOid` and
 * stand in no list.
 */
export type SnmpMessage = SnmpNotification | SnmpDatagram;

/** A notification that was read. */
export interface SnmpNotification {
  readonly version: SnmpVersion;
  readonly pdu: 'trap' | 'inform';
  /** v1 and v2c; `***` once it was redacted. */
  readonly community?: string;
  /** v3: the name of the user, the context, the engine of the sender (hexadecimal digits). */
  readonly user?: string;
  readonly contextName?: string;
  readonly engineId?: string;
  /** Hundredths of a second since the sender started; the sink's own where it is missing. */
  readonly upTime?: number;
  readonly trapOid: string;
  readonly varbinds: readonly SnmpVarbind[];
  /** Where it came from: the agent address of a v1 trap, else the sender's. */
  readonly agent?: string;
  /** Tells a retransmitted inform from a new one. */
  readonly requestId?: number;
  /** The name of `trapOid`, where a MIB module that the operator added has one. */
  readonly trapName?: string;
}

/** A datagram that was not read yet, as base64. */
export interface SnmpDatagram {
  readonly datagramBase64: string;
  /** Where it came from. */
  readonly agent?: string;
}

/** The three versions in use. */
export type SnmpVersion = 'v1' | 'v2c' | 'v3';

/** One name and value. */
export type SnmpVarbind = SnmpScalar | SnmpOctets;

/** A value that JSON has a form for; a Counter64 beyond 2^53 is a text of digits. */
export interface SnmpScalar {
  readonly oid: string;
  readonly type: SnmpType;
  readonly value: number | string | null;
  /** The name of `oid`, where a MIB module that the operator added has one. */
  readonly name?: string;
}

/** An OCTET STRING or Opaque that is no plain UTF-8 text. */
export interface SnmpOctets {
  readonly oid: string;
  readonly type: 'OctetString' | 'Opaque';
  readonly valueBase64: string;
  readonly name?: string;
}

/** The types of RFC 2578 by the tag that stands for each on the wire. */
export const TYPE_TAGS = {
  Integer: 0x02,
  OctetString: 0x04,
  Null: 0x05,
  ObjectIdentifier: 0x06,
  IpAddress: 0x40,
  Counter32: 0x41,
  Gauge32: 0x42,
  TimeTicks: 0x43,
  Opaque: 0x44,
  Counter64: 0x46,
} as const;

/** The name of a type. */
export type SnmpType = keyof typeof TYPE_TAGS;

/** Longest datagram over IPv4, bytes; nothing longer is read. */
export const DATAGRAM_BYTES_MAX = 65_507;

/** Most varbinds that are read; the longest datagram holds less than ten times as many. */
export const VARBINDS_MAX = 1_024;

/** Longest object identifier, sub-identifiers (RFC 2578 clause 3.5). */
export const OID_LENGTH_MAX = 128;

/** `sysUpTime.0`, the first varbind of a v2 notification (RFC 3416 clause 4.2.6). */
export const SYS_UP_TIME = '1.3.6.1.2.1.1.3.0';

/** `snmpTrapOID.0`, the second: what the notification is called. */
export const SNMP_TRAP_OID = '1.3.6.1.6.3.1.1.4.1.0';

/** `snmpTrapEnterprise.0`: the enterprise of a generic v1 trap (RFC 3584 clause 3.1). */
export const SNMP_TRAP_ENTERPRISE = '1.3.6.1.6.3.1.1.4.3.0';

/** `snmpTrapAddress.0`: where a forwarded notification came from (RFC 3584). */
export const SNMP_TRAP_ADDRESS = '1.3.6.1.6.3.18.1.3.0';

/** `snmpTrapCommunity.0`: the community it came with, a secret (RFC 3584). */
export const SNMP_TRAP_COMMUNITY = '1.3.6.1.6.3.18.1.4.0';

/** Where the six generic traps of v1 stand in v2 (RFC 3584 clause 3.1), coldStart first. */
export const SNMP_TRAPS = '1.3.6.1.6.3.1.1.5';

/** Whether a message still is a datagram. */
export function isDatagram(message: SnmpMessage): message is SnmpDatagram {
  return 'datagramBase64' in message;
}

/** The name of this dialect, `event.origin` of all that is decoded here. */
export const DIALECT = 'snmp';
