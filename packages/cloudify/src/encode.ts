import { trailHeaders } from '@viaduct/amqp/codec';
import {
  ok,
  pythonJson,
  type CanonicalEvent,
  type CodecError,
  type EncodeContext,
  type Encoded,
  type Invention,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import { readEncodeOptions, type CloudifyEncodeOptions } from './encode/encode-options.ts';
import { encodeSame } from './encode/encode-same.ts';
import { chooseEventType } from './encode/event-type.ts';
import { LOG_TYPE } from './decode/event-view.ts';
import { Carried } from './encode/losses.ts';
import type { CloudifyMessage } from './message.ts';
import { formatTimestamp } from './timestamp.ts';
import { workflowContext } from './encode/workflow-context.ts';
import { routingKeyOf } from './encode/routing-key.ts';

/** An event as Cloudify would tell it: as it came, or in the form of 6.2 to 7.x. */
export function encode(
  event: CanonicalEvent,
  context: EncodeContext<CloudifyMessage>,
): Result<Encoded<CloudifyMessage>, CodecError> {
  const options = readEncodeOptions(context.options);
  return ok(encodeSame(event, context, options) ?? encodeAnew(event, context, options));
}

function encodeAnew(
  event: CanonicalEvent,
  context: EncodeContext<CloudifyMessage>,
  options: CloudifyEncodeOptions,
): Encoded<CloudifyMessage> {
  const carried = new Carried();
  const invented: Invention[] = [];
  const { eventType, carries, approximates } = chooseEventType(event);
  carried.exactly(...carries);
  for (const path of approximates) carried.coarsely(path);
  const isLog = eventType === LOG_TYPE;
  const workflow = workflowContext(event, options, carried, invented);
  const body: JsonObject = {
    type: isLog ? LOG_TYPE : 'cloudify_event',
    ...(isLog ? logMembers(event, carried) : { event_type: eventType }),
    context: workflow,
    message: {
      text: textOf(event, eventType, workflow, carried, invented),
      ...(isLog ? {} : { arguments: errorOf(event, carried) }),
    },
    timestamp: timestampOf(event, context, carried),
    message_code: null,
  };
  const message: CloudifyMessage = {
    exchange: options.exchange,
    routingKey: routingKeyOf(eventType),
    properties: { headers: trailHeaders(event, context.brokerId), deliveryMode: 2 },
    body: pythonJson(body),
  };
  return { natives: [message], losses: carried.lossesOf(event), invented };
}

function logMembers(event: CanonicalEvent, carried: Carried): JsonObject {
  const { severity = 'info', attributes } = event.data;
  const extra = attributes?.extra ?? [];
  const index = extra.findIndex(({ name }) => name === 'logger');
  const logger: JsonValue = extra[index]?.value ?? 'viaduct';
  if (index >= 0) carried.exactly(`data.attributes.extra[${index}]`);
  return { logger, level: severity };
}

/** The texts of the product (cloudify-manager `resource_manager._send_hook`), up to the name. */
const TEXTS: Readonly<Record<string, (workflow: string) => string>> = {
  workflow_queued: (workflow) => `'${workflow}' workflow execution queued`,
  workflow_started: (workflow) => `Starting '${workflow}' workflow execution`,
  workflow_succeeded: (workflow) => `'${workflow}' workflow execution terminated`,
  workflow_cancelled: (workflow) => `'${workflow}' workflow execution cancelled`,
  workflow_failed: (workflow) => `'${workflow}' workflow execution failed`,
};

function textOf(
  { data }: CanonicalEvent,
  eventType: string,
  { workflow_id: workflow }: JsonObject,
  carried: Carried,
  invented: Invention[],
): string {
  carried.exactly('data.message');
  if (data.message !== undefined) return data.message;
  invented.push({ path: 'message.text', rule: 'no text known: what the product writes' });
  const write = Object.hasOwn(TEXTS, eventType) ? TEXTS[eventType] : undefined;
  return write?.(typeof workflow === 'string' ? workflow : '') ?? eventType;
}

/** Up to 6.1 a failure's traceback lies here; since 6.2 it is always null. */
function errorOf({ data }: CanonicalEvent, carried: Carried): JsonValue {
  const error = data.attributes?.errorMessage;
  if (error === undefined) return null;
  carried.exactly('data.attributes.errorMessage');
  return { error };
}

function timestampOf(
  event: CanonicalEvent,
  context: EncodeContext<CloudifyMessage>,
  carried: Carried,
): string {
  if (/\.\d{3}\d*[1-9]\d*Z$/.test(event.time)) carried.coarsely('time', 'truncated');
  return formatTimestamp(event.time) ?? new Date(context.sentAt).toISOString();
}
