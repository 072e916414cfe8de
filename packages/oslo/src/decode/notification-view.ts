import type { JsonObject, JsonValue } from '@viaduct/core';
import { isPriority, type Priority } from '../priority.ts';
import { at, member, numberFrom, plain, textFrom, type Path } from './payload.ts';
import { parseTimestamp } from '../timestamp.ts';

/** A notification under the names that the rules use. */
export interface NotificationView {
  readonly eventType: string;
  readonly messageId: string | undefined;
  readonly priority: Priority | undefined;
  readonly publisher: Publisher;
  /** The payload, the outermost versioned object seen through. */
  readonly data: JsonValue;
  /** Time of the envelope, RFC 3339. */
  readonly time: string | undefined;
  /** The whole notification; holds the context as `_context_*`. */
  readonly notification: JsonObject;
}

/** Who sent it: `compute.host`, `nova-compute:host`, `volume.host@backend#pool`, a bare name. */
export interface Publisher {
  readonly text: string | undefined;
  readonly service: string | undefined;
  readonly host: string | undefined;
}

/** What stands in for an event type that is no text; a real listener delivers those as None. */
const UNKNOWN_EVENT_TYPE = 'unknown';

/** Event types are short; what is longer is not one, and becomes a label in many places. */
const EVENT_TYPE_LENGTH_MAX = 256;

/** The view of a parsed notification; its routing key stands in for a missing priority. */
export function viewNotification(
  notification: JsonObject,
  routingKey: string | undefined,
): NotificationView {
  const eventType = textFrom(member(notification, 'event_type')) ?? UNKNOWN_EVENT_TYPE;
  const timestamp = member(notification, 'timestamp');
  return {
    eventType: eventType.slice(0, EVENT_TYPE_LENGTH_MAX),
    messageId: textFrom(member(notification, 'message_id')),
    priority: priorityFrom(member(notification, 'priority'), routingKey),
    publisher: publisherFrom(textFrom(member(notification, 'publisher_id'))),
    data: plain(member(notification, 'payload')) ?? null,
    time: typeof timestamp === 'string' ? parseTimestamp(timestamp) : undefined,
    notification,
  };
}

function priorityFrom(value: JsonValue | undefined, routingKey = ''): Priority | undefined {
  const said = typeof value === 'string' ? value.toLowerCase() : '';
  if (isPriority(said)) return said;
  const queued = routingKey.slice(routingKey.lastIndexOf('.') + 1);
  return isPriority(queued) ? queued : undefined;
}

/** Splits at the first colon (versioned) or else the first dot (legacy): a host may hold dots. */
function publisherFrom(text: string | undefined): Publisher {
  if (text === undefined) return { text, service: undefined, host: undefined };
  const match = /^([\w-]+)[.:](.+)$/s.exec(text);
  return { text, service: match?.[1] ?? text, host: match?.[2] };
}

/** A path of a rule, compiled once. */
export interface Reference {
  readonly name: string;
  readonly root: 'data' | 'context' | 'publisher';
  readonly path: Path;
}

/** Compiles a path as {@link ../rules/rule.ts} describes it. */
export function reference(name: string): Reference {
  if (name.startsWith('$context.')) {
    return { name, root: 'context', path: [`_context_${name.slice('$context.'.length)}`] };
  }
  if (name.startsWith('$publisher')) {
    return { name, root: 'publisher', path: [name.slice('$publisher.'.length)] };
  }
  return { name, root: 'data', path: name.split('.') };
}

/** Compiles a list of paths. */
export function references(names: readonly string[] = []): readonly Reference[] {
  return names.map(reference);
}

/** What a path leads to. */
export function valueAt(view: NotificationView, to: Reference): JsonValue | undefined {
  if (to.root === 'data') return dataAt(view.data, to.path);
  if (to.root === 'context') return at(view.notification, to.path);
  const [part] = to.path;
  if (part === 'host') return view.publisher.host;
  return part === 'service' ? view.publisher.service : view.publisher.text;
}

const JSON_STEP = '#json';

/** JSON texts inside a payload (aodh's `detail`) longer than this are left alone. */
const JSON_TEXT_LENGTH_MAX = 65_536;

function dataAt(data: JsonValue, path: Path): JsonValue | undefined {
  const step = path.indexOf(JSON_STEP);
  if (step === -1) return at(data, path);
  const text = at(data, path.slice(0, step));
  if (typeof text !== 'string' || text.length > JSON_TEXT_LENGTH_MAX) return undefined;
  try {
    return at(JSON.parse(text) as JsonValue, path.slice(step + 1));
  } catch {
    return undefined;
  }
}

/** The first text (or number, or truth value as a text) that is there. */
export function firstText(view: NotificationView, among: readonly Reference[]): string | undefined {
  for (const to of among) {
    const text = textFrom(valueAt(view, to));
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The first number that is there. */
export function firstNumber(
  view: NotificationView,
  among: readonly Reference[],
): number | undefined {
  for (const to of among) {
    const number = numberFrom(valueAt(view, to));
    if (number !== undefined) return number;
  }
  return undefined;
}

/** The first time that is there, RFC 3339 in UTC. */
export function firstTime(view: NotificationView, among: readonly Reference[]): string | undefined {
  for (const to of among) {
    const value = valueAt(view, to);
    const time = typeof value === 'string' ? parseTimestamp(value) : undefined;
    if (time !== undefined) return time;
  }
  return undefined;
}
