import {
  AMQP_CONNECTION_FIELDS,
  adviseConnection,
  CONSUMING_FIELDS,
  OWN_QUEUE_FIELDS,
  PUBLISHING_FIELDS,
  type ConsumingConfig,
  type OwnQueueConfig,
  type PublishingConfig,
} from '@viaduct/amqp';
import type { Advice, ConfigSchema } from '@viaduct/core';

import { DEFAULT_ENCODE_OPTIONS } from './encode/encode-options.ts';
import { EVENTS_EXCHANGE } from './message.ts';

/** What an operator writes to receive the events of a manager. */
export interface CloudifySourceConfig extends ConsumingConfig, OwnQueueConfig {
  readonly exchanges: readonly string[];
  readonly routingKeys: readonly string[];
  readonly declare: 'create' | 'never';
  readonly durable: boolean;
  readonly exchangeCheckMs: number;
}

/** What an operator writes to publish events as a manager does. */
export interface CloudifySinkConfig extends PublishingConfig {
  readonly exchange: string;
  readonly tenant: string;
  readonly declare: 'create' | 'never';
}

/** The options of the source. */
export const CLOUDIFY_SOURCE_CONFIG: ConfigSchema<CloudifySourceConfig> = {
  type: 'object',
  description:
    'Receives workflow events of Cloudify 4.5.5 to 7.x from the RabbitMQ of its manager, in a ' +
    'queue of its own.',
  required: ['url'],
  properties: {
    ...AMQP_CONNECTION_FIELDS,
    exchanges: {
      type: 'array',
      single: true,
      minItems: 1,
      items: { type: 'string', minLength: 1, description: 'The name of an exchange.' },
      default: [EVENTS_EXCHANGE],
      description:
        'Exchanges to listen to. They are never declared: one that does not exist yet is waited ' +
        'for. Add cloudify-logs for the log messages of 4.5.5 to 6.1.',
    },
    routingKeys: {
      type: 'array',
      single: true,
      minItems: 1,
      items: { type: 'string', minLength: 1, description: 'A binding key.' },
      default: ['events.#'],
      description:
        'What to bind with: events.hooks for the five workflow events alone, events.# for those ' +
        'of tasks and nodes too, which managers up to 6.1 send.',
    },
    queue: OWN_QUEUE_FIELDS.queue,
    declare: {
      type: 'string',
      enum: ['create', 'never'],
      default: 'create',
      description:
        'create: makes our queue and its bindings where they are missing. never: reads a queue ' +
        'that somebody made and bound, for a user who may do neither.',
    },
    durable: {
      type: 'boolean',
      default: true,
      description: 'Whether our queue survives a restart of RabbitMQ.',
    },
    queueType: OWN_QUEUE_FIELDS.queueType,
    queueMessagesMax: OWN_QUEUE_FIELDS.queueMessagesMax,
    queueBytesMax: OWN_QUEUE_FIELDS.queueBytesMax,
    queueExpiresMs: OWN_QUEUE_FIELDS.queueExpiresMs,
    ...CONSUMING_FIELDS,
    exchangeCheckMs: {
      type: 'integer',
      minimum: 100,
      default: 10_000,
      unit: 'ms',
      description: 'How often missing exchanges are looked for and bindings are renewed.',
      advanced: true,
    },
  },
};

/** The options of the sink. */
export const CLOUDIFY_SINK_CONFIG: ConfigSchema<CloudifySinkConfig> = {
  type: 'object',
  description: 'Publishes workflow events on RabbitMQ in the form of Cloudify 6.2 to 7.x.',
  required: ['url'],
  properties: {
    ...AMQP_CONNECTION_FIELDS,
    exchange: {
      type: 'string',
      minLength: 1,
      default: DEFAULT_ENCODE_OPTIONS.exchange,
      description:
        'The topic exchange. The five workflow events go under events.hooks, all others under ' +
        'events.',
    },
    tenant: {
      type: 'string',
      minLength: 1,
      default: DEFAULT_ENCODE_OPTIONS.tenant,
      description: 'The tenant of events that know neither project nor group.',
    },
    declare: {
      type: 'string',
      enum: ['create', 'never'],
      default: 'create',
      description:
        'create: makes the exchange where it is missing, durable and of type topic, as the ' +
        'manager does. never: uses what is there.',
    },
    ...PUBLISHING_FIELDS,
  },
};

/** What will surprise in the configuration of a source. */
export function adviseSource(config: CloudifySourceConfig): readonly Advice[] {
  const advice: Advice[] = [...adviseConnection(config)];
  const unlimited = config.queueMessagesMax === 0 && config.queueBytesMax === 0;
  if (unlimited && config.declare === 'create') {
    const message = "without limit, the queue fills the manager's disk while we are away";
    advice.push({ path: 'queueMessagesMax', message });
  }
  if (config.queue === 'cloudify-hooks' || config.queue === 'cloudify-logs-events') {
    const message = `"${config.queue}" is the manager's own: reading it takes its events away`;
    advice.push({ path: 'queue', message });
  }
  if (config.messageBytesMax > config.inFlightBytesMax) {
    const message = `a message may be larger than inFlightBytesMax (${config.inFlightBytesMax})`;
    advice.push({ path: 'messageBytesMax', message });
  }
  return advice;
}

/** What will surprise in the configuration of a sink. */
export function adviseSink(config: CloudifySinkConfig): readonly Advice[] {
  const advice: Advice[] = [...adviseConnection(config)];
  if (!config.mandatory) {
    const message = 'messages for which no queue is bound are lost and count as delivered';
    advice.push({ path: 'mandatory', message });
  }
  return advice;
}
