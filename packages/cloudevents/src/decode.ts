import {
  composeEvent,
  fail,
  fingerprint,
  isTrail,
  isUuid,
  ok,
  readEvent,
  readTraceparent,
  sourceUri,
  TYPE_PREFIX,
  uuidFromName,
  type CanonicalEvent,
  type CodecError,
  type DecodeContext,
  type Decoded,
  type JsonObject,
  type Result,
} from '@viaduct/core';
import { checkEvent } from './format/attributes.ts';
import {
  DIALECT,
  ID_EXTENSION,
  textAttribute,
  TRACE_EXTENSION,
  TRAIL_EXTENSION,
  type CloudEventMessage,
} from './message.ts';
import { readData } from './decode/read-data.ts';
import { parseTimestamp } from './format/timestamp.ts';

/** A CloudEvent to one canonical event: adopted whole where it is one, read by its type if not. */
export function decode(
  native: CloudEventMessage,
  context: DecodeContext,
): Result<readonly Decoded[], CodecError> {
  const checked = checkEvent(native.event);
  if (!checked.ok) return checked;
  const { value } = checked;
  const dedupe = dedupeKey(value);
  if (!attribute(value, 'type').startsWith(TYPE_PREFIX)) {
    return ok([{ event: foreignEvent(value, context), dedupe }]);
  }
  const read = readEvent(value);
  if (!read.ok) return read;
  if (!isUuid(read.value.id)) {
    const message = `not a canonical event: id: ${JSON.stringify(read.value.id)} is not a UUID`;
    return fail({ code: 'VIA_CLOUDEVENTS_ATTRIBUTE', message, path: 'id' });
  }
  return ok([{ event: read.value, dedupe }]);
}

/** A dedupe key is stored for every event: longer ones are kept by their fingerprint. */
const KEY_LENGTH_MAX = 160;

/** Source and id together name an occurrence (spec.md, "id"). */
function dedupeKey(event: JsonObject): string {
  const key = `${attribute(event, 'source')}\n${attribute(event, 'id')}`;
  return `${DIALECT}:${key.length > KEY_LENGTH_MAX ? fingerprint(key) : key}`;
}

function foreignEvent(event: JsonObject, context: DecodeContext): CanonicalEvent {
  const publisher = attribute(event, 'source');
  const time = parseTimestamp(textAttribute(event, 'time') ?? '');
  const traceparent = readTraceparent(textAttribute(event, TRACE_EXTENSION));
  const trail = textAttribute(event, TRAIL_EXTENSION);
  const composed = composeEvent(
    {
      id: canonicalId(event, context),
      dialect: DIALECT,
      source: sourceUri(DIALECT, context.system, publisher),
      nativetype: attribute(event, 'type'),
      ...(time === undefined ? {} : { time }),
      ...(traceparent === undefined ? {} : { traceparent }),
      data: readData(event),
    },
    context,
  );
  return isTrail(trail) ? { ...composed, trail } : composed;
}

/**
 * The id that a Viaduct before us gave it; else its own where that is a UUID; else a UUIDv5 of
 * source and id, so that it is the same whenever and by whatever way it comes again.
 */
function canonicalId(event: JsonObject, context: DecodeContext): string {
  const given = textAttribute(event, ID_EXTENSION);
  if (given !== undefined && isUuid(given)) return given;
  const id = attribute(event, 'id');
  if (isUuid(id)) return id;
  return uuidFromName([DIALECT, context.system, attribute(event, 'source'), id].join('\n'));
}

/** An attribute that was checked to be there. */
function attribute(event: JsonObject, name: string): string {
  return textAttribute(event, name) ?? '';
}
