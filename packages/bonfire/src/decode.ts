import {
  composeEvent,
  fingerprint,
  isUuid,
  occurrenceId,
  ok,
  readEvent,
  sourceUri,
  type CanonicalEvent,
  type CodecError,
  type DecodeContext,
  type Decoded,
  type JsonObject,
  type Result,
} from '@viaduct/core';
import { withTrailHeaders } from '@viaduct/amqp/codec';
import { openBody } from './decode/body.ts';
import { isObjectType } from './mapping/mapping-kinds.ts';
import { DIALECT, type BonfireMessage } from './message.ts';
import { EVENT_MEMBER } from './decode/object-data.ts';
import { readData } from './decode/read-data.ts';
import { readReport, type Report } from './decode/report.ts';
import { isExperimentKey } from './routing-key.ts';

/** A message to its canonical event; each message is one. */
export function decode(
  native: BonfireMessage,
  context: DecodeContext,
): Result<readonly Decoded[], CodecError> {
  const opened = openBody(native);
  if (!opened.ok) return opened;
  const report = readReport(opened.value, native.routingKey);
  const event = withTrailHeaders(adoptedEvent(report) ?? eventOf(report, native, context), native);
  const facts = factsOf(report, native);
  return ok([
    {
      event,
      ...dedupeOf(report, native),
      ...(facts === undefined ? {} : { facts }),
    },
  ]);
}

/**
 * An event that another Viaduct wrote whole is taken as it is. It writes none of BonFIRE's own
 * objects so.
 */
function adoptedEvent(report: Report): CanonicalEvent | undefined {
  if (report.format !== 'detailed' || isObjectType(report.objectType)) return undefined;
  const read = readEvent(report.data[EVENT_MEMBER]);
  return read.ok && isUuid(read.value.id) ? read.value : undefined;
}

function eventOf(report: Report, native: BonfireMessage, context: DecodeContext): CanonicalEvent {
  const publisher = publisherOf(report);
  const source = sourceUri(
    DIALECT,
    context.system,
    ...(publisher === undefined ? [] : [publisher]),
  );
  const time = report.format === 'unknown' ? undefined : report.time;
  return composeEvent(
    {
      id: occurrenceId(source, wireText(native), context),
      dialect: DIALECT,
      source,
      nativetype: nativeType(report),
      ...(time === undefined ? {} : { time }),
      data: readData(report),
    },
    context,
  );
}

function publisherOf(report: Report): string | undefined {
  if (report.format === 'user') return report.from;
  return report.format === 'unknown' ? undefined : report.source;
}

/** Longer names of programs are cut in `nativetype`; `resource.name` has them whole. */
const FROM_LENGTH_MAX = 100;

/** `compute.create`, `experiment.state.terminated`, `experiment.running`, `user.Scheduler`. */
function nativeType(report: Report): string {
  switch (report.format) {
    case 'user':
      return report.from === undefined ? 'user' : `user.${report.from.slice(0, FROM_LENGTH_MAX)}`;
    case 'unknown':
      return 'unknown';
    default:
      return `${report.objectType}.${report.reading.word}`;
  }
}

/**
 * BonFIRE has no message ids: an equal body may be a second occurrence, unless RabbitMQ itself says
 * that it brings the message again. Without a time in it even that is no proof: of two equal notes
 * of a program that were both left unacknowledged, the second is one of its own.
 */
function dedupeOf(report: Report, native: BonfireMessage): Pick<Decoded, 'dedupe' | 'unseen'> {
  if (report.format === 'unknown' || report.time === undefined) return {};
  const dedupe = `${DIALECT}:${fingerprint(wireText(native))}`;
  return native.redelivered === true ? { dedupe } : { dedupe, unseen: true };
}

function wireText({ exchange = '', routingKey = '', body }: BonfireMessage): string {
  return `${exchange}\n${routingKey}\n${typeof body === 'string' ? body : ''}`;
}

/**
 * What the trackers go by: `object`, the path of an object; `key`, the opaque routing key that
 * stands for an experiment.
 */
function factsOf(report: Report, { routingKey }: BonfireMessage): JsonObject | undefined {
  const object =
    report.format === 'user' || report.format === 'unknown' ? undefined : report.object;
  const isOpaque = isExperimentKey(routingKey);
  if (object === undefined && !isOpaque) return undefined;
  return {
    ...(object === undefined ? {} : { object: object.path }),
    ...(isOpaque ? { key: routingKey } : {}),
  };
}
