/**
 * The codec alone: no socket, no `node:` module, no Node type. Runs in a browser as it is.
 */
import type { Codec } from '@viaduct/core';
import { decode } from './decode.ts';
import { echoText } from './echo-text.ts';
import { encode } from './encode.ts';
import { format, parse } from './form.ts';
import { DIALECT, type SnmpMessage } from './message.ts';
import { redact } from './decode/redact.ts';

/** Translates SNMP notifications. */
export const snmpCodec: Codec<SnmpMessage> = {
  dialect: DIALECT,
  redact,
  decode,
  encode,
  echoText,
  format,
  parse,
};

export type { Profile, SnmpEncodeOptions } from './encode/encode-options.ts';
export { PROFILES } from './encode/encode-options.ts';
export { SNMP_ERRORS } from './errors.ts';
export { DEFAULT_ENTERPRISE_BASE } from './mapping.ts';
export type {
  SnmpDatagram,
  SnmpMessage,
  SnmpNotification,
  SnmpOctets,
  SnmpScalar,
  SnmpType,
  SnmpVarbind,
  SnmpVersion,
} from './message.ts';
export { formatMib, isEnterpriseBase } from './mib/mib.ts';
export { readDatagram } from './wire/read-datagram.ts';
export { writeDatagram } from './wire/write-pdu.ts';
