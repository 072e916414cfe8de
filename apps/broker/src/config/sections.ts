/** What may stand in a configuration file beside the options of the adapters. */
import type { ConfigField } from '@viaduct/core';
import { ALARM_DEFAULTS } from '@viaduct/engine';
import { JOURNAL_DEFAULTS } from '@viaduct/journal';
import { ADMIN_FIELD } from './admin-fields.ts';
import type { Fields } from './json-schema.ts';
import { TRACES_FIELD } from './traces-field.ts';

/** The sections of a file, in the order in which people write them. */
export const SECTIONS: readonly string[] = ['broker', 'sources', 'sinks', 'routes'];

/** Names of sources, sinks and the broker stand in keys, metrics, file names and URIs. */
export const NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$';

const JOURNAL: ConfigField = {
  type: 'object',
  description:
    'What the journal keeps. What is still owed to a sink is kept longer, see `whenFull`.',
  properties: {
    retentionMs: {
      type: 'integer',
      minimum: 60_000,
      default: JOURNAL_DEFAULTS.retentionMs,
      unit: 'ms',
      description: 'How long delivered events are kept.',
    },
    retentionBytes: {
      type: 'integer',
      minimum: 16 * 1024 * 1024,
      default: JOURNAL_DEFAULTS.retentionBytes,
      unit: 'bytes',
      description: 'How much the journal may take; the oldest delivered events go first.',
    },
    whenFull: {
      type: 'string',
      enum: ['block', 'drop'],
      default: JOURNAL_DEFAULTS.whenFull,
      description:
        'What happens to events still owed when the journal is full: `block` accepts nothing ' +
        'new until there is room, `drop` drops the oldest and records the gap.',
    },
    dedupeWindowMs: {
      type: 'integer',
      minimum: 0,
      default: JOURNAL_DEFAULTS.dedupeWindowMs,
      unit: 'ms',
      advanced: true,
      description: 'How long an event that is delivered again by its source is recognised.',
    },
  },
};

const ALARMS: ConfigField = {
  type: 'object',
  description:
    'Alarms: an event that says that a resource has failed raises one, an event that says that it ' +
    'is well clears it under the same key (`data.alarm`). Listed by `viaduct alarms`.',
  properties: {
    enabled: {
      type: 'boolean',
      default: true,
      description: 'Whether alarms are raised and cleared.',
    },
    flapChangesMax: {
      type: 'integer',
      minimum: 2,
      maximum: 1_000,
      default: ALARM_DEFAULTS.flapChangesMax,
      unit: 'changes',
      advanced: true,
      description:
        'An alarm that was raised and cleared so often within `flapWindowMs` flaps: it stays ' +
        'raised until its resource has been well for `flapQuietMs`. No event waits for that.',
    },
    flapWindowMs: {
      type: 'integer',
      minimum: 1_000,
      default: ALARM_DEFAULTS.flapWindowMs,
      unit: 'ms',
      advanced: true,
      description: 'See `flapChangesMax`.',
    },
    flapQuietMs: {
      type: 'integer',
      minimum: 1_000,
      default: ALARM_DEFAULTS.flapQuietMs,
      unit: 'ms',
      advanced: true,
      description: 'See `flapChangesMax`.',
    },
  },
};

/** The section `broker`. */
export const BROKER_FIELDS: Fields = {
  properties: {
    name: {
      type: 'string',
      pattern: NAME_PATTERN,
      default: 'viaduct',
      description: 'The name of this broker in logs.',
    },
    data: {
      type: 'string',
      format: 'path',
      default: './data',
      description:
        'The folder of the journal and of the broker id, made if it is missing. One broker each.',
    },
    admin: ADMIN_FIELD,
    log: {
      type: 'object',
      description: 'The log, on standard error.',
      properties: {
        level: {
          type: 'string',
          enum: ['debug', 'info', 'warn', 'error'],
          default: 'info',
          description: 'The least important lines that are written.',
        },
        format: {
          type: 'string',
          enum: ['auto', 'json', 'pretty'],
          default: 'auto',
          description: '`auto` is `pretty` on a terminal and `json` everywhere else.',
        },
      },
    },
    journal: JOURNAL,
    alarms: ALARMS,
    traces: TRACES_FIELD,
  },
};

