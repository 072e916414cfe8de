import type { Advice, ConfigField, ConfigSchema } from '@viaduct/core';
import {
  DATAGRAM_BYTES_DEFAULT,
  DATAGRAM_BYTES_MIN,
  PROFILES,
  type Profile,
} from './encode/encode-options.ts';
import { isLoopback, parseEndpoint } from './endpoint.ts';
import { ENGINE_ID_PATTERN } from './security/engine.ts';
import { DEFAULT_ENTERPRISE_BASE } from './mapping.ts';
import { DATAGRAM_BYTES_MAX } from './message.ts';
import { ENTERPRISE_BASE_PATTERN } from './mib/mib.ts';
import { USER_FIELDS, userProblem, type SnmpUser } from './security/user.ts';

/** What an operator writes for a sink. */
export interface SnmpSinkConfig {
  readonly target: string;
  readonly version?: 1 | 2 | 3;
  readonly community?: string;
  readonly user?: SnmpUser;
  readonly contextName?: string;
  readonly engineId?: string;
  readonly inform?: boolean;
  readonly informTimeoutMs?: number;
  readonly informRetries?: number;
  readonly profile?: Profile;
  readonly enterpriseBase?: string;
  readonly datagramBytesMax?: number;
  readonly sourceAddress?: string;
  readonly coldStart?: boolean;
  readonly heartbeatMs?: number;
}

/** What an operator writes for a source. */
export interface SnmpSourceConfig {
  readonly listen?: readonly string[];
  readonly versions?: readonly (1 | 2 | 3)[];
  readonly communities?: readonly string[];
  readonly users?: readonly SnmpUser[];
  readonly engineId?: string;
  readonly replayProtection?: 'window' | 'repeats';
  readonly mibs?: readonly string[];
  readonly bufferBytesMax?: number;
  readonly pendingInformsMax?: number;
  readonly answeredMs?: number;
  readonly receiveBufferBytes?: number;
}

type SinkOptional =
  'community' | 'user' | 'contextName' | 'engineId' | 'sourceAddress' | 'coldStart';
type SourceOptional = 'communities' | 'engineId';

/** A sink's configuration with everything filled in that has a default. */
export type SinkSettings = Required<Omit<SnmpSinkConfig, SinkOptional>> &
  Pick<SnmpSinkConfig, SinkOptional>;

/** A source's configuration with everything filled in that has a default. */
export type SourceSettings = Required<Omit<SnmpSourceConfig, SourceOptional>> &
  Pick<SnmpSourceConfig, SourceOptional>;

/** Where traps are received unless told otherwise: a port that needs no privilege. */
const DEFAULT_LISTEN = '127.0.0.1:1162';

/** Defaults of a sink; the schema below shows the same values. */
export const SINK_DEFAULTS: Omit<SinkSettings, 'target'> = {
  version: 2,
  inform: false,
  informTimeoutMs: 3_000,
  informRetries: 3,
  profile: 'viaduct',
  enterpriseBase: DEFAULT_ENTERPRISE_BASE,
  datagramBytesMax: DATAGRAM_BYTES_DEFAULT,
  heartbeatMs: 0,
};

/** Defaults of a source; the schema below shows the same values. */
export const SOURCE_DEFAULTS: SourceSettings = {
  listen: [DEFAULT_LISTEN],
  versions: [1, 2, 3],
  users: [],
  replayProtection: 'window',
  mibs: [],
  bufferBytesMax: 64 * 1024 * 1024,
  pendingInformsMax: 20_000,
  answeredMs: 180_000,
  receiveBufferBytes: 8 * 1024 * 1024,
};

const ENGINE_ID: ConfigField = {
  type: 'string',
  pattern: ENGINE_ID_PATTERN,
  description:
    'The id of our SNMP engine, hexadecimal, 5 to 32 bytes. By default it is made of the ' +
    "broker's id and the name here, so it stays the same; the log shows it.",
  advanced: true,
};

