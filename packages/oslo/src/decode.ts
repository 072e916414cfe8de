import {
  composeEvent,
  fingerprint,
  isUuid,
  occurrenceId,
  ok,
  readEvent,
  sourceUri,
  uuidFromName,
  type CanonicalEvent,
  type CodecError,
  type DecodeContext,
  type Decoded,
  type Result,
} from '@viaduct/core';
import { DIALECT, type OsloMessage } from './message.ts';
import { withTrailHeaders } from '@viaduct/amqp/codec';
import { viewNotification, type NotificationView } from './decode/notification-view.ts';
import { openNotification } from './decode/notification.ts';
import { at } from './decode/payload.ts';
import { bulkItems, readData } from './decode/read-data.ts';
import { readingOf, type Reading } from './rules/rule-lookup.ts';

/** What event types begin with where OpenStack has no notion; see `encode-default.ts`. */
const OWN_PREFIX = 'viaduct.';

/** A notification to canonical events: one, or one for each item of neutron's bulk creates. */
export function decode(
  native: OsloMessage,
  context: DecodeContext,
): Result<readonly Decoded[], CodecError> {
  const opened = openNotification(native);
  if (!opened.ok) return opened;
  const view = viewNotification(opened.value.notification, native.routingKey);
  const adopted = adoptedEvent(view);
  if (adopted !== undefined) return ok([decoded(withTrailHeaders(adopted, native), view, 0)]);
  const reading = readingOf(view);
  const views = itemViews(view, reading);
  const text = opened.value.notificationText;
  return ok(
    views.map((one, index) =>
      decoded(withTrailHeaders(eventOf(one, reading, text, context, index), native), view, index),
    ),
  );
}

/** An event that another Viaduct wrote whole is taken as it is, never wrapped again. */
function adoptedEvent(view: NotificationView): CanonicalEvent | undefined {
  if (!view.eventType.startsWith(OWN_PREFIX)) return undefined;
  const read = readEvent(at(view.data, ['event']));
  return read.ok && isUuid(read.value.id) ? read.value : undefined;
}

/** More items than any one API call creates; the rest of them is left in the native message. */
const BULK_ITEMS_MAX = 256;

function itemViews(view: NotificationView, reading: Reading): readonly NotificationView[] {
  const noun = reading.rule.rule.match;
  const items = reading.action === 'create' ? bulkItems(view, noun) : [];
  if (items.length === 0) return [view];
  return items
    .slice(0, BULK_ITEMS_MAX)
    .map((item): NotificationView => ({ ...view, data: { [noun]: item } }));
}

function eventOf(
  view: NotificationView,
  reading: Reading,
  text: string,
  context: DecodeContext,
  index: number,
): CanonicalEvent {
  const { service, host, text: publisher } = view.publisher;
  const parts = host === undefined ? [publisher ?? ''] : [service ?? '', host];
  const source = sourceUri(DIALECT, context.system, ...parts.filter((part) => part !== ''));
  return composeEvent(
    {
      id: eventId(view, source, text, context, index),
      dialect: DIALECT,
      source,
      nativetype: view.eventType,
      ...(view.time === undefined ? {} : { time: view.time }),
      data: readData(view, reading),
    },
    context,
  );
}

/** `message_id` where it is a UUID; the same id again whenever it is redelivered, in any case. */
function eventId(
  view: NotificationView,
  source: string,
  text: string,
  context: DecodeContext,
  index: number,
): string {
  const { messageId } = view;
  if (messageId === undefined) return occurrenceId(source, text, context, index);
  if (index === 0 && isUuid(messageId)) return messageId;
  return uuidFromName(`${DIALECT}\n${context.system}\n${messageId}\n${String(index)}`);
}

/** A dedupe key is stored for every event: longer ids are kept by their fingerprint. */
const MESSAGE_ID_LENGTH_MAX = 128;

function decoded(event: CanonicalEvent, view: NotificationView, index: number): Decoded {
  const { messageId } = view;
  if (messageId === undefined) return { event };
  const id = messageId.length > MESSAGE_ID_LENGTH_MAX ? fingerprint(messageId) : messageId;
  return { event, dedupe: `${DIALECT}:${id}${index === 0 ? '' : `#${String(index)}`}` };
}
