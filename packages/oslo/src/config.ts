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
import type { Advice, ConfigField, ConfigSchema } from '@viaduct/core';

import { DEFAULT_ENCODE_OPTIONS } from './encode/encode-options.ts';
import { PRIORITIES, type Priority } from './priority.ts';

/** What an operator writes for a notification listener. */
export interface OsloSourceConfig extends ConsumingConfig, OwnQueueConfig {
  readonly exchanges: readonly string[];
  readonly topics: readonly string[];
  readonly priorities?: readonly Priority[];
  readonly mode: 'own-queue' | 'pool' | 'consume-default';
  readonly durable: boolean;
  readonly exchangeCheckMs: number;
}

/** What an operator writes for a notifier. */
export interface OsloSinkConfig extends PublishingConfig {
  readonly exchange: string;
  readonly topic: string;
  readonly format: 'v1' | 'v2';
  readonly publisherId?: string;
  readonly priorities: readonly Priority[];
  readonly declare: 'create' | 'never';
  readonly durable: boolean;
  readonly queueType: 'classic' | 'quorum';
  readonly autoDelete: boolean;
  readonly backlogCheckMs: number;
  readonly backlogWarnMessages: number;
}

const PRIORITY_ITEM: ConfigField = {
  type: 'string',
  enum: PRIORITIES,
  description: 'A priority of oslo.messaging, in lower case.',
};

const NAME_ITEM = (description: string): ConfigField => ({
  type: 'string',
  minLength: 1,
  description,
});

/** The listener's options. */
export const OSLO_SOURCE_CONFIG: ConfigSchema<OsloSourceConfig> = {
  type: 'object',
  description:
    'Receives OpenStack notifications from RabbitMQ, as an oslo.messaging listener does.',
  required: ['url'],
  properties: {
    ...AMQP_CONNECTION_FIELDS,
    exchanges: {
      type: 'array',
      single: true,
      minItems: 1,
      items: NAME_ITEM("An exchange: a service's control_exchange."),
      default: ['openstack', 'nova', 'neutron', 'glance', 'cinder', 'heat', 'keystone'],
      description:
        'Exchanges to listen to. They are never declared: one that does not exist yet is ' +
        'waited for. Cinder and manila publish on "openstack" unless configured otherwise.',
    },
    topics: {
      type: 'array',
      single: true,
      minItems: 1,
      items: NAME_ITEM('A topic.'),
      default: ['notifications'],
      description:
        "Topics to listen to. Nova's versioned notifications come on versioned_notifications; " +
        'listening to both gives everything twice where nova sends both formats.',
    },
    priorities: {
      type: 'array',
      single: true,
      minItems: 1,
      items: PRIORITY_ITEM,
      description: 'Only these priorities; default: all.',
    },
    mode: {
      type: 'string',
      enum: ['own-queue', 'pool', 'consume-default'],
      default: 'own-queue',
      description:
        'own-queue: a copy of everything in a queue of our own. pool: a queue shared with the ' +
        'other members of an oslo.messaging pool. consume-default: takes from TOPIC.PRIORITY ' +
        'itself, which takes those messages away from ceilometer and whoever else reads there.',
    },
    queue: {
      type: 'string',
      minLength: 1,
      description:
        'Name of our own queue or of the pool; default: viaduct.NAME with the name of this source. ' +
        'Two brokers with a source of the same name share that queue, and each gets only a part of ' +
        'the events: give each a queue of its own.',
    },
    durable: {
      type: 'boolean',
      default: true,
      description:
        'Whether our queue survives a restart of RabbitMQ. In a pool, what the other members use.',
    },
    queueType: OWN_QUEUE_FIELDS.queueType,
    queueMessagesMax: OWN_QUEUE_FIELDS.queueMessagesMax,
    queueBytesMax: { ...OWN_QUEUE_FIELDS.queueBytesMax, default: 1_024 * MIB },
    queueExpiresMs: OWN_QUEUE_FIELDS.queueExpiresMs,
    ...CONSUMING_FIELDS,
    exchangeCheckMs: {
      type: 'integer',
      minimum: 100,
      default: 10_000,
      unit: 'ms',
      description:
        'How often missing exchanges are looked for and bindings are renewed: a service that ' +
        're-creates its exchange takes our binding away with it.',
      advanced: true,
    },
  },
};

