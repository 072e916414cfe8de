/**
 * A canonical event with one field changed, for every field: what an experiment with a codec is
 * made of. Each change keeps the form of the value (a UUID stays one, a number a number, a word
 * stays in its closed list), so that a codec takes it for the same kind of event.
 */
import {
  ACTIONS,
  ALARM_SEVERITIES,
  isJsonObject,
  isUuid,
  KINDS,
  OUTCOMES,
  PHASES,
  SEVERITIES,
  STATES,
  type CanonicalEvent,
  type JsonObject,
  type JsonValue,
} from '@viaduct/core';

/** One field of an event and other events that differ in it alone. */
export interface FieldVariants {
  /** `data.resource.id`, `data.attributes.addresses[0].address`. */
  readonly path: string;
  /** With another value there. */
  readonly changed: readonly CanonicalEvent[];
  /** Without it, where an event may lack it. */
  readonly without?: CanonicalEvent;
}

/** Fields of one event that are experimented with; a hostile event can have a million. */
const VARIED_FIELDS_MAX = 512;

/**
 * The fields of the canonical event that tell something: not those that are the same for all, and
 * no extension of somebody else's, which a CloudEvent keeps to itself.
 */
const TELLING =
  /^(?:id|source|type|subject|time|origin|nativetype|partitionkey|trail|receivedtime|timesource|traceparent|replayed|data\..*)$/;

/** Attributes and fields that every event has. */
const REQUIRED =
  /^(?:id|source|type|subject|time|origin|nativetype|partitionkey|receivedtime|timesource|data\.action|.*\.(?:kind|id|value|native|key|state|severity|direction|position|name|address))$/;

type Place = readonly (string | number)[];

/** Each field of an event with its variants, in the order of the event. */
export function fieldVariants(event: CanonicalEvent): readonly FieldVariants[] {
  const root = event as unknown as JsonObject;
  return leafPlaces(root)
    .filter((place) => TELLING.test(pathOf(place)))
    .slice(0, VARIED_FIELDS_MAX)
    .map((place) => {
      const path = pathOf(place);
      const changed = otherValues(path, valueAt(root, place), event).map(
        (value) => replaced(root, place, value) as unknown as CanonicalEvent,
      );
      const isOptional = typeof place.at(-1) === 'string' && !REQUIRED.test(path);
      if (!isOptional) return { path, changed };
      return { path, changed, without: replaced(root, place) as unknown as CanonicalEvent };
    });
}

/** The paths of all single values of an event that tell something. */
export function fieldPaths(event: CanonicalEvent): readonly string[] {
  const paths = leafPlaces(event as unknown as JsonObject).map(pathOf);
  return paths.filter((path) => TELLING.test(path));
}

function leafPlaces(value: JsonValue, place: Place = []): readonly Place[] {
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).flatMap((item, index) =>
      leafPlaces(item, [...place, index]),
    );
  }
  if (!isJsonObject(value)) return [place];
  return Object.entries(value).flatMap(([name, item]) => leafPlaces(item, [...place, name]));
}

function pathOf(place: Place): string {
  return place
    .map((step) => (typeof step === 'number' ? `[${String(step)}]` : `.${step}`))
    .join('')
    .slice(1);
}

function valueAt(value: JsonValue, place: Place): JsonValue {
  return place.reduce<JsonValue>(
    (at, step) => (at as Readonly<Record<string | number, JsonValue>>)[step] ?? null,
    value,
  );
}

/** The value with another one at the place, or with nothing there. */
function replaced(value: JsonValue, [step, ...rest]: Place, other?: JsonValue): JsonValue {
  if (step === undefined) return other ?? null;
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).map((item, index) =>
      index === step ? replaced(item, rest, other) : item,
    );
  }
  const entries = Object.entries(value as JsonObject);
  return Object.fromEntries(
    entries.flatMap(([name, item]): [string, JsonValue][] => {
      if (name !== step) return [[name, item]];
      if (rest.length === 0 && other === undefined) return [];
      return [[name, replaced(item, rest, other)]];
    }),
  );
}

function otherValues(path: string, value: JsonValue, event: CanonicalEvent): readonly JsonValue[] {
  const words = closedList(path, event);
  if (words !== undefined) return words.filter((word) => word !== value);
  if (typeof value === 'number') return [value + 1, value * 3 + 7];
  if (typeof value === 'boolean') return [!value];
  return typeof value === 'string' ? [otherText(value)] : ['changed'];
}

function closedList(path: string, { data }: CanonicalEvent): readonly string[] | undefined {
  if (/^data\.state\.(?:previous\.)?value$/.test(path)) return STATES[data.resource.kind];
  return CLOSED_LISTS[path];
}

const CLOSED_LISTS: Readonly<Record<string, readonly string[]>> = {
  timesource: ['native', 'received'],
  'data.resource.kind': KINDS,
  'data.resource.parent.kind': KINDS,
  'data.action': ACTIONS,
  'data.phase': PHASES,
  'data.outcome': OUTCOMES,
  'data.severity': SEVERITIES,
  'data.alarm.severity': ALARM_SEVERITIES,
  'data.alarm.state': ['raised', 'cleared'],
};

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
const IPV4 = /^(\d{1,3})(\.\d{1,3}\.\d{1,3}\.)(\d{1,3})$/;
const SHIFT_MS = 26 * 3_600_000 + 61_000; // another day, hour, minute and second

/** Another text of the same form: every letter and digit moves on by one. */
function otherText(text: string): string {
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time + SHIFT_MS).toISOString();
  const ipv4 = IPV4.exec(text);
  if (ipv4 !== null) return `${nextOctet(ipv4[1])}${ipv4[2] ?? ''}${nextOctet(ipv4[3])}`;
  if (isUuid(text)) return text.replace(UUID_PARTS, (_, ...parts: string[]) => movedUuid(parts));
  return /[A-Za-z0-9]/.test(text) ? moved(text) : `${text}x`;
}

/** A UUID in five parts: its version is the second and its variant the fourth. */
const UUID_PARTS = /^(.{14})(.)(.{4})(.)(.*)$/;

function movedUuid([start = '', version = '', middle = '', variant = '', end = '']: string[]) {
  return moved(start) + version + moved(middle) + variant + moved(end);
}

function nextOctet(octet = '0'): string {
  return String((Number(octet) % 223) + 1);
}

const ROUNDS = ['abcdef', 'ghijklmnopqrstuvwxyz', 'ABCDEF', 'GHIJKLMNOPQRSTUVWXYZ', '123456789'];

/** Hexadecimal letters stay hexadecimal, and no number begins with a new 0. */
function moved(text: string): string {
  return text.replace(/[A-Za-z0-9]/g, (character) => {
    const round = ROUNDS.find((letters) => letters.includes(character)) ?? '01';
    return round[(round.indexOf(character) + 1) % round.length] ?? character;
  });
}