/** Describes {@link SnmpSinkConfig}. */
export const sinkConfig: ConfigSchema<SnmpSinkConfig> = {
  type: 'object',
  description:
    'Sends events to a network manager as SNMP notifications: traps, which nobody confirms, or ' +
    'informs, which are delivered when the manager has answered.',
  required: ['target'],
  properties: {
    target: {
      type: 'string',
      format: 'host',
      description: 'The manager: a host, with a port where it is not 162. IPv6 in brackets.',
      examples: ['192.0.2.10:162', '[2001:db8::10]:162', 'nms.example.org'],
    },
    version: {
      type: 'integer',
      minimum: 1,
      maximum: 3,
      description: 'The version of SNMP: 1, 2 (which is v2c) or 3. Version 1 has no informs.',
      default: SINK_DEFAULTS.version,
    },
    community: {
      type: 'string',
      secret: true,
      minLength: 1,
      description: 'The community of versions 1 and 2. It has no default.',
    },
    user: { ...USER_FIELDS, description: `${USER_FIELDS.description} Required for version 3.` },
    contextName: { type: 'string', description: 'The context of version 3.', advanced: true },
    engineId: ENGINE_ID,
    inform: {
      type: 'boolean',
      description: 'Send informs instead of traps.',
      default: SINK_DEFAULTS.inform,
    },
    informTimeoutMs: {
      type: 'integer',
      minimum: 100,
      description: 'How long an answer is waited for before the inform is sent again.',
      default: SINK_DEFAULTS.informTimeoutMs,
    },
    informRetries: {
      type: 'integer',
      minimum: 0,
      maximum: 20,
      unit: 'times',
      description: 'How often an inform is sent again within one attempt.',
      default: SINK_DEFAULTS.informRetries,
    },
    profile: {
      type: 'string',
      enum: [...PROFILES],
      description:
        '`viaduct` sends notifications of VIADUCT-MIB with a varbind for each fact; `cloudify` the ' +
        'five traps of CLOUDIFY-MIB as that module says; `cloudify-as-shipped` the same as the ' +
        'product really sends them.',
      default: SINK_DEFAULTS.profile,
    },
    enterpriseBase: {
      type: 'string',
      pattern: ENTERPRISE_BASE_PATTERN,
      description:
        'Where VIADUCT-MIB stands: an object identifier below the enterprise number of your ' +
        'organisation. The default is set aside for documentation (RFC 5612).',
      default: SINK_DEFAULTS.enterpriseBase,
      examples: ['1.3.6.1.4.1.99999.7'],
    },
    datagramBytesMax: {
      type: 'integer',
      minimum: DATAGRAM_BYTES_MIN,
      maximum: DATAGRAM_BYTES_MAX,
      description:
        'The longest datagram; what does not fit is shortened and reported as a loss. 1472 ' +
        'crosses an Ethernet in one piece, 484 is what every receiver must take.',
      default: SINK_DEFAULTS.datagramBytesMax,
    },
    sourceAddress: {
      type: 'string',
      description: 'The address of this machine to send from, where it has several.',
      advanced: true,
    },
    coldStart: {
      type: 'boolean',
      description:
        'Send the standard trap coldStart when the sink starts. On by default with the profile ' +
        '`viaduct`.',
    },
    heartbeatMs: {
      type: 'integer',
      minimum: 0,
      description: 'Send viaductHeartbeat every so often. 0 turns it off.',
      default: SINK_DEFAULTS.heartbeatMs,
    },
  },
};

