import type { Advice, ConfigSchema } from '@viaduct/core';

import type { OpennebulaEncodeOptions } from './encode/encode-options.ts';
import { CONTENT_BYTES_MAX } from './message.ts';
import { RESYNC_FIELD, type ResyncConfig } from './resync/resync-config.ts';

/** Where OpenNebula's hook driver publishes unless told otherwise (`oned.conf`, `HM_MAD`). */
export const DEFAULT_ENDPOINT = 'tcp://127.0.0.1:2101';

/** CURVE keys of a subscriber, each in the 40 characters of Z85. OpenNebula itself has none. */
export interface OpennebulaSourceCurve {
  /** The publisher's public key. */
  readonly serverKey: string;
  /** Our own pair. Without it a fresh pair is made for each connection. */
  readonly publicKey?: string;
  readonly secretKey?: string;
}

/** What an operator writes for a source. */
export interface OpennebulaSourceConfig {
  readonly endpoint?: readonly string[];
  readonly subscribe?: readonly string[];
  readonly connectTimeoutMs?: number;
  readonly heartbeatMs?: number;
  readonly silenceMs?: number;
  readonly bufferBytesMax?: number;
  readonly messageBytesMax?: number;
  readonly curve?: OpennebulaSourceCurve;
  readonly resync?: ResyncConfig;
}

/** CURVE keys of a publisher. */
export interface OpennebulaSinkCurve {
  readonly secretKey: string;
}

/** What an operator writes for a sink. */
export interface OpennebulaSinkConfig {
  readonly bind?: string;
  readonly copies?: NonNullable<OpennebulaEncodeOptions['copies']>;
  readonly requireSubscriber?: boolean;
  readonly onSlowSubscriber?: 'drop' | 'wait';
  readonly subscriberQueueMax?: number;
  readonly heartbeatMs?: number;
  readonly curve?: OpennebulaSinkCurve;
}

/** A source's configuration with everything filled in that has a default. */
export type SourceSettings = Required<Omit<OpennebulaSourceConfig, 'curve' | 'resync'>> &
  Pick<OpennebulaSourceConfig, 'curve' | 'resync'>;

/** A sink's configuration with everything filled in that has a default. */
export type SinkSettings = Required<Omit<OpennebulaSinkConfig, 'curve'>> &
  Pick<OpennebulaSinkConfig, 'curve'>;

/** Defaults of a source; the schema below shows the same values. */
export const SOURCE_DEFAULTS: SourceSettings = {
  endpoint: [DEFAULT_ENDPOINT],
  subscribe: ['EVENT STATE ', 'EVENT API '],
  connectTimeoutMs: 10_000,
  heartbeatMs: 5_000,
  silenceMs: 0,
  bufferBytesMax: 256 * 1024 * 1024,
  messageBytesMax: CONTENT_BYTES_MAX,
};

/** Defaults of a sink; the schema below shows the same values. */
export const SINK_DEFAULTS: SinkSettings = {
  bind: DEFAULT_ENDPOINT,
  copies: 'all',
  requireSubscriber: false,
  onSlowSubscriber: 'wait',
  subscriberQueueMax: 10_000,
  heartbeatMs: 5_000,
};

const ENDPOINT_PATTERN = '^(tcp://.+:[0-9]{1,5}|ipc://.+)$';
const KEY_PATTERN = '^[0-9A-Za-z.:+=^!/*?&<>()\\[\\]{}@%$#-]{40}$';

