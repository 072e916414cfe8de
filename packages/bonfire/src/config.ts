import {
  adviseConnection,
  AMQP_CONNECTION_FIELDS,
  CONSUMING_FIELDS,
  MIB,
  OWN_QUEUE_FIELDS,
  parseAddresses,
  PUBLISHING_FIELDS,
  type AmqpConnectionConfig,
  type ConsumingConfig,
  type OwnQueueConfig,
  type PublishingConfig,
} from '@viaduct/amqp';
import type { Advice, ConfigField, ConfigSchema } from '@viaduct/core';

import { DEFAULT_ENCODE_OPTIONS } from './encode/encode-options.ts';
import { EXPERIMENTS_EXCHANGE } from './message.ts';
import { isConstant, templateProblems } from './encode/template.ts';

/** What an operator writes to listen in a queue that lives as long as the connection. */
export interface BonfireSourceConfig extends ConsumingConfig {
  readonly exchange: string;
  readonly routingKeys: readonly string[];
  readonly exchangeCheckMs: number;
}

/** What an operator writes to listen in a durable queue with a name. */
export type BonfireDurableSourceConfig = BonfireSourceConfig & OwnQueueConfig;

/** What an operator writes to publish as BonFIRE's modules do. */
export interface BonfireSinkConfig extends PublishingConfig {
  readonly format: 'simple' | 'detailed';
  readonly exchange: string;
  readonly routingKey: string;
  readonly source: string;
  readonly declare: 'never' | 'direct' | 'topic';
}

/** BonFIRE's documents have some kilobytes. */
const MESSAGE_BYTES = { ...CONSUMING_FIELDS.messageBytesMax, default: 4 * MIB } as ConfigField;

const SOURCE_FIELDS: ConfigSchema<BonfireSourceConfig>['properties'] = {
  ...AMQP_CONNECTION_FIELDS,
  exchange: {
    type: 'string',
    minLength: 1,
    default: EXPERIMENTS_EXCHANGE,
    description:
      'experiments (direct) is for users, resourceUsage (topic) for components of the platform. ' +
      'It is never declared: one that does not exist yet is waited for.',
  },
  routingKeys: {
    type: 'array',
    single: true,
    minItems: 1,
    items: { type: 'string', minLength: 1, description: 'A binding key.' },
    description:
      "What to bind with. On experiments the routing key of each experiment (its API document's " +
      'routing_key), without wildcards; on resourceUsage topics such as res-mng.compute.# or #.',
    examples: [['3fdff0c64c51135f4e5e'], ['res-mng.compute.#', '#.stopped.done']],
  },
  ...CONSUMING_FIELDS,
  messageBytesMax: MESSAGE_BYTES,
  exchangeCheckMs: {
    type: 'integer',
    minimum: 100,
    default: 10_000,
    unit: 'ms',
    description: 'How often a missing exchange is looked for and bindings are renewed.',
    advanced: true,
  },
};

/** The options of the source whose queue is server-named and exclusive. */
export const BONFIRE_SOURCE_CONFIG: ConfigSchema<BonfireSourceConfig> = {
  type: 'object',
  description:
    "Receives BonFIRE's notifications in a queue that RabbitMQ names and deletes with the " +
    'connection, which is all that its users may have: what is sent meanwhile is lost.',
  required: ['url', 'routingKeys'],
  properties: SOURCE_FIELDS,
};

/** The options of the source with a durable queue. */
export const BONFIRE_DURABLE_SOURCE_CONFIG: ConfigSchema<BonfireDurableSourceConfig> = {
  type: 'object',
  description:
    "Receives BonFIRE's notifications in a durable queue with a name, for a user who may create " +
    'one: it keeps what is sent while we are away.',
  required: ['url', 'routingKeys'],
  properties: {
    ...SOURCE_FIELDS,
    ...OWN_QUEUE_FIELDS,
  },
};

