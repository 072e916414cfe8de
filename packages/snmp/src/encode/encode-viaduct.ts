import type { CanonicalEvent, Loss, LossReason } from '@viaduct/core';
import { toBase64 } from '../wire/base64.ts';
import { baseOids } from '../mib/base-oids.ts';
import { dateAndTime } from '../wire/date-and-time.ts';
import { roomForVarbinds } from '../wire/datagram-size.ts';
import type { EncodeSettings } from './encode-options.ts';
import { PATH_COUNT, pathNumbers, walkEvent, type Leaf } from './event-walk.ts';
import { valueAt } from './field-path.ts';
import { fitFields, type Field } from './fit-fields.ts';
import { ENUMERATIONS, type EnumerationName } from '../mib/mapping-numbers.ts';
import { MIB_OBJECTS, type MibObject } from '../mib/mapping-objects.ts';
import { STATE_CLASSES, type NotificationClass } from '../mapping.ts';
import type { SnmpNotification, SnmpVersion } from '../message.ts';
import { notificationNumber } from '../mib/mib.ts';

/** A notification of VIADUCT-MIB, and what of its event it does not say, or not whole. */
export interface ViaductNotification {
  readonly notification: SnmpNotification;
  readonly losses: readonly Loss[];
}

/** Writes an event as the notification of its family. `trail` ends with this broker. */
export function encodeViaduct(
  event: CanonicalEvent,
  trail: string,
  settings: EncodeSettings,
  version: SnmpVersion,
): ViaductNotification {
  const { enterpriseBase, datagramBytesMax, securityBytes, pdu = 'trap' } = settings;
  const oids = baseOids(enterpriseBase);
  const number = notificationNumber(event.data.resource.kind, classOf(event));
  const { oid: trapOid, length } = oids.notification(number);
  const { values, leaves } = walkEvent(event, trail === '' ? event.trail : trail);
  const all: Field[] = [];
  for (let index = 0; index < MIB_OBJECTS.length; index += 1) {
    const field = fieldOf(index, oids.objects[index] as string, values[index]);
    if (field !== undefined) all.push(field);
  }
  const room = roomForVarbinds(datagramBytesMax, length, securityBytes);
  const { fields, dropped } = fitFields(all, room);
  return {
    notification: { version, pdu, trapOid, varbinds: fields.map(({ varbind }) => varbind) },
    losses: lossesOf(leaves, fields, dropped),
  };
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
function fieldOf(index: number, oid: string, value: unknown): Field | undefined {
  const object = MIB_OBJECTS[index] as MibObject;
  if (value === undefined && object.presence !== 'always') return undefined;
  switch (object.syntax) {
    case 'text':
    case 'longText':
      return textField(index, oid, typeof value === 'string' ? value : '');
    case 'textList': {
      const list = Array.isArray(value) ? addressTexts(value) : [];
      return list.length === 0 ? undefined : textField(index, oid, list.join(' '));
    }
    case 'dateAndTime': {
      const { ms, valueBase64 } = moment(String(value));
      const reason = ms % 100 === 0 ? undefined : 'approximated';
      return { index, object, varbind: { oid, type: 'OctetString', valueBase64 }, reason };
    }
    case 'Unsigned32':
      return numberField(index, oid, 'Gauge32', value, 0, 0xffff_ffff);
    case 'Integer32':
      return numberField(index, oid, 'Integer', value, -(2 ** 31), 2 ** 31 - 1);
    default: {
      const number = numberOf(object.syntax, value);
      return { index, object, varbind: { oid, type: 'Integer', value: number }, reason: undefined };
    }
  }
}

interface Moment {
  readonly time: string;
  readonly ms: number;
  readonly valueBase64: string;
}

/** The moment asked for last: of a burst many events have the same. */
let lastMoment: Moment = { time: '', ms: NaN, valueBase64: '' };

function moment(time: string): Moment {
  if (time === lastMoment.time) return lastMoment;
  const ms = Date.parse(time);
  const octets = dateAndTime(Number.isNaN(ms) ? 0 : ms);
  lastMoment = { time, ms, valueBase64: toBase64(octets) };
  return lastMoment;
}

function numberOf(name: EnumerationName, value: unknown): number {
  const words = ENUMERATIONS[name];
  return typeof value === 'string' && Object.hasOwn(words, value) ? (words[value] as number) : 0;
}

function textField(index: number, oid: string, text: string): Field {
  const object = MIB_OBJECTS[index] as MibObject;
  const varbind = { oid, type: 'OctetString', value: text } as const;
  return { index, object, varbind, text, reason: undefined };
}

/** Whole numbers only; what is none, or out of range, is brought there. */
function numberField(
  index: number,
  oid: string,
  type: 'Gauge32' | 'Integer',
  value: unknown,
  min: number,
  max: number,
): Field | undefined {
  if (typeof value !== 'number' || Number.isNaN(value)) return undefined;
  const object = MIB_OBJECTS[index] as MibObject;
  const whole = Math.min(max, Math.max(min, Math.round(value)));
  const reason = whole === value ? undefined : 'approximated';
  return { index, object, varbind: { oid, type, value: whole }, reason };
}

function addressTexts(addresses: readonly unknown[]): readonly string[] {
  const texts: string[] = [];
  for (const item of addresses) {
    const address =
      typeof item === 'object' && item !== null ? valueAt(item, 'address') : undefined;
    if (typeof address === 'string' && address !== '' && !address.includes(' ')) {
      texts.push(address);
    }
  }
  return texts;
}

/** Why the path of a number is not carried whole: nothing, a reason, or that nothing carries it. */
type Carried = LossReason | 'whole';

/** A field that two objects carry (the time) is whole where one of them has it whole. */
function lossesOf(
  leaves: readonly Leaf[],
  fields: readonly Field[],
  dropped: readonly Field[],
): readonly Loss[] {
  const carried: Carried[] = new Array<Carried>(PATH_COUNT).fill('unsupported');
  for (const { index } of dropped) carried[pathNumbers[index] as number] = 'truncated';
  for (const { index, reason = 'whole' } of fields) {
    const path = pathNumbers[index] as number;
    if (carried[path] === 'unsupported' || reason === 'whole') carried[path] = reason;
  }
  const losses: Loss[] = [];
  for (const { carrier, path, lost } of leaves) {
    const reason = carrier < 0 ? 'unsupported' : (carried[carrier] as Carried);
    if (reason === 'unsupported') losses.push(lost);
    else if (reason !== 'whole') losses.push({ path, reason });
  }
  return losses;
}
