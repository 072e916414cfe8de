import {
  AMQP_CONNECTION_FIELDS,
  adviseConnection,
  CONSUMING_FIELDS,
  MIB,
  OWN_QUEUE_FIELDS,
  PUBLISHING_FIELDS,
  type ConsumingConfig,
  type OwnQueueConfig,
  type PublishingConfig,
} from '@viaduct/amqp';
import type { Advice, ConfigSchema } from '@viaduct/core';

import type { AmqpForm } from './amqp-content.ts';
import type { CloudEventsEncodeOptions } from '../encode-options.ts';
import { FORM_FIELD } from '../http/http-sink-config.ts';

/** What an operator writes to receive CloudEvents from RabbitMQ. */
export interface AmqpSourceConfig extends ConsumingConfig, OwnQueueConfig {
  readonly exchange?: string;
  readonly routingKeys: readonly string[];
  readonly durable: boolean;
}

/** What an operator writes to publish CloudEvents on RabbitMQ. */
export interface AmqpSinkConfig extends PublishingConfig, AmqpForm {
  readonly exchange: string;
  readonly routingKey: string;
  readonly form: CloudEventsEncodeOptions['form'];
}

/** The options of the source. */
export const AMQP_SOURCE_CONFIG: ConfigSchema<AmqpSourceConfig> = {
  type: 'object',
  description: 'Receives CloudEvents from RabbitMQ, in binary or structured mode.',
  required: ['url'],
  properties: {
    ...AMQP_CONNECTION_FIELDS,
    queue: {
      type: 'string',
      minLength: 1,
      description:
        'Without exchange: an existing queue to take events from. With exchange: the name of our ' +
        'own queue; default: viaduct.NAME with the name of this source.',
    },
    exchange: {
      type: 'string',
      minLength: 1,
      description:
        'An existing exchange of any type; a queue of our own is made and bound to it, so that ' +
        'we get a copy and everybody else keeps theirs.',
    },
    routingKeys: {
      type: 'array',
      single: true,
      minItems: 1,
      items: { type: 'string', description: 'A routing key, for a topic exchange a pattern.' },
      default: ['#'],
      description: 'What our own queue is bound with.',
    },
    durable: {
      type: 'boolean',
      default: true,
      description: 'Whether our own queue survives a restart of RabbitMQ.',
    },
    queueType: OWN_QUEUE_FIELDS.queueType,
    queueMessagesMax: OWN_QUEUE_FIELDS.queueMessagesMax,
    queueBytesMax: { ...OWN_QUEUE_FIELDS.queueBytesMax, default: 1_024 * MIB },
    queueExpiresMs: OWN_QUEUE_FIELDS.queueExpiresMs,
    ...CONSUMING_FIELDS,
  },
};

/** The options of the sink. */
export const AMQP_SINK_CONFIG: ConfigSchema<AmqpSinkConfig> = {
  type: 'object',
  description: 'Publishes CloudEvents on RabbitMQ, by the binding that Knative publishes.',
  required: ['url', 'exchange'],
  properties: {
    ...AMQP_CONNECTION_FIELDS,
    exchange: {
      type: 'string',
      description: 'An existing exchange; "" is the one that routes to the queue named by the key.',
    },
    routingKey: {
      type: 'string',
      default: '{type}',
      examples: ['{type}', 'events.{subject}', 'my-queue'],
      description: 'The routing key; {NAME} is an attribute of the event as it is sent.',
    },
    mode: {
      type: 'string',
      enum: ['binary', 'structured'],
      default: 'binary',
      description: 'Attributes in headers and the data in the body, or everything in the body.',
    },
    headerNames: {
      type: 'string',
      enum: ['prefixed', 'plain'],
      default: 'prefixed',
      description:
        'In binary mode. prefixed: ce-id, ce-type…, as the binding says. plain: id, type…, which ' +
        'the headers exchange of a Knative broker matches its triggers with.',
    },
    form: FORM_FIELD,
    ...PUBLISHING_FIELDS,
  },
};

/** What will surprise in the source's configuration. */
export function adviseAmqpSource(config: AmqpSourceConfig): readonly Advice[] {
  const advice: Advice[] = [...adviseConnection(config)];
  if (config.exchange === undefined && config.queue === undefined) {
    advice.push({ path: 'queue', message: 'write a queue, an exchange, or both' });
  }
  if (
    config.exchange !== undefined &&
    config.queueMessagesMax === 0 &&
    config.queueBytesMax === 0
  ) {
    const message = 'without limit, the queue fills the disk of RabbitMQ while we are away';
    advice.push({ path: 'queueMessagesMax', message });
  }
  return advice;
}

/** What will surprise in the sink's configuration. */
export function adviseAmqpSink(config: AmqpSinkConfig): readonly Advice[] {
  const advice: Advice[] = [...adviseConnection(config)];
  if (config.exchange === '' && config.routingKey.includes('{')) {
    const message = 'with exchange "" the routing key is the name of a queue; write that';
    advice.push({ path: 'routingKey', message });
  }
  if (!config.mandatory) {
    const message = 'events for which no queue is bound are lost and count as delivered';
    advice.push({ path: 'mandatory', message });
  }
  return advice;
}
