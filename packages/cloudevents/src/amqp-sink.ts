import {
  connectionOptions,
  exchangeExists,
  Publisher,
  Session,
  type AmqpConnection,
  type AmqpMessage,
  type PublishResult,
} from '@viaduct/amqp';
import {
  DELIVERED,
  TransportError,
  type AdapterContext,
  type JsonObject,
  type Outcome,
  type Parcel,
  type Sink,
  type SinkCapabilities,
} from '@viaduct/core';

import type { AmqpSinkConfig } from './amqp-config.ts';
import { writeAmqp } from './amqp-content.ts';
import type { CloudEventMessage } from './message.ts';

/** Publisher confirms; one channel keeps the order of what is published on it. */
export const AMQP_SINK_CAPABILITIES: SinkCapabilities = {
  confirmation: 'peer',
  ordering: 'per-connection',
  batchMax: 1_000,
  concurrencyMax: 8,
};

/** How long to wait before a message that RabbitMQ had no place for is tried again. */
const NO_PLACE_RETRY_MS = 1_000;

/** AMQP's delivery mode for messages that survive a restart of the server. */
const PERSISTENT = 2;

/** A publisher on RabbitMQ. See {@link AmqpSinkConfig}; opens nothing before `connect`. */
export function createAmqpSink(
  config: AmqpSinkConfig,
  context: AdapterContext,
): Sink<CloudEventMessage> {
  const session = new Session<Publisher>(connectionOptions(config, context));
  return {
    async connect(signal) {
      await session.open(signal, (connection) => start(connection, config, context));
    },
    async send(parcels, signal) {
      const publisher = session.work;
      if (publisher === undefined) throw notConnected();
      if (publisher.error !== undefined) throw publisher.error;
      return publishAll(publisher, parcels, config, signal);
    },
    async lost() {
      return (await session.work?.lost) ?? notConnected();
    },
    close: () => session.close(),
  };
}

async function start(
  connection: AmqpConnection,
  config: AmqpSinkConfig,
  context: AdapterContext,
): Promise<Publisher> {
  const { exchange, inFlightMax, inFlightBytesMax, confirmTimeoutMs, mandatory } = config;
  if (exchange !== '' && !(await exchangeExists(connection, exchange))) {
    const text = `exchange "${exchange}" does not exist`;
    throw new TransportError('permanent', 'VIA_AMQP_NOT_FOUND', text);
  }
  const limits = { inFlightMax, inFlightBytesMax, confirmTimeoutMs, mandatory };
  return Publisher.open(connection, { clock: context.clock, ...limits });
}

/** A message of a parcel, on its way. */
interface Item {
  readonly parcel: number;
  readonly message: AmqpMessage;
}

async function publishAll(
  publisher: Publisher,
  parcels: readonly Parcel<CloudEventMessage>[],
  config: AmqpSinkConfig,
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = parcels.map(() => DELIVERED);
  const items: Item[] = [];
  for (const [parcel, { natives }] of parcels.entries()) {
    const messages = natives.map((native) => toAmqp(native, config));
    const large = messages.find(({ body }) => body.length > config.messageBytesMax);
    if (large === undefined) items.push(...messages.map((message) => ({ parcel, message })));
    else outcomes[parcel] = tooLarge(large.body.length, config.messageBytesMax);
  }
  const results = await publisher.publish(
    items.map(({ message }) => message),
    signal,
  );
  for (const [index, { parcel, message }] of items.entries()) {
    const result = results[index];
    if (result === undefined || outcomes[parcel]?.kind === 'refused') continue;
    const outcome = outcomeOf(result, message);
    if (outcome.kind !== 'delivered') outcomes[parcel] = outcome;
  }
  return outcomes;
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

/**
 * What a result of publishing means for the event. A message without a place is the queue's
 * trouble and not the event's: it is kept until somebody binds one.
 */
function outcomeOf(result: PublishResult, message: AmqpMessage): Outcome {
  const place = `exchange "${message.exchange}", routing key "${message.routingKey}"`;
  switch (result.kind) {
    case 'confirmed':
      return DELIVERED;
    case 'returned':
      return noPlace('VIA_AMQP_UNROUTABLE', `${place}: no queue is bound (${result.text})`);
    case 'nacked':
      return noPlace('VIA_AMQP_NACKED', `${place}: RabbitMQ could not take the message`);
    case 'invalid': {
      const text = `${place}: ${result.text}`;
      return { kind: 'refused', code: 'VIA_AMQP_MESSAGE_INVALID', message: text, permanent: true };
    }
    case 'unconfirmed':
      return { kind: 'unavailable', code: result.error.code, message: result.error.message };
  }
}

function noPlace(code: 'VIA_AMQP_UNROUTABLE' | 'VIA_AMQP_NACKED', message: string): Outcome {
  return { kind: 'unavailable', code, message, retryAfterMs: NO_PLACE_RETRY_MS };
}

function tooLarge(bytes: number, bytesMax: number): Outcome {
  const message = `the event has ${bytes} bytes, messageBytesMax is ${bytesMax}`;
  return { kind: 'refused', code: 'VIA_AMQP_MESSAGE_TOO_LARGE', message, permanent: true };
}

function notConnected(): TransportError {
  return new TransportError('reconnect', 'VIA_AMQP_CONNECTION_LOST', 'there is no connection');
}
