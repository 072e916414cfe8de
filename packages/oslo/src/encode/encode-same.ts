import { sendableProperties, trailHeaders, type NativeProperties } from '@viaduct/amqp/codec';
import { elementSpans, memberSpans, pythonString } from '@viaduct/core';
import type {
  CanonicalEvent,
  EncodeContext,
  Encoded,
  Invention,
  JsonObject,
  Loss,
  Span,
} from '@viaduct/core';
import type { OsloEncodeOptions } from './encode-options.ts';
import { COMPRESSION_HEADER, type OsloMessage } from '../message.ts';
import { MESSAGE_KEY, openNotification, VERSION_KEY } from '../decode/notification.ts';
import type { OpenedNotification } from '../decode/notification.ts';
import { viewNotification } from '../decode/notification-view.ts';
import { bulkItems } from '../decode/read-data.ts';
import { nearestPriority, PRIORITY_OF_SEVERITY, type Priority } from '../priority.ts';
import { readingOf } from '../rules/rule-lookup.ts';
import { blankTimestamp } from '../timestamp.ts';
import { envelopeText } from './write-message.ts';

/**
 * The notification an event was decoded from, sent on: its text is kept to the byte (order of keys,
 * spaces, long integers, `__type__`, what nobody knows) but for
 * - `_unique_id`, fresh with each attempt: a listener takes a repeated one for a duplicate and
 *   never acknowledges it;
 * - the envelope, which follows the sink's format;
 * - a `message_id`, `timestamp` or valid `priority` where the original has none;
 * - in a bulk create, which becomes one event an item, the other items and the `message_id`;
 * - the headers that say where it has been.
 *
 * `undefined` where there is no such message, or none that can be read.
 */
export function encodeSame(
  event: CanonicalEvent,
  context: EncodeContext<OsloMessage>,
  options: OsloEncodeOptions,
): Encoded<OsloMessage> | undefined {
  const { native } = context;
  if (native === undefined || event.origin !== 'oslo') return undefined;
  const opened = openNotification(native);
  if (!opened.ok) return undefined;
  const draft = startDraft(event, context, options, native, opened.value);
  const notification = applyEdits(opened.value.notificationText, draft.edits);
  const sendable = sendableProperties(native.properties ?? {});
  const redacted = (context.redactions ?? []).map(({ path }): Loss => ({
    path,
    reason: 'redacted',
  }));
  const losses: Loss[] = [...redacted, ...sendable.losses];
  const message: OsloMessage = {
    exchange: options.exchange,
    routingKey: `${options.topic}.${draft.priority}`,
    properties: propertiesOf(sendable.properties, event, context),
    body: bodyOf(opened.value, notification, options, losses),
  };
  return { natives: [message], losses, invented: draft.invented };
}

/** A piece of the text to replace, or members to append to the notification. */
interface Edit {
  readonly span: Span | undefined;
  readonly name: string;
  readonly value: string;
}

interface Draft {
  readonly edits: readonly Edit[];
  readonly invented: readonly Invention[];
  readonly priority: Priority;
}

function startDraft(
  event: CanonicalEvent,
  context: EncodeContext<OsloMessage>,
  options: OsloEncodeOptions,
  native: OsloMessage,
  opened: OpenedNotification,
): Draft {
  const spans = memberSpans(opened.notificationText);
  const { notification } = opened;
  const view = viewNotification(notification, native.routingKey);
  const own = viewNotification(notification, undefined).priority;
  const priority =
    view.priority ??
    nearestPriority(PRIORITY_OF_SEVERITY[event.data.severity ?? 'info'], options.priorities);
  const invented: Invention[] = [];
  const edits: Edit[] = [];
  const put = (name: string, value: string, rule?: string): void => {
    edits.push({ span: spans.get(name), name, value: pythonString(value) });
    if (rule !== undefined) invented.push({ path: name, rule });
  };
  const bulk = bulkEdit(event, opened, spans);
  if (bulk !== undefined) edits.push(bulk);
  if (view.messageId === undefined) put('message_id', event.id, 'none: the id of the event');
  else if (bulk !== undefined && view.messageId !== event.id) put('message_id', event.id);
  if (own === undefined) put('priority', priority.toUpperCase(), 'none that a listener knows');
  if (typeof notification['timestamp'] !== 'string') {
    const time = blankTimestamp(event.time) ?? blankTimestamp(event.receivedtime) ?? '';
    put('timestamp', time, 'none: the time of the event');
  }
  put('_unique_id', context.nonce);
  return { edits, invented, priority };
}

/** Of a bulk create's list, the item that this event is about. */
function bulkEdit(
  event: CanonicalEvent,
  opened: OpenedNotification,
  spans: ReadonlyMap<string, Span>,
): Edit | undefined {
  const view = viewNotification(opened.notification, undefined);
  const noun = readingOf(view).rule.rule.match;
  const items = bulkItems(view, noun);
  const payload = spans.get('payload');
  if (items.length < 2 || payload === undefined) return undefined;
  const place = items.findIndex(
    (item) =>
      typeof item === 'object' &&
      item !== null &&
      (item as JsonObject)['id'] === event.data.resource.id,
  );
  if (place === -1) return undefined;
  const text = opened.notificationText;
  const list = memberSpans(text.slice(payload.start, payload.end)).get(`${noun}s`);
  if (list === undefined) return undefined;
  const start = payload.start + list.start;
  const end = payload.start + list.end;
  const item = elementSpans(text.slice(start, end))[place];
  if (item === undefined) return undefined;
  const value = `[${text.slice(start + item.start, start + item.end)}]`;
  return { span: { start, end }, name: 'payload', value };
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = text;
  const placed = edits.flatMap(({ span, value }) => (span === undefined ? [] : [{ span, value }]));
  for (const { span, value } of placed.sort((a, b) => b.span.start - a.span.start)) {
    result = result.slice(0, span.start) + value + result.slice(span.end);
  }
  const added = edits
    .filter(({ span }) => span === undefined)
    .map(({ name, value }) => `${pythonString(name)}: ${value}`);
  if (added.length === 0) return result;
  const end = result.lastIndexOf('}');
  const before = result.slice(0, end).trimEnd();
  return `${before}${before.endsWith('{') ? '' : ', '}${added.join(', ')}${result.slice(end)}`;
}

function bodyOf(
  opened: OpenedNotification,
  notification: string,
  options: OsloEncodeOptions,
  losses: Loss[],
): string {
  if (opened.format === 'v1') {
    return options.format === 'v1' ? notification : envelopeText(notification);
  }
  const members = memberSpans(opened.bodyText);
  const inner = members.get(MESSAGE_KEY);
  if (options.format === 'v2' && inner !== undefined) {
    const { bodyText } = opened;
    return bodyText.slice(0, inner.start) + pythonString(notification) + bodyText.slice(inner.end);
  }
  for (const name of members.keys()) {
    if (name !== MESSAGE_KEY && name !== VERSION_KEY)
      losses.push({ path: name, reason: 'unsupported' });
  }
  return options.format === 'v1' ? notification : envelopeText(notification);
}

function propertiesOf(
  original: NativeProperties,
  event: CanonicalEvent,
  context: EncodeContext<OsloMessage>,
): NativeProperties {
  return {
    ...original,
    contentType: original.contentType ?? 'application/json',
    contentEncoding: original.contentEncoding ?? 'utf-8',
    headers: trailHeaders(event, context.brokerId, original.headers, [COMPRESSION_HEADER]),
    deliveryMode: original.deliveryMode ?? 2,
    priority: original.priority ?? 0,
  };
}
