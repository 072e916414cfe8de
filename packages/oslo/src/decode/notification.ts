import {
  fail,
  isJsonObject,
  ok,
  type CodecError,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import { bodyText } from './body.ts';
import type { OsloMessage } from '../message.ts';
import { parseJson } from './parse-json.ts';

/** The only envelope version there is: a reader takes equal majors and no greater minor. */
export const ENVELOPE_VERSION = '2.0';

/** The two members that make an envelope; a notification without them is of format v1. */
export const VERSION_KEY = 'oslo.version';
/** See {@link VERSION_KEY}. */
export const MESSAGE_KEY = 'oslo.message';

/** A notification out of its message. */
export interface OpenedNotification {
  readonly format: 'v1' | 'v2';
  readonly notification: JsonObject;
  /** The text of the whole body, unpacked. */
  readonly bodyText: string;
  /** The text of the notification itself: in v1 the body, in v2 what the envelope holds. */
  readonly notificationText: string;
}

/** Opens a message down to the notification: content type, compression, envelope, JSON. */
export function openNotification(message: OsloMessage): Result<OpenedNotification, CodecError> {
  const contentType = message.properties?.contentType;
  if (contentType !== undefined && !/^application\/json\b/i.test(contentType)) {
    return fail({
      code: 'VIA_OSLO_CONTENT_TYPE',
      message: `content_type is ${JSON.stringify(contentType)}; notifications are application/json`,
      path: 'properties.contentType',
    });
  }
  const text = bodyText(message);
  if (!text.ok) return text;
  const parsed = parseJson(text.value, 'body');
  if (!parsed.ok) return parsed;
  const body = parsed.value;
  if (!isJsonObject(body)) return notANotification('the body is JSON, but not an object', 'body');
  if (!Object.hasOwn(body, VERSION_KEY) || !Object.hasOwn(body, MESSAGE_KEY)) {
    return checked('v1', body, text.value, text.value);
  }
  return openEnvelope(body, text.value);
}

function openEnvelope(body: JsonObject, text: string): Result<OpenedNotification, CodecError> {
  const version = body[VERSION_KEY];
  if (version !== ENVELOPE_VERSION) {
    return fail({
      code: 'VIA_OSLO_ENVELOPE_VERSION',
      message: `the envelope's version is ${briefly(version)}; only ${ENVELOPE_VERSION} can be read`,
      path: VERSION_KEY,
    });
  }
  const inner = body[MESSAGE_KEY];
  if (typeof inner !== 'string') {
    return malformedEnvelope(`a JSON text is required, not ${briefly(inner)}`);
  }
  const parsed = parseJson(inner, MESSAGE_KEY);
  if (!parsed.ok) return parsed;
  if (!isJsonObject(parsed.value)) return malformedEnvelope('the text in it is not an object');
  return checked('v2', parsed.value, text, inner);
}

/** RPC travels on the same exchanges; a notification always has a type or a payload. */
function checked(
  format: 'v1' | 'v2',
  notification: JsonObject,
  whole: string,
  notificationText: string,
): Result<OpenedNotification, CodecError> {
  if (Object.hasOwn(notification, 'event_type') || Object.hasOwn(notification, 'payload')) {
    return ok({ format, notification, bodyText: whole, notificationText });
  }
  return notANotification('neither event_type nor payload is there', 'event_type');
}

function malformedEnvelope(why: string): Result<never, CodecError> {
  return fail({ code: 'VIA_OSLO_ENVELOPE_MALFORMED', message: why, path: MESSAGE_KEY });
}

function notANotification(why: string, path: string): Result<never, CodecError> {
  return fail({ code: 'VIA_OSLO_NOT_A_NOTIFICATION', message: why, path });
}

function briefly(value: JsonValue | undefined): string {
  return (typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value)).slice(
    0,
    80,
  );
}
