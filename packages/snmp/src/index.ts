/**
 * SNMP notifications: the codec, VIADUCT-MIB, a sender of traps and informs, a receiver of both.
 */
export {
  codec,
  DEFAULT_ENTERPRISE_BASE,
  formatMib,
  isEnterpriseBase,
  PROFILES,
  readDatagram,
  SNMP_ERRORS,
  writeDatagram,
  type Profile,
  type SnmpDatagram,
  type SnmpEncodeOptions,
  type SnmpMessage,
  type SnmpNotification,
  type SnmpOctets,
  type SnmpScalar,
  type SnmpType,
  type SnmpVarbind,
  type SnmpVersion,
} from './codec.ts';
