import {
  isStateOf,
  type EventAttributes,
  type ExtraAttribute,
  type JsonObject,
  type Resource,
  type StateChange,
} from '@viaduct/core';
import type { DecodedTrap } from './decoded-trap.ts';
import { INTERFACE_COLUMNS, STANDARD_TRAPS, SYS_NAME, type StandardTrap } from '../mapping.ts';
import { SYS_UP_TIME, type SnmpNotification, type SnmpVarbind } from '../message.ts';
import { textOf } from '../wire/octets.ts';
import { readOrigin } from './origin.ts';
import { isOfTrail, readTrail } from '../mib/trail.ts';

/** What a device is called that nobody knows the address of. */
const UNKNOWN_DEVICE = 'unknown';

/**
 * Reads any notification as an event of the device that sent it first, its varbinds with their
 * types. What forwarders put in is of the way here, and no attribute of the device.
 */
export function decodeDevice(notification: SnmpNotification): DecodedTrap {
  const { trapOid, varbinds, trapName, upTime } = notification;
  const { address: agent, varbind: told } = readOrigin(notification);
  const trail = readTrail(varbinds);
  const standard = Object.hasOwn(STANDARD_TRAPS, trapOid) ? STANDARD_TRAPS[trapOid] : undefined;
  const resource = resourceOf(agent ?? UNKNOWN_DEVICE, varbinds, standard?.isOfInterface === true);
  const ticks: readonly SnmpVarbind[] =
    upTime === undefined
      ? []
      : [{ oid: SYS_UP_TIME, name: 'sysUpTime', type: 'TimeTicks', value: upTime }];
  const extra = [...ticks, ...varbinds]
    .filter((varbind) => varbind !== told && !isOfTrail(varbind, trail))
    .map(extraOf);
  const native = standard?.name ?? trapName;
  const state = stateOf(standard);
  const attributes: EventAttributes = {
    ...(agent === undefined ? {} : { addresses: [{ address: agent }] }),
    ...(extra.length === 0 ? {} : { extra }),
  };
  return {
    data: {
      resource,
      action: standard?.action ?? 'notify',
      nativeAction: native ?? trapOid,
      ...(state === undefined ? {} : { state }),
      ...(standard?.outcome === undefined ? {} : { outcome: standard.outcome }),
      severity: standard?.severity ?? 'notice',
      message: standard?.message ?? `notification ${native ?? trapOid}`,
      attributes,
    },
  };
}

function stateOf(standard: StandardTrap | undefined): StateChange | undefined {
  const value = standard?.state;
  if (standard === undefined || value === undefined || !isStateOf('device', value))
    return undefined;
  return { value, native: standard.name };
}

/** The device, or the interface of it that a link trap is about. */
function resourceOf(
  agent: string,
  varbinds: readonly SnmpVarbind[],
  isOfInterface: boolean,
): Resource {
  const sysName = varbinds.find(({ oid }) => oid === SYS_NAME);
  const deviceName = sysName === undefined ? undefined : textOf(sysName);
  const named = deviceName === undefined || deviceName === '' ? {} : { name: deviceName };
  const index = isOfInterface ? interfaceIndex(varbinds) : undefined;
  if (index === undefined) return { kind: 'device', type: 'device', id: agent, ...named };
  const name =
    columnText(varbinds, INTERFACE_COLUMNS.name) ??
    columnText(varbinds, INTERFACE_COLUMNS.description);
  return {
    kind: 'device',
    type: 'interface',
    id: `${agent}/${index}`,
    ...(name === undefined ? {} : { name }),
    host: agent,
    parent: { kind: 'device', type: 'device', id: agent, ...named },
  };
}

function interfaceIndex(varbinds: readonly SnmpVarbind[]): number | undefined {
  for (const varbind of varbinds) {
    const isIndex = varbind.oid.startsWith(`${INTERFACE_COLUMNS.index}.`);
    const isBare = varbind.oid === INTERFACE_COLUMNS.index;
    if ((isIndex || isBare) && 'value' in varbind && typeof varbind.value === 'number') {
      return varbind.value;
    }
  }
  return undefined;
}

function columnText(varbinds: readonly SnmpVarbind[], column: string): string | undefined {
  const found = varbinds.find(({ oid }) => oid === column || oid.startsWith(`${column}.`));
  const text = found === undefined ? undefined : textOf(found);
  return text === '' ? undefined : text;
}

/**
 * A varbind by its name, with its type: a Counter64 or an address is not a text by accident. The
 * object identifier stands beside a name that is none.
 */
function extraOf(varbind: SnmpVarbind): ExtraAttribute {
  const { oid, type, name = oid } = varbind;
  const typed: JsonObject =
    'valueBase64' in varbind
      ? { type, valueBase64: varbind.valueBase64 }
      : { type, value: varbind.value };
  return { name, value: name === oid ? typed : { oid, ...typed } };
}
