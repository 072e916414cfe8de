import {
  composeEvent,
  fingerprint,
  isUuid,
  occurrenceId,
  ok,
  sourceUri,
  type CanonicalEvent,
  type CodecError,
  type DecodeContext,
  type Decoded,
  type Result,
} from '@viaduct/core';
import { isWorkflowEvent, viewEvent, type EventView } from './event-view.ts';
import { ID_HEADER, textHeader, TRAIL_HEADER, type CloudifyMessage } from './message.ts';
import { readData } from './read-data.ts';
import { parseTimestamp } from './timestamp.ts';

/** The name of this dialect, `event.origin` of all that is decoded here. */
export const DIALECT = 'cloudify';

/** An event or log message of any version to one canonical event. */
export function decode(
  native: CloudifyMessage,
  context: DecodeContext,
): Result<readonly Decoded[], CodecError> {
  const opened = viewEvent(native);
  if (!opened.ok) return opened;
  const view = opened.value;
  const text = native.body as string; // bytes were refused
  const publisher = view.tenant === undefined ? [] : [view.tenant];
  const source = sourceUri(DIALECT, context.system, ...publisher);
  const time = view.timestamp === undefined ? undefined : parseTimestamp(view.timestamp);
  const event = composeEvent(
    {
      id: occurrenceId(source, text, context),
      dialect: DIALECT,
      source,
      nativetype: view.eventType,
      ...(time === undefined ? {} : { time }),
      data: readData(view),
    },
    context,
  );
  const dedupe = dedupeKey(view, text, context);
  const decoded = { event: withTrail(event, native) };
  return ok([dedupe === undefined ? decoded : { ...decoded, dedupe }]);
}

/**
 * Messages have no id. The five workflow events happen once at a time for an execution; of tasks
 * and logs many fall into one millisecond, so their text is part of the key.
 */
function dedupeKey(view: EventView, text: string, context: DecodeContext): string | undefined {
  const { timestamp, eventType } = view;
  const execution = view.context['execution_id'];
  if (typeof execution !== 'string' || timestamp === undefined) return undefined;
  const facts = [context.system, execution, eventType, timestamp];
  if (!isWorkflowEvent(eventType)) facts.push(fingerprint(text));
  const key = facts.join(' ');
  return `${DIALECT}:${key.length > DEDUPE_LENGTH_MAX ? fingerprint(key) : key}`;
}

/** A dedupe key is stored for every event: longer ones are kept by their fingerprint. */
const DEDUPE_LENGTH_MAX = 256;

/** Trails longer than this are no trails of ours. */
const TRAIL_LENGTH_MAX = 4096;

const TRACE_PARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Takes over what a broker before us wrote into the headers: id, trail, trace context. */
function withTrail(event: CanonicalEvent, native: CloudifyMessage): CanonicalEvent {
  if (native.properties?.headers === undefined) return event;
  const id = textHeader(native, ID_HEADER);
  const trail = textHeader(native, TRAIL_HEADER);
  const traceparent = textHeader(native, 'traceparent');
  const isTrail = trail !== undefined && trail !== '' && trail.length <= TRAIL_LENGTH_MAX;
  return {
    ...event,
    ...(id !== undefined && isUuid(id) ? { id } : {}),
    ...(isTrail ? { trail } : {}),
    ...(traceparent !== undefined && TRACE_PARENT.test(traceparent) ? { traceparent } : {}),
  };
}
