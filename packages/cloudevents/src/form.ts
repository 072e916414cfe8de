import {
  fail,
  isJsonObject,
  ok,
  type CodecError,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import { checkEvent } from './format/attributes.ts';
import { EVENT_DEPTH_MAX, type CloudEventMessage } from './message.ts';

/** The JSON form of a message: the event in structured JSON. */
export function format(native: CloudEventMessage): JsonObject {
  return native.event;
}

/** Reads the JSON form: one CloudEvent 1.0. */
export function parse(value: JsonValue): Result<CloudEventMessage, CodecError> {
  if (isTooDeep(value, 0)) {
    const message = `nested deeper than ${EVENT_DEPTH_MAX} levels`;
    return fail({ code: 'VIA_CLOUDEVENTS_TOO_DEEP', message });
  }
  const checked = checkEvent(value);
  return checked.ok ? ok({ event: checked.value }) : checked;
}

function isTooDeep(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth >= EVENT_DEPTH_MAX) return true;
  const parts: readonly JsonValue[] = isJsonObject(value) ? Object.values(value) : value;
  return parts.some((part) => isTooDeep(part, depth + 1));
}