/** Describes {@link SnmpSourceConfig}. */
export const sourceConfig: ConfigSchema<SnmpSourceConfig> = {
  type: 'object',
  description:
    'Receives SNMP notifications. An inform is answered only after its event is in the journal; ' +
    'traps cannot be acknowledged.',
  properties: {
    listen: {
      type: 'array',
      single: true,
      minItems: 1,
      items: { type: 'string', format: 'host', description: 'An address and a UDP port.' },
      description: 'Where to listen. The standard port 162 needs a privilege or a redirection.',
      default: [...SOURCE_DEFAULTS.listen],
      examples: [['127.0.0.1:1162'], ['0.0.0.0:1162', '[::]:1162']],
    },
    versions: {
      type: 'array',
      single: true,
      minItems: 1,
      items: { type: 'integer', minimum: 1, maximum: 3, description: '1, 2 (v2c) or 3.' },
      description: 'Which versions are taken.',
      default: [...SOURCE_DEFAULTS.versions],
    },
    communities: {
      type: 'array',
      single: true,
      items: { type: 'string', secret: true, description: 'A community.' },
      description: 'Which communities are taken (versions 1 and 2). By default every one.',
    },
    users: {
      type: 'array',
      single: true,
      items: USER_FIELDS,
      description: 'The users of version 3; nobody else is let in.',
      default: [],
    },
    engineId: ENGINE_ID,
    replayProtection: {
      type: 'string',
      enum: ['window', 'repeats'],
      description:
        '`window` refuses authenticated messages that are more than 150 seconds behind the newest ' +
        'of the same sender (RFC 3414) and exact repetitions; `repeats` only the latter, for ' +
        'senders whose clock or count of boots does not grow.',
      default: SOURCE_DEFAULTS.replayProtection,
      advanced: true,
    },
    mibs: {
      type: 'array',
      single: true,
      items: { type: 'string', format: 'path', description: 'A file with one MIB module.' },
      description:
        'MIB modules that name what is received, each after those that it imports from. Those of ' +
        'SNMPv2 itself are known.',
      default: [],
    },
    bufferBytesMax: {
      type: 'integer',
      minimum: 65_536,
      description:
        'Notifications that were received and not yet taken over by the broker. What comes while ' +
        'it is full is dropped and counted as `overflow`; informs are not answered then.',
      default: SOURCE_DEFAULTS.bufferBytesMax,
      advanced: true,
    },
    pendingInformsMax: {
      type: 'integer',
      minimum: 1,
      unit: 'informs',
      description: 'Informs that may wait for their answer, and answers remembered, at most.',
      default: SOURCE_DEFAULTS.pendingInformsMax,
      advanced: true,
    },
    answeredMs: {
      type: 'integer',
      minimum: 1_000,
      description: 'How long an answer is remembered, for an inform that comes again.',
      default: SOURCE_DEFAULTS.answeredMs,
      advanced: true,
    },
    receiveBufferBytes: {
      type: 'integer',
      minimum: 4_096,
      description:
        "The socket's receive buffer in the kernel, which may grant less (net.core.rmem_max). What " +
        'does not fit there is counted as `kernel-drops`.',
      default: SOURCE_DEFAULTS.receiveBufferBytes,
      advanced: true,
    },
  },
};

/** Why a sink cannot work as it is configured; `undefined` where it can. */
export function sinkProblem(config: SnmpSinkConfig): string | undefined {
  const { version = SINK_DEFAULTS.version, user, community, inform, target } = config;
  if (parseEndpoint(target, 162) === undefined)
    return `target ${JSON.stringify(target)} is no host`;
  if (version === 3) {
    return user === undefined ? 'version 3 needs a user' : userProblem(user);
  }
  if (community === undefined) return `version ${version} needs a community`;
  return version === 1 && inform === true ? 'version 1 has no informs' : undefined;
}

/** What is valid for a sink and will surprise. */
export function adviseSink(config: SnmpSinkConfig): readonly Advice[] {
  const advice: Advice[] = [];
  const problem = sinkProblem(config);
  if (problem !== undefined) advice.push({ path: '', message: `it cannot send: ${problem}.` });
  const { profile = SINK_DEFAULTS.profile, enterpriseBase = DEFAULT_ENTERPRISE_BASE } = config;
  if (profile === 'viaduct' && enterpriseBase === DEFAULT_ENTERPRISE_BASE) {
    advice.push({
      path: 'enterpriseBase',
      message:
        'the default is the number that RFC 5612 sets aside for documentation. Put your ' +
        "organisation's own there (IANA assigns them free of charge) before managers rely on it.",
    });
  }
  if (config.user?.authProtocol === 'md5' || config.user?.authProtocol === 'sha') {
    advice.push({
      path: 'user.authProtocol',
      message: 'sha256 or longer is what is secure today.',
    });
  }
  return advice;
}

/** What is valid for a source and will surprise. */
export function adviseSource(config: SnmpSourceConfig): readonly Advice[] {
  const settings: SourceSettings = { ...SOURCE_DEFAULTS, ...config };
  const advice: Advice[] = [];
  for (const [index, text] of settings.listen.entries()) {
    const endpoint = parseEndpoint(text, 1162);
    const path = `listen[${index}]`;
    if (endpoint === undefined) advice.push({ path, message: `${text} is no address and port.` });
    else if (!isLoopback(endpoint.host) && settings.communities === undefined) {
      advice.push({
        path: 'communities',
        message:
          `${text} is reached from elsewhere and every community is taken: whoever reaches the ` +
          'port can send events. List communities, or take version 3 only.',
      });
    }
  }
  for (const [index, user] of settings.users.entries()) {
    const problem = userProblem(user);
    if (problem !== undefined) advice.push({ path: `users[${index}]`, message: `${problem}.` });
  }
  return advice;
}
