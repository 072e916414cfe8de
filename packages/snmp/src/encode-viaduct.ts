import type { CanonicalEvent, JsonObject, LossReason } from '@viaduct/core';
import { toBase64 } from './base64.ts';
import { dateAndTime } from './date-and-time.ts';
import { roomForVarbinds } from './datagram-size.ts';
import type { EncodeSettings } from './encode-options.ts';
import { valueAt } from './field-path.ts';
import { fitFields, type Field } from './fit-fields.ts';
import type { Carried } from './losses.ts';
import { ENUMERATIONS, type EnumerationName } from './mapping-numbers.ts';
import { MIB_OBJECTS, type MibObject } from './mapping-objects.ts';
import { STATE_CLASSES, type NotificationClass } from './mapping.ts';
import type { SnmpNotification, SnmpVersion } from './message.ts';
import { notificationNumber } from './mib.ts';

/** A notification of VIADUCT-MIB, and what it carries. */
export interface ViaductNotification {
  readonly notification: SnmpNotification;
  readonly carried: Carried;
}

/** Writes an event as the notification of its family. `trail` ends with this broker. */
export function encodeViaduct(
  event: CanonicalEvent,
  trail: string,
  settings: EncodeSettings,
  version: SnmpVersion,
): ViaductNotification {
  const { enterpriseBase, datagramBytesMax, securityBytes, pdu = 'trap' } = settings;
  const type = notificationNumber(event.data.resource.kind, classOf(event));
  const trapOid = `${enterpriseBase}.0.${type}`;
  const known = trail === '' ? event : { ...event, trail };
  const all: Field[] = [];
  for (const { object, names } of OBJECTS) {
    const field = fieldOf(object, valueOf(known, names), enterpriseBase);
    if (field !== undefined) all.push(field);
  }
  const room = roomForVarbinds(datagramBytesMax, trapOid, securityBytes);
  const { fields, dropped } = fitFields(all, room);
  return {
    notification: { version, pdu, trapOid, varbinds: fields.map(({ varbind }) => varbind) },
    carried: carriedBy(fields, dropped),
  };
}

/** The objects with their paths taken apart once. */
const OBJECTS = MIB_OBJECTS.map((object) => ({ object, names: object.path.split('.') }));

function valueOf(root: CanonicalEvent, names: readonly string[]): unknown {
  let value: unknown = root;
  for (const name of names) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as JsonObject)[name];
  }
  return value;
}

/** The class of notification that says most of an event. */
export function classOf({ data }: CanonicalEvent): NotificationClass {
  const { action, phase, outcome, state } = data;
  if (phase === 'error' || outcome === 'failure' || state?.value === 'failed') return 'Failed';
  if (state !== undefined && (phase === undefined || action === 'state')) {
    return STATE_CLASSES[state.value];
  }
  if (phase === 'start') return 'Started';
  if (phase === 'progress') return 'Progress';
  // Whoever asks what is gone need not know which dialects tell of a state beside.
  if (action === 'delete') return 'Deleted';
  return phase === 'end' ? 'Completed' : 'Event';
}

/** A field of the event as a varbind; `undefined` where the event does not say it. */
function fieldOf(object: MibObject, value: unknown, base: string): Field | undefined {
  if (value === undefined && object.presence !== 'always') return undefined;
  const oid = `${base}.1.${object.id}.0`;
  switch (object.syntax) {
    case 'text':
    case 'longText':
      return textField(object, oid, typeof value === 'string' ? value : '');
    case 'textList': {
      const list = Array.isArray(value) ? addressTexts(value) : [];
      return list.length === 0 ? undefined : textField(object, oid, list.join(' '));
    }
    case 'dateAndTime': {
      const ms = Date.parse(String(value));
      const octets = dateAndTime(Number.isNaN(ms) ? 0 : ms);
      const reason = ms % 100 === 0 ? undefined : 'approximated';
      const valueBase64 = toBase64(octets);
      return field(object, { oid, type: 'OctetString', valueBase64 }, reason);
    }
    case 'Unsigned32':
      return numberField(object, oid, 'Gauge32', value, 0, 0xffff_ffff);
    case 'Integer32':
      return numberField(object, oid, 'Integer', value, -(2 ** 31), 2 ** 31 - 1);
    default: {
      const number = numberOf(object.syntax, value);
      return field(object, { oid, type: 'Integer', value: number });
    }
  }
}

function numberOf(name: EnumerationName, value: unknown): number {
  const words = ENUMERATIONS[name];
  return typeof value === 'string' && Object.hasOwn(words, value) ? (words[value] as number) : 0;
}

function field(object: MibObject, varbind: Field['varbind'], reason?: LossReason): Field {
  return { object, varbind, ...(reason === undefined ? {} : { reason }) };
}

function textField(object: MibObject, oid: string, text: string): Field {
  return { object, varbind: { oid, type: 'OctetString', value: text }, text };
}

/** Whole numbers only; what is none, or out of range, is brought there. */
function numberField(
  object: MibObject,
  oid: string,
  type: 'Gauge32' | 'Integer',
  value: unknown,
  min: number,
  max: number,
): Field | undefined {
  if (typeof value !== 'number' || Number.isNaN(value)) return undefined;
  const whole = Math.min(max, Math.max(min, Math.round(value)));
  return field(object, { oid, type, value: whole }, whole === value ? undefined : 'approximated');
}

function addressTexts(addresses: readonly unknown[]): readonly string[] {
  return addresses.flatMap((item) => {
    const address = valueAt(item as object, 'address');
    return typeof address === 'string' && address !== '' && !address.includes(' ') ? [address] : [];
  });
}

/** A field that two objects carry (the time) is whole where one of them has it whole. */
function carriedBy(fields: readonly Field[], dropped: readonly Field[]): Carried {
  const carried = new Map<string, LossReason | undefined>();
  for (const { object } of dropped) carried.set(pathOf(object), 'truncated');
  for (const { object, reason } of fields) {
    const path = pathOf(object);
    if (!carried.has(path) || reason === undefined) carried.set(path, reason);
  }
  return carried;
}

function pathOf({ path, syntax }: MibObject): string {
  return syntax === 'textList' ? `${path}[].address` : path;
}
