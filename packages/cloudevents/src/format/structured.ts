/** The JSON event format and the JSON batch format (formats/json-format.md): text ↔ messages. */
import {
  elementSpans,
  fail,
  isNestedDeeper,
  memberSpans,
  ok,
  toBase64,
  type CodecError,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import { checkEvent } from './attributes.ts';
import { EVENT_BYTES_MAX, EVENT_DEPTH_MAX, without, type CloudEventMessage } from '../message.ts';

const encoder = new TextEncoder();

/** Reads one event. */
export function parseStructured(text: string): Result<CloudEventMessage, CodecError> {
  const parsed = parseJson(text);
  return parsed.ok ? readOne(parsed.value, text) : parsed;
}

/**
 * Reads a batch of at most `eventsMax` events. One bad event makes the batch an error, whose path
 * begins with its place: nobody could tell the sender which of them were taken.
 */
export function parseBatch(
  text: string,
  eventsMax: number,
): Result<readonly CloudEventMessage[], CodecError> {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  if (!Array.isArray(value)) {
    const message = 'a batch is a JSON list of events';
    return fail({ code: 'VIA_CLOUDEVENTS_NOT_AN_EVENT', message });
  }
  if (value.length > eventsMax) {
    const message = `the batch has ${value.length} events; at most ${eventsMax} are taken`;
    return fail({ code: 'VIA_CLOUDEVENTS_TOO_LARGE', message });
  }
  const spans = mayRound(text) ? elementSpans(text) : [];
  const messages: CloudEventMessage[] = [];
  for (const [index, item] of (value as readonly JsonValue[]).entries()) {
    const span = spans[index];
    const read = readOne(item, span === undefined ? '' : text.slice(span.start, span.end));
    if (!read.ok) {
      const path = `[${index}].${read.error.path ?? ''}`.replace(/\.$/, '');
      return fail({ ...read.error, message: `event ${index}: ${read.error.message}`, path });
    }
    messages.push(read.value);
  }
  return ok(messages);
}

/** One event as JSON text, on one line. */
export function formatStructured(message: CloudEventMessage): string {
  return JSON.stringify(message.event);
}

/** Several events as one JSON list. */
export function formatBatch(messages: readonly CloudEventMessage[]): string {
  return `[${messages.map(formatStructured).join(',')}]`;
}

function readOne(value: JsonValue, text: string): Result<CloudEventMessage, CodecError> {
  const checked = checkEvent(value);
  if (!checked.ok) return checked;
  const exact = mayRound(text) ? exactData(text) : undefined;
  if (exact === undefined) return ok({ event: checked.value });
  const event = without(checked.value, 'data');
  const type = event['datacontenttype'] ?? 'application/json';
  return ok({ event: { ...event, datacontenttype: type, data_base64: exact } });
}

/** The data's own text as base64, where parsing it loses digits. */
function exactData(text: string): string | undefined {
  const span = memberSpans(text).get('data');
  if (span === undefined) return undefined;
  const data = text.slice(span.start, span.end);
  return isRounded(data) ? toBase64(encoder.encode(data)) : undefined;
}

/** Parses text of bounded size and depth. */
function parseJson(text: string): Result<JsonValue, CodecError> {
  if (text.length > EVENT_BYTES_MAX) {
    const message = `the text has ${text.length} characters; at most ${EVENT_BYTES_MAX} are read`;
    return fail({ code: 'VIA_CLOUDEVENTS_TOO_LARGE', message });
  }
  if (isNestedDeeper(text, EVENT_DEPTH_MAX)) {
    const message = `nested deeper than ${EVENT_DEPTH_MAX} levels`;
    return fail({ code: 'VIA_CLOUDEVENTS_TOO_DEEP', message });
  }
  try {
    return ok(JSON.parse(text) as JsonValue);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `not JSON: ${why.slice(0, 200)}`;
    return fail({ code: 'VIA_CLOUDEVENTS_NOT_JSON', message });
  }
}

/** Cheap, and false for most texts: no run of digits long enough, no exponent. */
function mayRound(text: string): boolean {
  return /\d{16}|\d[eE]/.test(text);
}

/** The third argument of a reviver (ECMA-262, JSON.parse source text access). */
interface ReviverContext {
  readonly source?: string;
}

/** More digits than this a double does not keep. */
const DIGITS_MAX = 17;

/** Whether some number of a JSON text comes out of `JSON.parse` as another. */
export function isRounded(text: string): boolean {
  if (!mayRound(text)) return false;
  let rounded = false;
  const look = (_name: string, value: JsonValue, context?: ReviverContext): JsonValue => {
    const source = context?.source;
    if (typeof value === 'number' && source !== undefined) rounded ||= !isExact(value, source);
    return value;
  };
  JSON.parse(text, look);
  return rounded;
}

function isExact(value: number, source: string): boolean {
  if (String(value) === source) return true;
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value);
  const digits = source
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '');
  return Number.isFinite(value) && digits.length <= DIGITS_MAX;
}
