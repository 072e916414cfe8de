import {
  fail,
  isJsonObject,
  ok,
  type CodecError,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import { parseBody } from './body.ts';
import { WORKFLOW_EVENTS, type WorkflowEvent } from '../mapping.ts';
import type { CloudifyMessage } from '../message.ts';

/** An event or log of any version, under one set of names. */
export interface EventView {
  readonly isLog: boolean;
  /** `workflow_started`, `task_failed`…; of a log `cloudify_log`. */
  readonly eventType: string;
  /** What the message calls `context`; in the forms without one, the message itself. */
  readonly context: JsonObject;
  readonly text: string | undefined;
  /** The failure in full: a traceback, up to 6.1. */
  readonly error: string | undefined;
  /** As it is written. */
  readonly timestamp: string | undefined;
  readonly level: string | undefined;
  readonly logger: string | undefined;
  readonly tenant: string | undefined;
}

/** The native type of all log messages. */
export const LOG_TYPE = 'cloudify_log';

/** What stands in for an event type that is no text. */
const UNKNOWN_EVENT_TYPE = 'unknown';

/** Event types are short; what is longer is not one, and becomes a label in many places. */
const EVENT_TYPE_LENGTH_MAX = 256;

/** Opens a message: JSON, and a message of Cloudify by one of the marks that it always has. */
export function viewEvent(message: CloudifyMessage): Result<EventView, CodecError> {
  const parsed = parseBody(message);
  if (!parsed.ok) return parsed;
  const body = parsed.value;
  if (!isJsonObject(body)) return notAnEvent('the body is JSON, but not an object', 'body');
  const type = own(body, 'type');
  const isLog = type === LOG_TYPE;
  if (!isLog && type !== 'cloudify_event' && !Object.hasOwn(body, 'event_type')) {
    const why = 'neither type: cloudify_event or cloudify_log nor event_type is there';
    return notAnEvent(why, 'event_type');
  }
  return ok(viewOf(body, isLog));
}

/**
 * On the wire context and message are objects. Where `GET /events` lists an event, and where a
 * hook is given one, everything lies side by side, the message as a text.
 */
function viewOf(body: JsonObject, isLog: boolean): EventView {
  const wrapped = own(body, 'context');
  const context = isJsonObject(wrapped) ? wrapped : body;
  const said = own(body, 'message');
  const message = isJsonObject(said) ? said : undefined;
  const given = own(message ?? body, 'arguments');
  const eventType = textAt(body, 'event_type') ?? UNKNOWN_EVENT_TYPE;
  return {
    isLog,
    eventType: isLog ? LOG_TYPE : eventType.slice(0, EVENT_TYPE_LENGTH_MAX),
    context,
    text: message === undefined ? textAt(body, 'message') : textAt(message, 'text'),
    error: (isJsonObject(given) ? textAt(given, 'error') : undefined) ?? taskError(context),
    timestamp: textAt(body, 'timestamp'),
    level: textAt(body, 'level'),
    logger: textAt(body, 'logger'),
    tenant: textAt(context, 'tenant_name') ?? tenantName(own(context, 'tenant')),
  };
}

/** 5.0 to 6.1 say `tenant: {name}`. */
function tenantName(tenant: JsonValue | undefined): string | undefined {
  return isJsonObject(tenant) ? textAt(tenant, 'name') : undefined;
}

/** A task's failure: `task_error_causes` on the wire, `error_causes` in a list. */
function taskError(context: JsonObject): string | undefined {
  const causes = own(context, 'task_error_causes') ?? own(context, 'error_causes');
  const cause = Array.isArray(causes) ? (causes[0] as JsonValue | undefined) : undefined;
  if (!isJsonObject(cause)) return undefined;
  return textAt(cause, 'traceback') ?? textAt(cause, 'message');
}

/** Whether an event type is one of the five. */
export function isWorkflowEvent(eventType: string): eventType is WorkflowEvent {
  return Object.hasOwn(WORKFLOW_EVENTS, eventType);
}

/** A member that is the object's own. */
export function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** A member that is a text and not empty. */
export function textAt(object: JsonObject, name: string): string | undefined {
  const value = own(object, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function notAnEvent(why: string, path: string): Result<never, CodecError> {
  return fail({ code: 'VIA_CLOUDIFY_NOT_AN_EVENT', message: why, path });
}