const ADAPTER_FIELD: ConfigField = {
  type: 'string',
  description: 'The adapter, or `adapter.kind` where it has several kinds; see `viaduct adapters`.',
};

/** The keys of every source, beside those of its adapter. */
export const SOURCE_FIELDS: Fields = {
  properties: {
    adapter: ADAPTER_FIELD,
    system: {
      type: 'string',
      minLength: 1,
      description:
        'The name of the system behind the source, part of every event; by default the name of ' +
        'the source. Two sources of one cloud share it.',
    },
    ignore: {
      type: 'array',
      items: { type: 'string', minLength: 1, description: 'A glob on the native type.' },
      single: true,
      default: [],
      examples: [['one.vmpool.*', 'compute.instance.exists']],
      description: 'Native types that are dropped before the journal, and counted.',
    },
    keepOriginal: {
      type: 'boolean',
      default: false,
      description:
        'Whether what cannot be decoded is kept as it came, secrets and all, in its dead letter; ' +
        'by default its secrets are replaced first.',
    },
    silenceAfterMs: {
      type: 'integer',
      minimum: 1_000,
      unit: 'ms',
      examples: [600_000],
      description:
        'When nothing came for this long, an event `viaduct.silence` says so, and `viaduct.heard` ' +
        'when something comes again; by default a source may be silent.',
    },
  },
  required: ['adapter'],
};

/** The keys of every sink, beside those of its adapter. */
export const SINK_FIELDS: Fields = {
  properties: {
    adapter: ADAPTER_FIELD,
    from: {
      type: 'string',
      default: 'now',
      examples: ['now', 'start', '2026-01-31T12:00:00Z'],
      description:
        'Where a new sink begins: `now`, `start` (everything the journal still has) or a time.',
    },
    attemptsMax: {
      type: 'integer',
      minimum: 1,
      default: 5,
      description: 'Refusals by a reachable peer after which an event becomes a dead letter.',
    },
    giveUpAfterMs: {
      type: 'integer',
      minimum: 1000,
      unit: 'ms',
      description:
        'Give the peer up after this long without a connection; by default it is tried for ever.',
    },
    sendTimeoutMs: {
      type: 'integer',
      minimum: 1_000,
      unit: 'ms',
      advanced: true,
      description:
        'Sending that takes longer than this hangs: the connection is made again, at no attempt. By ' +
        'default 300000 where the peer confirms and 30000 where nobody does.',
    },
    ratePerSecond: {
      type: 'number',
      minimum: 0.1,
      unit: 'events/s',
      description: 'Most events sent in a second, on average; by default as many as there are.',
    },
    claimMax: {
      type: 'integer',
      minimum: 1,
      maximum: 100_000,
      default: 1024,
      unit: 'events',
      advanced: true,
      description: 'Events under way at once; also the most that can arrive twice after a crash.',
    },
  },
  required: ['adapter'],
};

const NAMES: ConfigField = {
  type: 'array',
  items: { type: 'string', description: 'A name.' },
  single: true,
  minItems: 1,
  description: '',
};

/** One entry of `routes`. */
export const ROUTE_FIELDS: Fields = {
  properties: {
    name: { type: 'string', minLength: 1, description: 'What the route is for, in a few words.' },
    from: {
      ...NAMES,
      description: 'Names of sources, or globs on them; all of them where it is left out.',
    },
    match: {
      // What it may hold is the routing package's to say: validated by its compiler.
      type: 'object',
      properties: {},
      description:
        'Fields of the event and what each must be, all of them; every event where it is left out.',
    },
    when: {
      type: 'string',
      minLength: 1,
      description:
        'A condition in CEL for what match cannot say: attributes.vcpus > 4 && zone != "test".',
    },
    set: {
      // As with match.
      type: 'object',
      properties: {},
      description:
        'What these sinks get otherwise: fields of the event and CEL expressions of their values.',
    },
    to: { ...NAMES, description: 'Names of sinks.' },
  },
  required: ['to'],
};
