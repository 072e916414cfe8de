import { isJsonObject, type JsonObject, type JsonValue } from '@viaduct/core';
import { readEventType, readStatus, type Reading } from './event-word.ts';
import { parseObjectPath, type ObjectPath } from './object-path.ts';
import { parseUsageKey } from '../routing-key.ts';
import { timeOfSeconds } from './time.ts';

/** A simple or detailed message, read: what happened to which object. */
export interface ObjectReport {
  readonly format: 'simple' | 'detailed';
  /** As written: `compute`. */
  readonly objectType: string;
  readonly reading: Reading;
  readonly object: ObjectPath | undefined;
  readonly source: string | undefined;
  readonly group: string | undefined;
  readonly user: string | undefined;
  readonly time: string | undefined;
  /** `objectData`; empty in a simple message. */
  readonly data: JsonObject;
}

/** A message of a user's program. */
export interface UserReport {
  readonly format: 'user';
  readonly from: string | undefined;
  readonly time: string | undefined;
  readonly message: JsonValue | undefined;
}

/** A JSON object of no known format: kept, never dropped. */
export interface UnknownReport {
  readonly format: 'unknown';
  readonly members: JsonObject;
}

/** What a body was found to be. */
export type Report = ObjectReport | UserReport | UnknownReport;

/** Tells the formats apart by their members, as their order in BonFIRE's documentation is. */
export function readReport(body: JsonObject, routingKey: string | undefined): Report {
  const has = (name: string): boolean => Object.hasOwn(body, name);
  if (has('objectType') || has('eventType') || has('objectId')) return detailed(body, routingKey);
  if (has('type') && (has('path') || has('status'))) return simple(body);
  if (has('Message') || (has('From') && has('Timestamp'))) {
    return {
      format: 'user',
      from: text(body['From']),
      time: timeOfSeconds(body['Timestamp']),
      message: body['Message'],
    };
  }
  return { format: 'unknown', members: body };
}

function detailed(body: JsonObject, routingKey: string | undefined): ObjectReport {
  const key = parseUsageKey(routingKey);
  const given = body['objectData'];
  const data = isJsonObject(given) ? given : {};
  const object = pathIn(body['objectId']);
  return {
    format: 'detailed',
    objectType: text(body['objectType']) ?? key?.objectType ?? nounOf(object) ?? 'object',
    reading: readEventType(text(body['eventType']), data, key),
    object,
    source: text(body['source']) ?? key?.source,
    group: text(body['groupId']),
    user: text(body['userId']),
    time: timeOfSeconds(body['timestamp']),
    data,
  };
}

function simple(body: JsonObject): ObjectReport {
  const object = pathIn(body['path']);
  const status = text(body['status']);
  return {
    format: 'simple',
    objectType: text(body['type']) ?? nounOf(object) ?? 'object',
    reading: status === undefined ? { action: 'other', word: 'other' } : readStatus(status),
    object,
    source: undefined,
    group: undefined,
    user: undefined,
    time: timeOfSeconds(body['timestamp']),
    data: {},
  };
}

function pathIn(value: JsonValue | undefined): ObjectPath | undefined {
  const path = text(value);
  return path === undefined ? undefined : parseObjectPath(path);
}

/** `computes` is where a `compute` lies. */
function nounOf(object: ObjectPath | undefined): string | undefined {
  return object?.collection?.replace(/s$/, '');
}

function text(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
