/**
 * One walk over an event that finds the value of every object of VIADUCT-MIB, and everything that
 * has no object. The paths of the table are taken apart once, into a tree that the walk follows, so
 * that an event costs a look at each of its fields and no text is put together that was known.
 */
import { isJsonObject, type CanonicalEvent, type Loss } from '@viaduct/core';
import { PATHS_MAX } from './field-path.ts';
import { MIB_OBJECTS } from '../mib/mapping-objects.ts';

/** A field of an event that has a value. */
export interface Leaf {
  readonly path: string;
  /** Number of the path that carries it, see {@link pathNumbers}; -1 for none. */
  readonly carrier: number;
  /** The loss it is where nothing carries it. */
  readonly lost: Loss;
}

/** What is found in an event. */
export interface EventWalk {
  /** By object, in the order of `MIB_OBJECTS`; `undefined` where the event does not say it. */
  readonly values: readonly unknown[];
  /** What a notification has to say to say everything, in order. */
  readonly leaves: readonly Leaf[];
}

/** A name in an event and what may be below it. */
interface Place extends Leaf {
  /** Indices in `MIB_OBJECTS`. */
  readonly objects: readonly number[];
  readonly members: ReadonlyMap<string, Place> | undefined;
  /** Leaves below it that no object carries, by name: nearly always the same few. */
  readonly others: Map<string, Leaf>;
  /** Where it is a list: what each of its items is. */
  readonly item: { readonly name: string; readonly carrier: number } | undefined;
}

/** Names remembered in one place; a hostile sender makes up as many as it likes. */
const OTHERS_MAX = 256;

const paths = [...new Set(MIB_OBJECTS.map(({ path }) => path))];

/** A path has one number, though two objects may carry it: by object, as `MIB_OBJECTS`. */
export const pathNumbers: readonly number[] = MIB_OBJECTS.map(({ path }) => paths.indexOf(path));

/** How many numbers there are. */
export const PATH_COUNT: number = paths.length;

const ROOT = place('', paths);

/** Attributes that a notification should say of every event; the rest follows from them. */
const TRAIL = member('trail');
const ALWAYS = [...['id', 'source', 'nativetype'].map((name) => member(name)), TRAIL];
const TIME = member('time');
const TRACEPARENT = member('traceparent');
const REPLAYED = leaf('replayed', -1);
const DATA = member('data');

/**
 * Walks over an event, which goes out with `trail`. Never throws; of a hostile event no more than
 * `PATHS_MAX` leaves.
 */
export function walkEvent(event: CanonicalEvent, trail: string | undefined): EventWalk {
  const values = new Array<unknown>(MIB_OBJECTS.length).fill(undefined);
  const leaves: Leaf[] = [...ALWAYS];
  for (const one of ALWAYS) note(one, event[one.path as keyof CanonicalEvent], values);
  note(TRAIL, trail, values);
  note(TIME, event.time, values);
  if (event.timesource === 'native') leaves.push(TIME);
  note(TRACEPARENT, event.traceparent, values);
  if (event.traceparent !== undefined) leaves.push(TRACEPARENT);
  if (event.replayed !== undefined) leaves.push(REPLAYED);
  walk(event.data, DATA, values, leaves);
  return { values, leaves };
}

function note({ objects }: Place, value: unknown, values: unknown[]): void {
  for (const index of objects) values[index] = value;
}

function walk(value: object, at: Place, values: unknown[], leaves: Leaf[]): void {
  for (const name of Object.keys(value)) {
    const inner = (value as Readonly<Record<string, unknown>>)[name];
    if (inner === undefined) continue;
    const found = at.members?.get(name);
    if (found?.members !== undefined && isJsonObject(inner)) {
      walk(inner, found, values, leaves);
    } else if (found !== undefined) {
      note(found, inner, values);
      if (found.item !== undefined || typeof inner === 'object') below(inner, found, leaves);
      else push(found, leaves);
    } else if (typeof inner === 'object' && inner !== null) {
      collect(inner, `${at.path}.${name}`, leaves);
    } else {
      push(other(at, name), leaves);
    }
  }
}

/** What lies below a place that is no object where one is expected, or is a list. */
function below(value: unknown, found: Place, leaves: Leaf[]): void {
  const { item, path, carrier } = found;
  if (item === undefined || !Array.isArray(value)) {
    collect(value, path, leaves, item === undefined ? carrier : -1);
    return;
  }
  value.forEach((one: unknown, index) => {
    const place = `${path}[${index}]`;
    if (!isJsonObject(one)) {
      collect(one, place, leaves);
      return;
    }
    for (const name of Object.keys(one)) {
      collect(one[name], `${place}.${name}`, leaves, name === item.name ? item.carrier : -1);
    }
  });
}

function collect(value: unknown, path: string, leaves: Leaf[], carrier = -1): void {
  if (value === undefined || leaves.length >= PATHS_MAX) return;
  if (Array.isArray(value)) {
    value.forEach((item, index) => collect(item, `${path}[${index}]`, leaves, carrier));
  } else if (isJsonObject(value)) {
    for (const name of Object.keys(value)) {
      collect(value[name], `${path}.${name}`, leaves, carrier);
    }
  } else {
    push(leaf(path, carrier), leaves);
  }
}

function push(one: Leaf, leaves: Leaf[]): void {
  if (leaves.length < PATHS_MAX) leaves.push(one);
}

function other(at: Place, name: string): Leaf {
  let found = at.others.get(name);
  if (found === undefined) {
    found = leaf(`${at.path}.${name}`, -1);
    if (at.others.size >= OTHERS_MAX) at.others.clear();
    at.others.set(name, found);
  }
  return found;
}

function leaf(path: string, carrier: number): Leaf {
  return { path, carrier, lost: { path, reason: 'unsupported' } };
}

/** The place of that path; `below` are the paths that begin with it. */
function place(path: string, below: readonly string[]): Place {
  const members = new Map<string, Place>();
  const names = new Set(
    below
      .filter((one) => one.length > path.length)
      .map((one) => one.slice(path === '' ? 0 : path.length + 1).split('.')[0] as string),
  );
  for (const name of names) {
    const inner = path === '' ? name : `${path}.${name}`;
    const within = below.filter((one) => one === inner || one.startsWith(`${inner}.`));
    members.set(name, place(inner, within));
  }
  const carrier = paths.indexOf(path);
  const objects = MIB_OBJECTS.flatMap((object, index) => (object.path === path ? [index] : []));
  const isList = objects.some((index) => MIB_OBJECTS[index]?.syntax === 'textList');
  return {
    ...leaf(path, isList ? -1 : carrier),
    objects,
    members: members.size === 0 ? undefined : members,
    others: new Map(),
    item: isList ? { name: 'address', carrier } : undefined,
  };
}

function member(name: string): Place {
  return ROOT.members?.get(name) ?? place(name, []);
}