/** The options of the sink. */
export const BONFIRE_SINK_CONFIG: ConfigSchema<BonfireSinkConfig> = {
  type: 'object',
  description: "Publishes messages in the form of BonFIRE's notification service on RabbitMQ.",
  required: ['url'],
  properties: {
    ...AMQP_CONNECTION_FIELDS,
    format: {
      type: 'string',
      enum: ['simple', 'detailed'],
      default: DEFAULT_ENCODE_OPTIONS.format,
      description:
        "The format of events of other dialects. BonFIRE's own messages go on in the one they " +
        'came in.',
    },
    exchange: {
      type: 'string',
      minLength: 1,
      default: DEFAULT_ENCODE_OPTIONS.exchange,
      description:
        'The exchange, or a template of it: {names} in braces are filled in from the event. By ' +
        "default BonFIRE's messages keep theirs, all others go to resourceUsage.",
      examples: ['experiments', 'resourceUsage'],
    },
    routingKey: {
      type: 'string',
      minLength: 1,
      default: DEFAULT_ENCODE_OPTIONS.routingKey,
      description:
        "The routing key, or a template of it. By default BonFIRE's messages keep theirs; all " +
        'others have source, objectType and eventType, as on resourceUsage. On experiments it is ' +
        'the routing key of the experiment.',
      examples: ['3fdff0c64c51135f4e5e', '{origin}.{resource.kind}.{eventType}'],
    },
    source: {
      type: 'string',
      minLength: 1,
      default: DEFAULT_ENCODE_OPTIONS.source,
      description:
        'The module that says it, in the message and in the key, for events that come from no ' +
        'module of BonFIRE. Under the name of a real one its readers take them for its own.',
    },
    declare: {
      type: 'string',
      enum: ['never', 'direct', 'topic'],
      default: 'never',
      description:
        'never: publishes to exchanges that exist. direct or topic: creates a missing one of ' +
        'this type, durable; BonFIRE creates its own.',
    },
    ...PUBLISHING_FIELDS,
    mandatory: {
      type: 'boolean',
      default: false,
      description:
        'false: a message for which nobody listens is lost and counts as delivered, as with the ' +
        'original, whose users come and go. true: it is kept and sent again, and those behind ' +
        'it wait.',
      advanced: true,
    },
    messageBytesMax: MESSAGE_BYTES,
  },
};

/** What will surprise in the configuration of a source. */
export function adviseSource(config: BonfireSourceConfig): readonly Advice[] {
  const advice: Advice[] = [...adviseConnection(config), ...adviseVhost(config)];
  if (config.exchange === EXPERIMENTS_EXCHANGE) {
    for (const key of config.routingKeys.filter((one) => /[*#.]/.test(one))) {
      const message = `"${key}": experiments is a direct exchange, which takes keys literally`;
      advice.push({ path: 'routingKeys', message });
    }
  }
  if (config.messageBytesMax > config.inFlightBytesMax) {
    const message = `a message may be larger than inFlightBytesMax (${config.inFlightBytesMax})`;
    advice.push({ path: 'messageBytesMax', message });
  }
  return advice;
}

/** What will surprise in the configuration of a source with a durable queue. */
export function adviseDurableSource(config: BonfireDurableSourceConfig): readonly Advice[] {
  const advice = adviseSource(config);
  if (config.queueMessagesMax > 0 || config.queueBytesMax > 0) return advice;
  const message = 'without limit, the queue fills the disk of RabbitMQ while we are away';
  return [...advice, { path: 'queueMessagesMax', message }];
}

/** What will surprise in the configuration of a sink. */
export function adviseSink(config: BonfireSinkConfig): readonly Advice[] {
  const advice: Advice[] = [...adviseConnection(config), ...adviseVhost(config)];
  for (const path of ['exchange', 'routingKey'] as const) {
    for (const message of templateProblems(config[path])) advice.push({ path, message });
  }
  if (config.exchange === EXPERIMENTS_EXCHANGE && !isConstant(config.routingKey)) {
    const message =
      'experiments is a direct exchange: only who is bound with exactly this key receives a ' +
      "message; users are with their experiment's";
    advice.push({ path: 'routingKey', message });
  }
  return advice;
}

function adviseVhost({ url }: AmqpConnectionConfig): readonly Advice[] {
  const vhosts = addresses(url).map(({ vhost }) => vhost);
  if (!vhosts.includes('/')) return [];
  return [{ path: 'url', message: 'BonFIRE uses the virtual host bonfire; this is the host "/"' }];
}

/** A bad URL is told when connecting. */
function addresses(urls: readonly string[]): ReturnType<typeof parseAddresses> {
  try {
    return parseAddresses(urls);
  } catch {
    return [];
  }
}