/** Describes {@link OpennebulaSourceConfig}. */
export const OPENNEBULA_SOURCE_CONFIG: ConfigSchema<OpennebulaSourceConfig> = {
  type: 'object',
  description:
    "Subscribes to OpenNebula's hook manager over ZeroMQ. Nothing is acknowledged: what is " +
    'published while the connection is down is lost.',
  properties: {
    endpoint: {
      type: 'array',
      single: true,
      minItems: 1,
      items: {
        type: 'string',
        format: 'endpoint',
        pattern: ENDPOINT_PATTERN,
        description: 'The address of one publisher.',
      },
      description:
        'Where the hook driver publishes. For servers in high availability list all of them: ' +
        'only the leader publishes changes of state. A driver listens on loopback unless HM_MAD ' +
        'in oned.conf has another address (-b).',
      default: [...SOURCE_DEFAULTS.endpoint],
      examples: [[DEFAULT_ENDPOINT], ['tcp://one-1:2101', 'tcp://one-2:2101']],
    },
    subscribe: {
      type: 'array',
      single: true,
      minItems: 1,
      items: { type: 'string', description: 'The beginning of a key.' },
      description:
        'Which keys are received, by their beginning. A beginning that stops within a word is ' +
        'closed (`EVENT VM 4` does not get VM 42); a `*` at its end leaves it open. Every change ' +
        'of state is published under two or three keys: `EVENT` alone receives each of them.',
      default: [...SOURCE_DEFAULTS.subscribe],
      examples: [['EVENT STATE VM/'], ['EVENT API one.vm.allocate 1', 'EVENT STATE HOST/ERROR/']],
    },
    connectTimeoutMs: {
      type: 'integer',
      minimum: 100,
      description: 'How long a publisher has to accept the connection and say who it is.',
      default: SOURCE_DEFAULTS.connectTimeoutMs,
      advanced: true,
    },
    heartbeatMs: {
      type: 'integer',
      minimum: 0,
      description:
        'How often the peer is asked whether it is still there; a connection that stays silent for ' +
        'three times as long is given up. 0 turns it off: for publishers with libzmq older than 4.2.',
      default: SOURCE_DEFAULTS.heartbeatMs,
      advanced: true,
    },
    silenceMs: {
      type: 'integer',
      minimum: 0,
      description:
        'Say so, once, when a connected publisher sent nothing for this long: a hook driver can ' +
        'run on without events. 0 turns it off.',
      default: SOURCE_DEFAULTS.silenceMs,
      examples: [600_000],
    },
    bufferBytesMax: {
      type: 'integer',
      minimum: 65_536,
      description:
        'Messages that were received and not yet taken over by the broker. What comes while it ' +
        'is full is dropped and counted as `overflow`.',
      default: SOURCE_DEFAULTS.bufferBytesMax,
      advanced: true,
    },
    messageBytesMax: {
      type: 'integer',
      minimum: 1_024,
      description: 'A longer message becomes a dead letter unread.',
      default: SOURCE_DEFAULTS.messageBytesMax,
      advanced: true,
    },
    resync: RESYNC_FIELD,
    curve: {
      type: 'object',
      description:
        'Encrypts the connection (CurveZMQ), where the publisher offers it: OpenNebula does not.',
      required: ['serverKey'],
      properties: {
        serverKey: {
          type: 'string',
          pattern: KEY_PATTERN,
          description: "The publisher's public key, Z85.",
        },
        publicKey: {
          type: 'string',
          pattern: KEY_PATTERN,
          description: 'Our public key, Z85. Made afresh for each connection where left out.',
        },
        secretKey: {
          type: 'string',
          pattern: KEY_PATTERN,
          secret: true,
          description: 'Our secret key, Z85.',
        },
      },
      advanced: true,
    },
  },
};

