import type { AmqpMessage, AmqpProperties } from '@viaduct/amqp';

import type { OsloSinkConfig } from './config.ts';
import type { OsloMessage, OsloProperties } from './message.ts';

/** Headers by which RabbitMQ would also route to queues that nobody configured here. */
const ROUTING_HEADERS: readonly string[] = ['CC', 'BCC'];

const encoder = new TextEncoder();

/**
 * A native message as it is published. What would make RabbitMQ close the channel with everybody
 * else's messages on it is left out: `userId` (it must be the user who is logged in) and an
 * `expiration` that is no number; so are the headers that route.
 */
export function toAmqp(native: OsloMessage, config: OsloSinkConfig): AmqpMessage {
  const { exchange = config.exchange, routingKey = `${config.topic}.info`, body } = native;
  return {
    exchange,
    routingKey,
    properties: safeProperties(native.properties ?? {}),
    body: typeof body === 'string' ? encoder.encode(body) : body,
  };
}

function safeProperties(properties: OsloProperties): AmqpProperties {
  const { expiration, headers = {} } = properties;
  const routes = ROUTING_HEADERS.some((name) => Object.hasOwn(headers, name));
  return {
    ...copied(properties),
    headers: routes ? withoutRouting(headers) : headers,
    ...(expiration !== undefined && /^\d{1,10}$/.test(expiration) ? { expiration } : {}),
  };
}

function copied(properties: OsloProperties): AmqpProperties {
  const kept: Record<string, unknown> = { ...properties };
  delete kept['userId'];
  delete kept['expiration'];
  return kept;
}

function withoutRouting(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !ROUTING_HEADERS.includes(name)),
  );
}
