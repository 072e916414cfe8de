import {
  composeEvent,
  fingerprint,
  occurrenceId,
  ok,
  sourceUri,
  type CodecError,
  type DecodeContext,
  type Decoded,
  type Result,
} from '@viaduct/core';
import { withTrailHeaders } from '@viaduct/amqp/codec';
import { isWorkflowEvent, viewEvent, type EventView } from './decode/event-view.ts';
import { DIALECT, type CloudifyMessage } from './message.ts';
import { readData } from './decode/read-data.ts';
import { parseTimestamp } from './timestamp.ts';

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
  const decoded = { event: withTrailHeaders(event, native) };
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