/** Describes {@link OpennebulaSinkConfig}. */
export const OPENNEBULA_SINK_CONFIG: ConfigSchema<OpennebulaSinkConfig> = {
  type: 'object',
  description:
    'Publishes over ZeroMQ like the hook driver of OpenNebula. Nobody confirms: what is sent ' +
    'while a subscriber is away does not reach it.',
  properties: {
    bind: {
      type: 'string',
      format: 'endpoint',
      pattern: ENDPOINT_PATTERN,
      description: 'The address to listen on; subscribers connect to it.',
      default: SINK_DEFAULTS.bind,
      examples: ['tcp://127.0.0.1:2111'],
    },
    copies: {
      type: 'string',
      enum: ['all', 'state'],
      description:
        '`all` publishes a change of state under every key that the real driver uses, `state` ' +
        "only under `EVENT STATE`, which is all that OpenNebula's hook manager reads.",
      default: SINK_DEFAULTS.copies,
    },
    requireSubscriber: {
      type: 'boolean',
      description: 'Keep events in the journal while nobody at all is subscribed.',
      default: SINK_DEFAULTS.requireSubscriber,
    },
    onSlowSubscriber: {
      type: 'string',
      enum: ['drop', 'wait'],
      description:
        'What happens when the queue to a subscriber is full: `wait` keeps everything in the ' +
        'journal until it reads on, so that one slow subscriber stalls all; `drop` loses the ' +
        'message for that subscriber, as OpenNebula does, and ZeroMQ tells nobody.',
      default: SINK_DEFAULTS.onSlowSubscriber,
    },
    subscriberQueueMax: {
      type: 'integer',
      minimum: 1,
      unit: 'messages',
      description: 'Messages that may wait in memory for each subscriber.',
      default: SINK_DEFAULTS.subscriberQueueMax,
      advanced: true,
    },
    heartbeatMs: {
      type: 'integer',
      minimum: 0,
      description:
        'How soon a subscriber whose machine or network is gone is noticed: it is asked this ' +
        'often, and three times. By TCP where slow subscribers are waited for, so that one which ' +
        'only does not read is not taken for gone; else by ZeroMQ. 0 turns it off.',
      default: SINK_DEFAULTS.heartbeatMs,
      advanced: true,
    },
    curve: {
      type: 'object',
      description:
        'Encrypts the connections (CurveZMQ). It does not authorise: any subscriber that knows ' +
        'the public key is served.',
      required: ['secretKey'],
      properties: {
        secretKey: {
          type: 'string',
          pattern: KEY_PATTERN,
          secret: true,
          description: 'The secret key of this publisher, Z85.',
        },
      },
      advanced: true,
    },
  },
};

/** What is valid for a source and will surprise. */
export function adviseSource(config: OpennebulaSourceConfig): readonly Advice[] {
  const settings: SourceSettings = { ...SOURCE_DEFAULTS, ...config };
  const advice: Advice[] = [];
  if (settings.subscribe.some((prefix) => /^\s*(EVENT)?[\s*]*$/.test(prefix))) {
    advice.push({
      path: 'subscribe',
      message:
        'this receives every key: each change of state arrives two or three times (the copies ' +
        'are merged, at a cost). `EVENT STATE ` and `EVENT API ` get each once.',
    });
  }
  if (settings.bufferBytesMax < settings.messageBytesMax) {
    advice.push({
      path: 'bufferBytesMax',
      message: 'it is smaller than messageBytesMax: a long message that is allowed never fits.',
    });
  }
  if ((settings.curve?.publicKey === undefined) !== (settings.curve?.secretKey === undefined)) {
    advice.push({
      path: 'curve',
      message: 'publicKey and secretKey are used together or not at all: a fresh pair is made.',
    });
  }
  const { resync } = settings;
  if (
    resync !== undefined &&
    (resync.session === undefined) === (resync.sessionFile === undefined)
  ) {
    advice.push({
      path: 'resync',
      message: 'one of session and sessionFile is needed, and only one: nobody may ask without.',
    });
  }
  return advice;
}

/** What is valid for a sink and will surprise. */
export function adviseSink(config: OpennebulaSinkConfig): readonly Advice[] {
  const settings: SinkSettings = { ...SINK_DEFAULTS, ...config };
  const advice: Advice[] = [];
  if (portOf(settings.bind) === portOf(DEFAULT_ENDPOINT)) {
    advice.push({
      path: 'bind',
      message:
        "port 2101 is also where OpenNebula's own hook driver publishes and where a source reads " +
        'by default: on one machine the sink needs another port.',
    });
  }
  if (settings.bind.startsWith('tcp://') && !isLoopback(settings.bind)) {
    const reach =
      settings.curve === undefined
        ? 'whoever reaches this port reads every event, unencrypted'
        : 'CURVE encrypts and does not authorise: who knows the public key reads every event';
    advice.push({ path: 'bind', message: `${reach}. A firewall has to decide who may connect.` });
  }
  if (settings.onSlowSubscriber === 'drop') {
    advice.push({
      path: 'onSlowSubscriber',
      message: 'with `drop`, a subscriber that reads too slowly misses events and nobody knows.',
    });
  }
  return advice;
}

function portOf(endpoint: string): string | undefined {
  return /:(\d+)$/.exec(endpoint)?.[1];
}

function isLoopback(endpoint: string): boolean {
  return /^tcp:\/\/(127\.|localhost:|\[::1\])/.test(endpoint);
}
