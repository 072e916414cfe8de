import type { AmqpMessage } from '@viaduct/amqp';
import { sendableProperties } from '@viaduct/amqp/codec';

import type { OsloSinkConfig } from '../config.ts';
import type { OsloMessage } from '../message.ts';

const encoder = new TextEncoder();

/** A native message as it is published, without what RabbitMQ would not take or would route by. */
export function toAmqp(native: OsloMessage, config: OsloSinkConfig): AmqpMessage {
  const { exchange = config.exchange, routingKey = `${config.topic}.info`, body } = native;
  const { properties } = sendableProperties(native.properties ?? {});
  return {
    exchange,
    routingKey,
    properties: { ...properties, headers: properties.headers ?? {} },
    body: typeof body === 'string' ? encoder.encode(body) : body,
  };
}
