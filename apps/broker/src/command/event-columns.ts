/** What of an event a line can tell: the fields that a route can name, and where the event is. */
import type { CanonicalEvent } from '@viaduct/core';
import { FIELDS, SHORT_NAMES } from '@viaduct/routing';
import { suggest } from '../config/nearest-name.ts';
import { BrokerError } from '../errors.ts';
import { shownTime } from './table.ts';

/** An event as it is listed. */
export interface ListedEvent {
  readonly position: number;
  /** When it was stored, milliseconds since the epoch. */
  readonly at: number;
  /** The name of its source in the configuration. */
  readonly source: string;
  readonly targets: readonly string[];
  readonly event: CanonicalEvent;
}

/** A column of a list of events. */
export interface EventColumn {
  /** As `--columns` names it. */
  readonly name: string;
  readonly title: string;
  readonly text: (one: ListedEvent) => string;
}

/** What a column shows where an event has nothing to say. */
const NOTHING = '-';

/** Columns that no route can name, or under a name that means something else there. */
const OWN: Readonly<Record<string, (one: ListedEvent) => string>> = {
  stored: ({ at }) => shownTime(at),
  position: ({ position }) => String(position),
  source: ({ source }) => source,
  sinks: ({ targets }) => (targets.length === 0 ? NOTHING : targets.join(',')),
  native: ({ event }) => event.nativetype + (event.replayed === undefined ? '' : ' (replayed)'),
};

/** Titles that are not the name in capitals. */
const TITLES: Readonly<Record<string, string>> = { native: 'NATIVE TYPE', sinks: 'OWED TO' };

/** What a list of stored events shows. */
export const LIST_COLUMNS: readonly string[] = [
  'stored',
  'source',
  'subject',
  'state',
  'native',
  'sinks',
  'id',
];

/** What a line of events as they come shows; the message is cut where the terminal ends. */
export const LINE_COLUMNS: readonly string[] = [
  'stored',
  'source',
  'subject',
  'state',
  'native',
  'sinks',
  'message',
];

/** What `-o wide` shows. */
export const WIDE_COLUMNS: readonly string[] = [
  ...['stored', 'source', 'subject', 'name', 'state', 'previous', 'severity', 'native', 'host'],
  ...['project', 'sinks', 'id', 'message'],
];

/** The columns of these names; `VIA_BROKER_USAGE` for one that there is not. */
export function eventColumns(names: readonly string[]): readonly EventColumn[] {
  return names.map((name) => {
    const text = (Object.hasOwn(OWN, name) ? OWN[name] : undefined) ?? fieldText(name);
    if (text !== undefined) return { name, title: TITLES[name] ?? name.toUpperCase(), text };
    const advice = suggest(name, columnNames());
    throw new BrokerError('VIA_BROKER_USAGE', `there is no column "${name}". ${advice}`);
  });
}

/** Every short name of a column, for completion and advice; any field of an event is one too. */
export function columnNames(): readonly string[] {
  const short = Object.keys(SHORT_NAMES).filter((name) => !Object.hasOwn(OWN, name));
  const attributes = Object.keys(FIELDS).filter((path) => !path.includes('.'));
  const more = attributes.filter((name) => !Object.hasOwn(OWN, name) && !short.includes(name));
  return [...Object.keys(OWN), ...short, ...more];
}

/** By a short name, a path from the event on, or one from its data on; as routes have it. */
function fieldText(name: string): ((one: ListedEvent) => string) | undefined {
  const short = Object.hasOwn(SHORT_NAMES, name) ? SHORT_NAMES[name] : undefined;
  const paths = short ?? [name, `data.${name}`].filter((path) => isField(path)).slice(0, 1);
  if (paths.length === 0) return undefined;
  // Of an id and a name the name comes last, and is what people know.
  const parts = paths.map((path) => path.split('.')).reverse();
  return ({ event }) =>
    parts.map((path) => valueText(event, path)).find((text) => text !== '') ?? NOTHING;
}

/** `attributes.extra` is open: its names are the operators' own. */
const EXTRA = /^data\.attributes\.extra\.(.+)$/;

function isField(path: string): boolean {
  return Object.hasOwn(FIELDS, path) || EXTRA.test(path);
}

/** The value at a path; those of the elements of a list, one behind the other. */
function valueText(value: unknown, path: readonly string[]): string {
  if (Array.isArray(value)) {
    const elements: readonly unknown[] = value;
    const named = elements.find((one) => member(one, 'name') === path.join('.'));
    if (named !== undefined) return scalarText(member(named, 'value'));
    return elements.map((one) => valueText(one, path)).join(',');
  }
  const [key, ...rest] = path;
  return key === undefined ? scalarText(value) : valueText(member(value, key), rest);
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

function scalarText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
