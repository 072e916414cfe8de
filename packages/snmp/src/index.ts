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
export { snmp } from './adapter.ts';
export {
  SINK_DEFAULTS,
  SOURCE_DEFAULTS,
  type SnmpSinkConfig,
  type SnmpSourceConfig,
} from './config.ts';
export { encodeOptionsOf, INFORM_CAPABILITIES, SnmpSink, TRAP_CAPABILITIES } from './sink.ts';
export { SnmpSource, SOURCE_CAPABILITIES } from './source.ts';
export { createUserLine, type AuthProtocol, type PrivProtocol, type SnmpUser } from './user.ts';
