import type { ConfigField } from '@viaduct/core';
import type { PoolName } from '../decode/pools.ts';

/** When the states of all objects are asked for. */
export type ResyncOccasion = 'start' | 'reconnect' | 'gap';

/** What an operator writes to have states asked for. */
export interface ResyncConfig {
  /** The XML-RPC server of oned: `http://127.0.0.1:2633/RPC2`. */
  readonly url: string;
  /** `user:password` or `user:token`; or a file that holds it, read anew each time. */
  readonly session?: string;
  readonly sessionFile?: string;
  readonly on?: readonly ResyncOccasion[];
  readonly pools?: readonly PoolName[];
  readonly pageSize?: number;
  readonly objectsMax?: number;
  readonly timeoutMs?: number;
  readonly answerBytesMax?: number;
  readonly intervalMs?: number;
}

/** {@link ResyncConfig} with everything filled in that has a default. */
export type ResyncSettings = Required<Omit<ResyncConfig, 'session' | 'sessionFile'>> &
  Pick<ResyncConfig, 'session' | 'sessionFile'>;

/** Defaults; the schema below shows the same values. */
export const RESYNC_DEFAULTS: Omit<ResyncSettings, 'url'> = {
  on: ['start', 'reconnect', 'gap'],
  pools: ['vm', 'host', 'image', 'net'],
  pageSize: 100,
  objectsMax: 100_000,
  timeoutMs: 30_000,
  answerBytesMax: 64 * 1024 * 1024,
  intervalMs: 60_000,
};

/** Describes {@link ResyncConfig}. */
export const RESYNC_FIELD: ConfigField = {
  type: 'object',
  description:
    'Asks OpenNebula for the states of its objects where events may have been missed, by calls that ' +
    'only read. What differs from what is known becomes an event, its native type begins with ' +
    '`RESYNC`. Objects that are gone are not found out about.',
  required: ['url'],
  properties: {
    url: {
      type: 'string',
      pattern: '^https?://',
      description: 'The XML-RPC server of oned.',
      examples: ['http://127.0.0.1:2633/RPC2'],
    },
    session: {
      type: 'string',
      secret: true,
      minLength: 3,
      description: '`user:password` or `user:token` of a user who may see the objects.',
      examples: ['${ONE_SESSION}'],
    },
    sessionFile: {
      type: 'string',
      format: 'path',
      description: 'A file that holds the session instead, as `~/.one/one_auth`; read each time.',
    },
    on: {
      type: 'array',
      single: true,
      minItems: 1,
      items: { type: 'string', enum: ['start', 'reconnect', 'gap'], description: 'An occasion.' },
      description: 'When: at the start, when the connection is back, when something was missed.',
      default: [...RESYNC_DEFAULTS.on],
    },
    pools: {
      type: 'array',
      single: true,
      minItems: 1,
      items: { type: 'string', enum: ['vm', 'host', 'image', 'net'], description: 'A pool.' },
      description: 'Of which objects.',
      default: [...RESYNC_DEFAULTS.pools],
    },
    pageSize: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000,
      unit: 'objects',
      description: 'How many objects one call asks for.',
      default: RESYNC_DEFAULTS.pageSize,
      advanced: true,
    },
    objectsMax: {
      type: 'integer',
      minimum: 1,
      unit: 'objects',
      description: 'Objects of one pool that are asked for at most; said in the log when reached.',
      default: RESYNC_DEFAULTS.objectsMax,
      advanced: true,
    },
    timeoutMs: {
      type: 'integer',
      minimum: 100,
      unit: 'ms',
      description: 'How long one call may take.',
      default: RESYNC_DEFAULTS.timeoutMs,
      advanced: true,
    },
    answerBytesMax: {
      type: 'integer',
      minimum: 65_536,
      unit: 'bytes',
      description: 'A longer answer is given up.',
      default: RESYNC_DEFAULTS.answerBytesMax,
      advanced: true,
    },
    intervalMs: {
      type: 'integer',
      minimum: 1_000,
      unit: 'ms',
      description: 'The least time from one time of asking to the next.',
      default: RESYNC_DEFAULTS.intervalMs,
      advanced: true,
    },
  },
};
