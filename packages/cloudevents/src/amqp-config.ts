import { AMQP_CONNECTION_FIELDS, adviseConnection, type AmqpConnectionConfig } from '@viaduct/amqp';
import type { Advice, ConfigField, ConfigSchema } from '@viaduct/core';

import type { AmqpForm } from './amqp-content.ts';
import type { CloudEventsEncodeOptions } from './encode-options.ts';
import { FORM_FIELD } from './http-sink-config.ts';

/** What an operator writes to receive CloudEvents from RabbitMQ. */
export interface AmqpSourceConfig extends AmqpConnectionConfig {
  readonly queue?: string;
  readonly exchange?: string;
  readonly routingKeys: readonly string[];
  readonly durable: boolean;
  readonly queueType: 'classic' | 'quorum';
  readonly queueMessagesMax: number;
  readonly queueBytesMax: number;
  readonly queueExpiresMs: number;
  readonly prefetch: number;
  readonly inFlightBytesMax: number;
  readonly messageBytesMax: number;
}

/** What an operator writes to publish CloudEvents on RabbitMQ. */
export interface AmqpSinkConfig extends AmqpConnectionConfig, AmqpForm {
  readonly exchange: string;
  readonly routingKey: string;
  readonly form: CloudEventsEncodeOptions['form'];
  readonly mandatory: boolean;
  readonly inFlightMax: number;
  readonly inFlightBytesMax: number;
  readonly confirmTimeoutMs: number;
  readonly messageBytesMax: number;
}

const MIB = 1_048_576;

const count = (description: string, byDefault: number, minimum = 1): ConfigField => ({
  type: 'integer',
  minimum,
  default: byDefault,
  description,
  advanced: true,
});

const size = (description: string, byDefault: number, minimum = 1): ConfigField => ({
  ...count(description, byDefault, minimum),
  unit: 'bytes',
});

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
    queueType: {
      type: 'string',
      enum: ['classic', 'quorum'],
      default: 'classic',
      description: 'Type of our own queue; quorum is always durable.',
    },
    queueMessagesMax: {
      ...count('Messages our own queue keeps while we are away; 0: no limit.', 100_000, 0),
      advanced: false,
    },
    queueBytesMax: {
      ...size('The same, by size; then the oldest are dropped. 0: no limit.', 1_024 * MIB, 0),
      advanced: false,
    },
    queueExpiresMs: {
      type: 'integer',
      minimum: 0,
      default: 7 * 24 * 3_600_000,
      unit: 'ms',
      description: 'RabbitMQ deletes our own queue after nobody read it for this long. 0: never.',
    },
    prefetch: {
      ...count('Messages taken and not acknowledged yet, at most.', 1_000),
      maximum: 65_535,
    } as ConfigField,
    inFlightBytesMax: size('Their bodies together; beyond it, taking more waits.', 64 * MIB),
    messageBytesMax: size('A larger message becomes a dead letter.', 16 * MIB),
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
    mandatory: {
      type: 'boolean',
      default: true,
      description:
        'true: an event for which no queue is bound is kept and sent again. false: it is lost ' +
        'and counts as delivered.',
      advanced: true,
    },
    inFlightMax: count('Messages published and not confirmed yet, at most.', 2_000),
    inFlightBytesMax: size('Their bodies together.', 64 * MIB),
    confirmTimeoutMs: {
      ...count('The connection counts as lost when nothing is confirmed for this long.', 60_000),
      minimum: 1_000,
      unit: 'ms',
    } as ConfigField,
    messageBytesMax: size('A larger event becomes a dead letter.', 16 * MIB),
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
