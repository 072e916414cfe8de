import { dateAndTime } from '../wire/date-and-time.ts';
import { HEARTBEAT_NUMBER } from '../mapping.ts';
import { SNMP_TRAPS, type SnmpNotification } from '../message.ts';
import { octetsVarbind } from '../wire/octets.ts';
import type { SinkSettings } from '../config.ts';

/** The wire version that a configured version number stands for. */
export function wireVersion(version: SinkSettings['version']): SnmpNotification['version'] {
  return version === 2 ? 'v2c' : version === 1 ? 'v1' : 'v3';
}

/** What a broker says of itself at its start (RFC 3418): others forget what they thought of it. */
export function coldStart(settings: SinkSettings): SnmpNotification {
  return {
    version: wireVersion(settings.version),
    pdu: settings.inform ? 'inform' : 'trap',
    upTime: 0,
    trapOid: `${SNMP_TRAPS}.1`,
    varbinds: [],
  };
}

/** What a broker sends while there is nothing to say; also the probe for a silent receiver. */
export function heartbeat(settings: SinkSettings, now: number): SnmpNotification {
  const { enterpriseBase } = settings;
  return {
    version: wireVersion(settings.version),
    pdu: settings.inform ? 'inform' : 'trap',
    trapOid: `${enterpriseBase}.0.${HEARTBEAT_NUMBER}`,
    varbinds: [octetsVarbind(`${enterpriseBase}.1.2.0`, 'OctetString', dateAndTime(now))],
  };
}
