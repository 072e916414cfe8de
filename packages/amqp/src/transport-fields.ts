import type { ConfigField } from '@viaduct/core';

import type { ConsumingConfig } from './receive/consuming-source.ts';
import type { AmqpConnectionConfig } from './config.ts';
import type { OwnQueueConfig } from './receive/own-queue.ts';
import type { PublishingConfig } from './send/publishing-sink.ts';

/** Bytes of a mebibyte, in which the limits of configurations are given. */
export const MIB = 1_048_576;

type FieldsOf<Config> = { readonly [Key in keyof Required<Config>]: ConfigField };

const inFlightBytesMax: ConfigField = {
  type: 'integer',
  minimum: 1,
  default: 64 * MIB,
  unit: 'bytes',
  description: 'Message bodies under way at once; beyond it, taking more waits.',
  advanced: true,
};

const messageBytesMax: ConfigField = {
  type: 'integer',
  minimum: 1,
  default: 16 * MIB,
  unit: 'bytes',
  description: 'A larger message becomes a dead letter instead of an event.',
  advanced: true,
};

/** The description of {@link ConsumingConfig}, to be spread into an adapter's schema. */
export const CONSUMING_FIELDS: FieldsOf<Omit<ConsumingConfig, keyof AmqpConnectionConfig>> = {
  prefetch: {
    type: 'integer',
    minimum: 1,
    maximum: 65_535,
    default: 1_000,
    description: 'Messages taken from RabbitMQ and not acknowledged yet, at most.',
    advanced: true,
  },
  inFlightBytesMax,
  messageBytesMax,
};

/** The description of {@link OwnQueueConfig}; where a dialect means more by one, it says so. */
export const OWN_QUEUE_FIELDS: FieldsOf<OwnQueueConfig> = {
  queue: {
    type: 'string',
    minLength: 1,
    description: 'Name of our queue; default: viaduct.NAME with the name of this source.',
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
      'RabbitMQ deletes our queue after nobody read it for this long, so that a source that was ' +
      'taken away fills no disk. 0: never.',
  },
};

/** The description of {@link PublishingConfig}, to be spread into an adapter's schema. */
export const PUBLISHING_FIELDS: FieldsOf<Omit<PublishingConfig, keyof AmqpConnectionConfig>> = {
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
  inFlightBytesMax,
  confirmTimeoutMs: {
    type: 'integer',
    minimum: 1_000,
    default: 60_000,
    unit: 'ms',
    description: 'The connection counts as lost when RabbitMQ confirms nothing for this long.',
    advanced: true,
  },
  messageBytesMax,
};
