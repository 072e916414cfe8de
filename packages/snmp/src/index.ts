/**
 * SNMP notifications: the codec, VIADUCT-MIB, a sender of traps and informs, a receiver of both.
 */
export {
  DEFAULT_ENTERPRISE_BASE,
  formatMib,
  isEnterpriseBase,
  PROFILES,
  readDatagram,
  SNMP_ERRORS,
  snmpCodec,
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
export { createSnmpSink, createSnmpSource, snmpAdapter } from './adapter.ts';
export {
  SINK_DEFAULTS,
  SOURCE_DEFAULTS,
  type SnmpSinkConfig,
  type SnmpSourceConfig,
} from './config.ts';
export { INFORM_CAPABILITIES, TRAP_CAPABILITIES, type SnmpSink } from './sink.ts';
export { SOURCE_CAPABILITIES, type SnmpSource } from './source.ts';
export {
  createUserLine,
  type AuthProtocol,
  type PrivProtocol,
  type SnmpUser,
} from './security/user.ts';
