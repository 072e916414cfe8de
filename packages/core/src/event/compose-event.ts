import type { DecodeContext } from '../codec.ts';
import { EVENT_DATA_SCHEMA, TYPE_PREFIX, type CanonicalEvent, type EventData } from './event.ts';
import type { Action, Kind, Phase } from './vocabulary.ts';

/** What a decoder knows; the rest of a canonical event follows from it. */
export interface EventParts {
  readonly id: string;
  readonly dialect: string;
  /** See `sourceUri`. */
  readonly source: string;
  readonly nativetype: string;
  /** RFC 3339 in UTC; missing where the dialect has no time of its own. */
  readonly time?: string;
  readonly traceparent?: string;
  readonly data: EventData;
}

/** A canonical event from its parts: derives type, subject, ordering key and times by one rule. */
export function composeEvent(parts: EventParts, context: DecodeContext): CanonicalEvent {
  const { resource, action, phase } = parts.data;
  const received = timeOf(context.receivedAt);
  return {
    specversion: '1.0',
    id: parts.id,
    source: parts.source,
    type: eventType(resource.kind, action, phase),
    subject: `${resource.kind}/${resource.id}`,
    time: parts.time ?? received,
    datacontenttype: 'application/json',
    dataschema: EVENT_DATA_SCHEMA,
    origin: parts.dialect,
    nativetype: parts.nativetype,
    partitionkey: `${context.system}/${resource.kind}/${resource.id}`,
    receivedtime: received,
    timesource: parts.time === undefined ? 'received' : 'native',
    ...(parts.traceparent === undefined ? {} : { traceparent: parts.traceparent }),
    data: parts.data,
  };
}

/** `io.viaduct.<kind>.<action>[.<phase>]`. */
export function eventType(kind: Kind, action: Action, phase?: Phase): string {
  const type = `${TYPE_PREFIX}${kind}.${action}`;
  return phase === undefined ? type : `${type}.${phase}`;
}

/** The time asked for last: in a burst many messages come within a millisecond. */
let lastTime = { ms: 0, text: new Date(0).toISOString() };

function timeOf(ms: number): string {
  if (ms !== lastTime.ms) lastTime = { ms, text: new Date(ms).toISOString() };
  return lastTime.text;
}
