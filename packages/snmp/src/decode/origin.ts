import { SNMP_TRAP_ADDRESS, type SnmpNotification, type SnmpVarbind } from '../message.ts';

/** Where a notification was sent first. */
export interface Origin {
  /** `undefined` where neither the notification nor its receipt says it. */
  readonly address?: string;
  /** The varbind that says it, which a forwarder put in. */
  readonly varbind?: SnmpVarbind;
}

/** An agent address that says nothing (RFC 3584 clause 3.1: no IPv4 address, or not known). */
const NO_ADDRESS = '0.0.0.0';

/**
 * The device that a notification is about: what `snmpTrapAddress.0` says (RFC 3584 clauses 3.1 and
 * 4.1), else whom it came from, which is the forwarder where there is one.
 */
export function readOrigin({ agent, varbinds }: SnmpNotification): Origin {
  const varbind = varbinds.find(
    ({ oid, type }) => oid === SNMP_TRAP_ADDRESS && type === 'IpAddress',
  );
  if (varbind !== undefined && 'value' in varbind && typeof varbind.value === 'string') {
    if (varbind.value !== NO_ADDRESS) return { address: varbind.value, varbind };
  }
  return agent === undefined ? {} : { address: agent };
}
