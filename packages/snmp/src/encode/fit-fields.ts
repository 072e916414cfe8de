import type { LossReason } from '@viaduct/core';
import type { MibObject } from '../mib/mapping-objects.ts';
import type { SnmpVarbind } from '../message.ts';
import { shortened, utf8Length } from '../wire/octets.ts';
import { varbindSize } from '../wire/write-pdu.ts';

/** One object with its value. */
export interface Field {
  /** Place of the object in `MIB_OBJECTS`. */
  readonly index: number;
  readonly object: MibObject;
  readonly varbind: SnmpVarbind;
  /** The value as text, where it can be shortened. */
  readonly text?: string;
  /** Why it is not whole; `undefined` where it is. */
  readonly reason: LossReason | undefined;
}

/** The longest value of each text syntax, bytes. */
const TEXT_BYTES: Readonly<Record<string, number>> = { text: 255, longText: 1024, textList: 1024 };

/** To how few bytes a long text is shortened before anything is left out. */
const LONG_TEXT_FLOOR_BYTES = 160;

/** To how few bytes other texts are. */
const TEXT_FLOOR_BYTES = 64;

/** What fits, and what does not. */
export interface Fitted {
  readonly fields: readonly Field[];
  readonly dropped: readonly Field[];
}

/**
 * Makes fields fit into `room` bytes of varbinds. In this order: long texts and then others that
 * are always sent are shortened, spare fields leave, the last first, the texts are emptied. What
 * names something (an id, a source) is whole or empty, because half of it names something else; it
 * goes next, the trail after it. Numbers and the event's id always stay.
 */
export function fitFields(all: readonly Field[], room: number): Fitted {
  let fields = all.map(withinSyntax);
  let over = bytesOf(fields) - room;
  if (over <= 0) return { fields, dropped: [] };
  const shrink = (isMeant: (field: Field) => boolean, floor: number): void => {
    fields = fields.map((field) => {
      if (over <= 0 || !isMeant(field)) return field;
      const shorter = shrunk(field, over, floor);
      over -= bytesOf([field]) - bytesOf([shorter]);
      return shorter;
    });
  };
  shrink(
    ({ object }) => object.syntax === 'longText' && object.id !== TRAIL,
    LONG_TEXT_FLOOR_BYTES,
  );
  shrink(isPlainText, TEXT_FLOOR_BYTES);
  const dropped: Field[] = [];
  for (const field of fields.toReversed()) {
    if (over <= 0) break;
    if (field.object.presence !== 'spare') continue;
    dropped.push(field);
    over -= bytesOf([field]);
  }
  fields = fields.filter((field) => !dropped.includes(field));
  shrink(isPlainText, 0);
  for (const name of NAMES) {
    if (name !== EVENT_ID) shrink(({ object }) => object.id === name, Infinity);
  }
  shrink(({ object }) => object.id === TRAIL, 0);
  return { fields, dropped };
}

/** A text that says less when it is cut, and nothing wrong. */
function isPlainText({ object }: Field): boolean {
  return object.presence === 'always' && !NAMES.includes(object.id);
}

const EVENT_ID = 1;
const TRAIL = 7;

/** Objects that are whole or empty, in the order in which they are emptied. */
const NAMES: readonly number[] = [3, 4, 50, 22, EVENT_ID];

/** A text that is longer than its syntax allows is shortened whatever the room. */
function withinSyntax(field: Field): Field {
  const bytesMax = TEXT_BYTES[field.object.syntax];
  if (field.text === undefined || bytesMax === undefined) return field;
  return withText(field, field.text, bytesMax);
}

/** A floor of `Infinity` empties. */
function shrunk(field: Field, over: number, floor: number): Field {
  if (field.text === undefined) return field;
  if (floor === Infinity) return withText(field, field.text, 0);
  const length = utf8Length(field.text);
  return length <= floor ? field : withText(field, field.text, Math.max(floor, length - over));
}

function withText(field: Field, text: string, bytesMax: number): Field {
  const short = field.object.id === TRAIL ? newest(text, bytesMax) : shortened(text, bytesMax);
  if (short === text) return field;
  const { oid } = field.varbind;
  return {
    ...field,
    text: short,
    varbind: { oid, type: 'OctetString', value: short },
    reason: 'truncated',
  };
}

/** Of a list the whole words at its end: the brokers passed last. */
function newest(list: string, bytesMax: number): string {
  const words = list.split(' ');
  while (words.length > 0 && utf8Length(words.join(' ')) > bytesMax) words.shift();
  return words.join(' ');
}

function bytesOf(fields: readonly Field[]): number {
  return fields.reduce((sum, { varbind }) => sum + varbindSize(varbind), 0);
}
