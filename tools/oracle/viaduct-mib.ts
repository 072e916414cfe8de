/**
 * The objects of VIADUCT-MIB that the oracle writes and reads, by their numbers: what a manager
 * without the module would see. Table: `viaduct mib`, `docs/adapters/snmp.md`.
 */
import type { ReadDatagram, WrittenVarbind } from './snmp-datagram.ts';
import type { Sample, Witness } from './sample.ts';

const BASE = '1.3.6.1.4.1.32473';
const RESOURCE_ID = `${BASE}.1.22.0`;
const RESOURCE_NAME = `${BASE}.1.23.0`;

/** RFC 2579 DateAndTime: 1 January 2026, midnight, UTC. */
const TIME = Buffer.from([0x07, 0xea, 1, 1, 0, 0, 0, 0, 0x2b, 0, 0]);

const NOTIFICATION = { active: `${BASE}.0.106`, failed: `${BASE}.0.104` } as const;
const HEARTBEAT = `${BASE}.0.1`;
const COMPUTE = 1;
const STATE = { running: 3, failed: 9 } as const;
const SEVERITY = { info: 2, error: 5 } as const;

/** The notification of a sample and its varbinds: the eight objects that every one begins with. */
export function mibNotification({ id, resource, name, hasFailed }: Sample): {
  readonly trapOid: string;
  readonly varbinds: readonly WrittenVarbind[];
} {
  return {
    trapOid: hasFailed ? NOTIFICATION.failed : NOTIFICATION.active,
    varbinds: [
      { oid: `${BASE}.1.1.0`, value: id },
      { oid: `${BASE}.1.2.0`, value: TIME },
      { oid: `${BASE}.1.20.0`, value: COMPUTE },
      { oid: RESOURCE_ID, value: resource },
      { oid: RESOURCE_NAME, value: name },
      { oid: `${BASE}.1.43.0`, value: hasFailed ? STATE.failed : STATE.running },
      { oid: `${BASE}.1.48.0`, value: hasFailed ? SEVERITY.error : SEVERITY.info },
      { oid: `${BASE}.1.49.0`, value: '' },
    ],
  };
}

/** What a broker asks a manager that did not answer: is it there at all? It is no event. */
export function isHeartbeat({ trapOid }: ReadDatagram): boolean {
  return trapOid === HEARTBEAT;
}

/** What a notification says; undefined where it has not these objects. */
export function readMibNotification({ values }: ReadDatagram): Witness | undefined {
  const resource = values.get(RESOURCE_ID);
  const name = values.get(RESOURCE_NAME);
  if (resource === undefined || name === undefined) return undefined;
  return { resource: resource.toString('utf8'), name: name.toString('utf8') };
}