/** The notifier's options. */
export const OSLO_SINK_CONFIG: ConfigSchema<OsloSinkConfig> = {
  type: 'object',
  description: 'Publishes OpenStack notifications on RabbitMQ, as an oslo.messaging notifier does.',
  required: ['url'],
  properties: {
    ...AMQP_CONNECTION_FIELDS,
    exchange: {
      type: 'string',
      minLength: 1,
      default: DEFAULT_ENCODE_OPTIONS.exchange,
      description: "The topic exchange: the listeners' control_exchange.",
    },
    topic: {
      type: 'string',
      minLength: 1,
      default: DEFAULT_ENCODE_OPTIONS.topic,
      description: 'The topic; the routing key is TOPIC.PRIORITY.',
    },
    format: {
      type: 'string',
      enum: ['v1', 'v2'],
      default: DEFAULT_ENCODE_OPTIONS.format,
      description: 'v2 is the driver messagingv2 (with envelope), v1 the driver messaging.',
    },
    publisherId: {
      type: 'string',
      description: 'publisher_id of all notifications; default: made of the event, SERVICE.HOST.',
    },
    priorities: {
      type: 'array',
      single: true,
      minItems: 1,
      items: PRIORITY_ITEM,
      default: DEFAULT_ENCODE_OPTIONS.priorities,
      description:
        'Priorities to use. Each has a queue of its own; one without a reader grows without bound.',
    },
    declare: {
      type: 'string',
      enum: ['create', 'never'],
      default: 'create',
      description:
        'create: makes the exchange, TOPIC.PRIORITY and its binding where they are missing, as ' +
        'the original does. never: uses what is there, as it is.',
    },
    durable: {
      type: 'boolean',
      default: false,
      description:
        'As amqp_durable_queues of the OpenStack services on this bus. Where the two differ, ' +
        'their notifications are lost: ask them. RabbitMQ 4.3 refuses queues that are not durable.',
    },
    queueType: {
      type: 'string',
      enum: ['classic', 'quorum'],
      default: 'classic',
      description: 'As rabbit_quorum_queue of the OpenStack services; quorum is always durable.',
    },
    autoDelete: {
      type: 'boolean',
      default: false,
      description: 'As amqp_auto_delete of the OpenStack services.',
      advanced: true,
    },
    ...PUBLISHING_FIELDS,
    backlogCheckMs: {
      type: 'integer',
      minimum: 0,
      default: 60_000,
      unit: 'ms',
      description: 'How often to look for queues that grow with nobody reading. 0: never.',
      advanced: true,
    },
    backlogWarnMessages: {
      type: 'integer',
      minimum: 1,
      default: 1_000,
      description: 'Messages in a queue without reader from which on that is worth a warning.',
      advanced: true,
    },
  },
};

/** What will surprise in a listener's configuration. */
export function adviseSource(config: OsloSourceConfig): readonly Advice[] {
  const advice: Advice[] = [...adviseConnection(config)];
  if (config.mode === 'own-queue') {
    if (config.queueMessagesMax === 0 && config.queueBytesMax === 0) {
      const message = 'without limit, the queue fills the disk of RabbitMQ while we are away';
      advice.push({ path: 'queueMessagesMax', message });
    }
    if (!config.durable && config.queueType === 'classic') {
      const message = 'the queue and what waits in it are gone after a restart of RabbitMQ';
      advice.push({ path: 'durable', message });
    }
  }
  if (config.mode === 'consume-default') {
    const message = 'takes notifications away from other readers of these queues (ceilometer)';
    advice.push({ path: 'mode', message });
  }
  if (config.messageBytesMax > config.inFlightBytesMax) {
    const message = `a message may be larger than inFlightBytesMax (${config.inFlightBytesMax})`;
    advice.push({ path: 'messageBytesMax', message });
  }
  for (const pattern of [...config.topics, ...config.exchanges]) {
    if (!/[*#]/.test(pattern)) continue;
    const message = `"${pattern}": names are taken literally; "#" would bind RPC traffic as well`;
    advice.push({ path: 'topics', message });
  }
  return advice;
}

/** What will surprise in a notifier's configuration. */
export function adviseSink(config: OsloSinkConfig): readonly Advice[] {
  const advice: Advice[] = [...adviseConnection(config)];
  if (config.queueType === 'quorum' && !config.durable) {
    advice.push({ path: 'durable', message: 'queueType: quorum makes exchange and queue durable' });
  }
  if (!config.mandatory) {
    const message = 'messages for which no queue is bound are lost and count as delivered';
    advice.push({ path: 'mandatory', message });
  }
  return advice;
}
