import { AMQP_CONNECTION_FIELDS, adviseConnection, type AmqpConnectionConfig } from '@viaduct/amqp';
import type { Advice, ConfigField, ConfigSchema } from '@viaduct/core';

import { DEFAULT_ENCODE_OPTIONS } from './encode-options.ts';
import { EVENTS_EXCHANGE } from './message.ts';

/** What an operator writes to receive the events of a manager. */
export interface CloudifySourceConfig extends AmqpConnectionConfig {
  readonly exchanges: readonly string[];
  readonly routingKeys: readonly string[];
  readonly queue?: string;
  readonly declare: 'create' | 'never';
  readonly durable: boolean;
  readonly queueType: 'classic' | 'quorum';
  readonly queueMessagesMax: number;
  readonly queueBytesMax: number;
  readonly queueExpiresMs: number;
  readonly prefetch: number;
  readonly inFlightBytesMax: number;
  readonly messageBytesMax: number;
  readonly exchangeCheckMs: number;
}

/** What an operator writes to publish events as a manager does. */
export interface CloudifySinkConfig extends AmqpConnectionConfig {
  readonly exchange: string;
  readonly tenant: string;
  readonly declare: 'create' | 'never';
  readonly mandatory: boolean;
  readonly inFlightMax: number;
  readonly inFlightBytesMax: number;
  readonly confirmTimeoutMs: number;
  readonly messageBytesMax: number;
}

const MIB = 1_048_576;

const IN_FLIGHT_BYTES: ConfigField = {
  type: 'integer',
  minimum: 1,
  default: 64 * MIB,
  unit: 'bytes',
  description: 'Message bodies under way at once; beyond it, taking more waits.',
  advanced: true,
};

const MESSAGE_BYTES: ConfigField = {
  type: 'integer',
  minimum: 1,
  default: 16 * MIB,
  unit: 'bytes',
  description: 'A larger message becomes a dead letter instead of an event.',
  advanced: true,
};

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
    queue: {
      type: 'string',
      minLength: 1,
      description: 'Name of our own queue; default: viaduct.NAME with the name of this source.',
    },
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
    queueType: {
      type: 'string',
      enum: ['classic', 'quorum'],
      default: 'classic',
      description: 'Type of our queue, where this source creates it. quorum is always durable.',
    },
    queueMessagesMax: {
      type: 'integer',
      minimum: 0,
      default: 100_000,
      description:
        'Messages our queue keeps while we are away; then the oldest are dropped. 0: no limit.',
    },
    queueBytesMax: {
      type: 'integer',
      minimum: 0,
      default: 256 * MIB,
      unit: 'bytes',
      description: 'The same, by size of the bodies. 0: no limit.',
    },
    queueExpiresMs: {
      type: 'integer',
      minimum: 0,
      default: 7 * 24 * 3_600_000,
      unit: 'ms',
      description:
        'RabbitMQ deletes our queue after nobody read it for this long, so that a source that ' +
        "was taken away does not fill the manager's disk. 0: never.",
    },
    prefetch: {
      type: 'integer',
      minimum: 1,
      maximum: 65_535,
      default: 1_000,
      description: 'Messages taken from RabbitMQ and not acknowledged yet, at most.',
      advanced: true,
    },
    inFlightBytesMax: IN_FLIGHT_BYTES,
    messageBytesMax: MESSAGE_BYTES,
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
    mandatory: {
      type: 'boolean',
      default: true,
      description:
        'true: a message for which no queue is bound is kept and sent again. false: it is lost ' +
        'and counts as delivered.',
      advanced: true,
    },
    inFlightMax: {
      type: 'integer',
      minimum: 1,
      default: 2_000,
      description: 'Messages published and not confirmed yet, at most.',
      advanced: true,
    },
    inFlightBytesMax: IN_FLIGHT_BYTES,
    confirmTimeoutMs: {
      type: 'integer',
      minimum: 1_000,
      default: 60_000,
      unit: 'ms',
      description: 'The connection counts as lost when RabbitMQ confirms nothing for this long.',
      advanced: true,
    },
    messageBytesMax: MESSAGE_BYTES,
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
