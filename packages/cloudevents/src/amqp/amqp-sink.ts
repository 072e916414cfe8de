import {
  createPublishingSink,
  PUBLISHING_SINK_CAPABILITIES,
  requireExchange,
  type AmqpMessage,
} from '@viaduct/amqp';
import {
  type AdapterContext,
  type JsonObject,
  type Sink,
  type SinkCapabilities,
} from '@viaduct/core';

import type { AmqpSinkConfig } from './amqp-config.ts';
import { writeAmqp } from './amqp-content.ts';
import type { CloudEventMessage } from '../message.ts';

/** Those of every publisher with confirms. */
export const AMQP_SINK_CAPABILITIES: SinkCapabilities = PUBLISHING_SINK_CAPABILITIES;

/** AMQP's delivery mode for messages that survive a restart of the server. */
const PERSISTENT = 2;

/** A publisher on RabbitMQ. See {@link AmqpSinkConfig}; opens nothing before `connect`. */
export function createAmqpSink(
  config: AmqpSinkConfig,
  context: AdapterContext,
): Sink<CloudEventMessage> {
  return createPublishingSink(config, context, {
    prepare: async (connection) => {
      await requireExchange(connection, config.exchange);
      return {};
    },
    toAmqp: (native: CloudEventMessage) => toAmqp(native, config),
  });
}

function toAmqp(native: CloudEventMessage, config: AmqpSinkConfig): AmqpMessage {
  const { contentType, headers, body } = writeAmqp(native, config);
  const id = native.event['id'];
  return {
    exchange: config.exchange,
    routingKey: fillIn(config.routingKey, native.event),
    properties: {
      ...(contentType === undefined ? {} : { contentType }),
      ...(typeof id === 'string' && byteLength(id) <= SHORT_BYTES_MAX ? { messageId: id } : {}),
      headers,
      deliveryMode: PERSISTENT,
    },
    body,
  };
}

/** AMQP's short strings, of which routing keys and ids are, have at most so many bytes. */
const SHORT_BYTES_MAX = 255;

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** A routing key: `{name}` is an attribute, empty where the event has none, cut to what fits. */
function fillIn(template: string, event: JsonObject): string {
  const key = template.replace(/\{([a-z0-9]+)\}/g, (_whole, name: string) => {
    const value = Object.hasOwn(event, name) ? event[name] : undefined;
    return typeof value === 'object' || value === undefined ? '' : String(value);
  });
  if (byteLength(key) <= SHORT_BYTES_MAX) return key;
  const bytes = encoder.encode(key).subarray(0, SHORT_BYTES_MAX);
  return new TextDecoder().decode(bytes, { stream: true }); // drops a character cut in two
}
