import {
  ok,
  parseSourceUri,
  pythonJson,
  type CanonicalEvent,
  type CodecError,
  type EncodeContext,
  type Encoded,
  type Invention,
  type JsonObject,
  type JsonValue,
  type Loss,
  type Result,
} from '@viaduct/core';
import { COMPUTE_ENCODING } from './encode/encode-compute.ts';
import { DEFAULT_ENCODING } from './encode/encode-default.ts';
import { IDENTITY_ENCODING } from './encode/encode-identity.ts';
import { readEncodeOptions, type OsloEncodeOptions } from './encode/encode-options.ts';
import { IMAGE_ENCODING } from './encode/encode-image.ts';
import { NETWORK_ENCODING } from './encode/encode-network.ts';
import { STACK_ENCODING } from './encode/encode-stack.ts';
import { VOLUME_ENCODING } from './encode/encode-volume.ts';
import { encodeSame } from './encode/encode-same.ts';
import type { Encoding } from './encode/encoding.ts';
import { lossesOf } from './encode/losses.ts';
import type { OsloMessage } from './message.ts';
import { viewNotification } from './decode/notification-view.ts';
import { writeFields } from './encode/payload-field.ts';
import { nearestPriority, PRIORITY_OF_SEVERITY, type Priority } from './priority.ts';
import { readData } from './decode/read-data.ts';
import { readingOf } from './rules/rule-lookup.ts';
import { blankTimestamp } from './timestamp.ts';
import { writeMessage } from './encode/write-message.ts';

/** An event as a notification: the one it came as, or one made by the tables of its kind. */
export function encode(
  event: CanonicalEvent,
  context: EncodeContext<OsloMessage>,
): Result<Encoded<OsloMessage>, CodecError> {
  const options = readEncodeOptions(context.options);
  return ok(encodeSame(event, context, options) ?? encodeForeign(event, context, options));
}

function encodeForeign(
  event: CanonicalEvent,
  context: EncodeContext<OsloMessage>,
  options: OsloEncodeOptions,
): Encoded<OsloMessage> {
  const encoding = encodingOf(event);
  const { eventType, inventedPhase } = encoding.eventType(event);
  const invented: Invention[] = [];
  if (inventedPhase !== undefined) invented.push({ path: 'event_type', rule: inventedPhase });
  const fields = writeFields(encoding.template, event, invented);
  const priority = priorityOf(event, options.priorities);
  const notification = {
    message_id: event.id,
    publisher_id: publisherId(event, encoding, options, invented),
    event_type: eventType,
    priority: priority.toUpperCase(),
    payload: (encoding.wrap?.(fields, event, eventType) ?? fields) as JsonValue,
    timestamp: timestampOf(event, context),
    _unique_id: context.nonce,
    ...requestContext(event),
  };
  const native = writeMessage(pythonJson(notification), event, context, options, priority);
  const losses = foreignLosses(event, encoding, notification, native.routingKey);
  return { natives: [native], losses, invented: named(invented, encoding.noun?.(event)) };
}

function named(invented: readonly Invention[], noun: string | undefined): readonly Invention[] {
  if (noun === undefined) return invented;
  return invented.map(({ path, rule }) => ({ path: path.replace('<noun>', noun), rule }));
}

/** Nouns under kinds that OpenStack has a service for, but not this service. */
const OTHER_NOUNS =
  /^(?:flavor|server_?group|template|vm_?group|datastore|pool|share|snapshot|backup|member|metadef_.*|market.*|.*group)$/i;

const ENCODINGS: Readonly<Partial<Record<string, Encoding>>> = {
  compute: COMPUTE_ENCODING,
  storage: VOLUME_ENCODING,
  image: IMAGE_ENCODING,
  network: NETWORK_ENCODING,
  identity: IDENTITY_ENCODING,
  deployment: STACK_ENCODING,
};

function encodingOf({ data }: CanonicalEvent): Encoding {
  const { kind, type } = data.resource;
  const other = kind !== 'network' && kind !== 'identity' && OTHER_NOUNS.test(type ?? '');
  return (other ? undefined : ENCODINGS[kind]) ?? DEFAULT_ENCODING;
}

/** The priority of an event: its severity's, ERROR for every `.error` as nova has it. */
function priorityOf(event: CanonicalEvent, allowed: readonly Priority[]): Priority {
  const { severity, phase, outcome } = event.data;
  if (phase === 'error' && severity !== 'critical') return nearestPriority('error', allowed);
  const failed = phase === 'error' || outcome === 'failure';
  return nearestPriority(PRIORITY_OF_SEVERITY[severity ?? (failed ? 'error' : 'info')], allowed);
}

/** `<service>.<host>`: ceilometer takes the host from behind the first dot. */
function publisherId(
  event: CanonicalEvent,
  encoding: Encoding,
  options: OsloEncodeOptions,
  invented: Invention[],
): string {
  if (options.publisherId !== undefined) return options.publisherId;
  const { host } = event.data.resource;
  if (host !== undefined) return `${encoding.service}.${host}`;
  invented.push(NO_HOST);
  return `${encoding.service}.${parseSourceUri(event.source)?.system ?? 'viaduct'}`;
}

const NO_HOST: Invention = {
  path: 'publisher_id',
  rule: 'no host known: the name of the system the event comes from',
};

function timestampOf(event: CanonicalEvent, context: EncodeContext<OsloMessage>): string {
  return blankTimestamp(event.time) ?? blankTimestamp(new Date(context.sentAt).toISOString()) ?? '';
}

/** The request context, as far as it is known; the group stands in for a project. */
function requestContext({ data }: CanonicalEvent): Readonly<Record<string, string>> {
  const { actor, correlation } = data;
  const project = actor?.project ?? actor?.group;
  const known: Record<string, string> = {};
  if (actor?.user?.id !== undefined) {
    known['_context_user'] = actor.user.id;
    known['_context_user_id'] = actor.user.id;
  }
  if (project?.id !== undefined) {
    known['_context_project_id'] = project.id;
    known['_context_tenant_id'] = project.id;
  }
  if (correlation?.requestId !== undefined) known['_context_request_id'] = correlation.requestId;
  if (actor?.user?.name !== undefined) known['_context_user_name'] = actor.user.name;
  if (project?.name !== undefined) known['_context_project_name'] = project.name;
  return known;
}

/** Found by reading it back. The default encoding sends the event along whole: nothing is lost. */
function foreignLosses(
  event: CanonicalEvent,
  encoding: Encoding,
  notification: JsonObject,
  routingKey: string | undefined,
): readonly Loss[] {
  const { carries } = encoding.template;
  const truncated: readonly Loss[] = /\.\d{7,}/.test(event.time)
    ? [{ path: 'time', reason: 'truncated' }]
    : [];
  if (carries.has('data')) return truncated;
  const view = viewNotification(notification, routingKey);
  return [...lossesOf(event, carries, readData(view, readingOf(view))), ...truncated];
}
