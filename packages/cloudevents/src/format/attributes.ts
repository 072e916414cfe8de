import {
  fail,
  fromBase64,
  isJsonObject,
  ok,
  type CodecError,
  type ErrorCode,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import { parseTimestamp } from './timestamp.ts';
import { isUri, isUriReference } from './uri.ts';

/** Names of attributes: lower-case letters and digits (spec.md, "Naming conventions"). */
const NAME = /^[a-z0-9]{1,64}$/;

/** Context attributes with a meaning of their own, and what each has to be. */
const CHECKS: Readonly<Record<string, (value: JsonValue) => string | undefined>> = {
  id: (value) => (isText(value) ? undefined : 'a text that is not empty is required'),
  type: (value) => (isText(value) ? undefined : 'a text that is not empty is required'),
  subject: (value) => (isText(value) ? undefined : 'a text that is not empty is required'),
  source: (value) => (isText(value) && isUriReference(value) ? undefined : 'not a URI reference'),
  dataschema: (value) => (isText(value) && isUri(value) ? undefined : 'not an absolute URI'),
  datacontenttype: (value) =>
    isText(value) && MEDIA_TYPE.test(value) ? undefined : 'not a media type',
  time: (value) =>
    isText(value) && parseTimestamp(value) !== undefined ? undefined : 'not an RFC 3339 time',
};

const REQUIRED = ['id', 'source', 'type'] as const;

/** RFC 2046: type, subtype, perhaps parameters, in printable characters. */
const MEDIA_TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}\s*(?:;[\t\x20-\x7e]{0,500})?$/;

/**
 * Checks that a JSON value is a CloudEvent 1.0 and returns it without unset (null) attributes. The
 * whole envelope is checked, the data is not: it may be any JSON.
 */
export function checkEvent(value: JsonValue): Result<JsonObject, CodecError> {
  if (!isJsonObject(value)) return invalid('NOT_AN_EVENT', '', 'a CloudEvent is a JSON object');
  const event = withoutUnset(value);
  const version = Object.hasOwn(event, 'specversion') ? event['specversion'] : undefined;
  if (version === undefined) {
    return invalid('NOT_AN_EVENT', 'specversion', 'no CloudEvent: it has no specversion');
  }
  if (version !== '1.0') {
    const text = JSON.stringify(version).slice(0, 40);
    return invalid('SPECVERSION', 'specversion', `specversion is ${text}; only "1.0" can be read`);
  }
  for (const name of REQUIRED) {
    if (!Object.hasOwn(event, name)) return invalid('ATTRIBUTE', name, 'required and missing');
  }
  for (const [name, attribute] of Object.entries(event)) {
    const problem = attributeProblem(name, attribute);
    if (problem !== undefined) return invalid('ATTRIBUTE', name.slice(0, 64), problem);
  }
  const both = Object.hasOwn(event, 'data') && Object.hasOwn(event, 'data_base64');
  return both ? invalid('ATTRIBUTE', 'data_base64', 'not beside data') : ok(event);
}

/** `null` is "unset" (json-format.md clause 2.2), but `data: null` is data. */
function withoutUnset(value: JsonObject): JsonObject {
  const members = Object.entries(value);
  const set = members.filter(([name, member]) => member !== null || name === 'data');
  return set.length === members.length ? value : Object.fromEntries(set);
}

function attributeProblem(name: string, value: JsonValue): string | undefined {
  if (name === 'data') return undefined;
  if (name === 'data_base64') {
    const isBase64 = typeof value === 'string' && fromBase64(value) !== undefined;
    return isBase64 ? undefined : 'not base64';
  }
  if (!NAME.test(name)) return 'attribute names are lower-case letters and digits';
  const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
  if (check !== undefined) return check(value);
  if (typeof value === 'object') return 'an attribute is a text, a number or a boolean';
  return undefined;
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string' && value !== '';
}

/** The end of an error code of this package, for short calls. */
type Fault = 'NOT_AN_EVENT' | 'SPECVERSION' | 'ATTRIBUTE';

const CODES: Readonly<Record<Fault, ErrorCode>> = {
  NOT_AN_EVENT: 'VIA_CLOUDEVENTS_NOT_AN_EVENT',
  SPECVERSION: 'VIA_CLOUDEVENTS_SPECVERSION',
  ATTRIBUTE: 'VIA_CLOUDEVENTS_ATTRIBUTE',
};

function invalid(fault: Fault, path: string, why: string): Result<never, CodecError> {
  const message = fault === 'ATTRIBUTE' ? `attribute ${JSON.stringify(path)}: ${why}` : why;
  return fail({ code: CODES[fault], message, path });
}
