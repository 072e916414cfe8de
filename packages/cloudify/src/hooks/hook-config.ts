import type { Advice, ConfigSchema } from '@viaduct/core';

import type { HooksMode } from './expand-hooks.ts';

/** What an operator writes to run the hooks of a `hooks.conf`. */
export interface HooksConfig {
  readonly file: string;
  readonly hook?: string;
  readonly mode: HooksMode;
  readonly python: string;
  readonly pythonPath: readonly string[];
  readonly plugins?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeLimitMs: number;
  readonly processesMax: number;
  readonly outputBytesMax: number;
  readonly idleMs: number;
}

/** The options of the hooks. */
export const HOOKS_CONFIG: ConfigSchema<HooksConfig> = {
  type: 'object',
  description:
    "Runs the hooks of Cloudify's hooks.conf, unchanged, for events of every dialect: Python " +
    'functions, plugin tasks, JavaScript functions, programs.',
  required: ['file'],
  properties: {
    file: { type: 'string', format: 'path', description: 'The hooks.conf.' },
    hook: {
      type: 'string',
      minLength: 1,
      description:
        'The one hook of the file that this sink runs, by its name. Default: all hooks, each as ' +
        'a sink of its own.',
    },
    mode: {
      type: 'string',
      enum: ['all', 'first-match'],
      default: 'all',
      description:
        'all: every hook of an event runs. first-match: as in the original, only the first in ' +
        'the file.',
    },
    python: {
      type: 'string',
      minLength: 1,
      default: 'python3',
      description:
        'The interpreter of functions, and of plugins that have none of their own: a path, or a ' +
        'name that is looked for in the PATH of `environment`.',
    },
    pythonPath: {
      type: 'array',
      single: true,
      items: { type: 'string', format: 'path', description: 'A folder.' },
      default: [],
      description: 'Folders in which importable functions are looked for first.',
    },
    plugins: {
      type: 'string',
      format: 'path',
      description:
        'The folder of plugins: in it a folder for each, by its package name, with the modules, a ' +
        'virtual environment, or one of these for each version.',
    },
    environment: {
      type: 'map',
      values: { type: 'string', secret: true, description: 'A value.' },
      default: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' },
      description:
        'The whole environment of the processes; nothing of ours is passed on. An event with a trace ' +
        'context adds its own `TRACEPARENT`, unless there is one here.',
    },
    timeLimitMs: {
      type: 'integer',
      minimum: 1,
      default: 60_000,
      unit: 'ms',
      description: 'A hook that takes longer is ended and counts as failed.',
    },
    processesMax: {
      type: 'integer',
      minimum: 1,
      maximum: 64,
      default: 2,
      description: 'Processes of one hook at once. All hooks together have at most 16.',
    },
    outputBytesMax: {
      type: 'integer',
      minimum: 1,
      default: 1_048_576,
      unit: 'bytes',
      description: 'A hook that prints more in one call is ended and counts as failed.',
      advanced: true,
    },
    idleMs: {
      type: 'integer',
      minimum: 0,
      default: 60_000,
      unit: 'ms',
      description: 'An interpreter that had nothing to do for this long is ended.',
      advanced: true,
    },
  },
};

/** What will surprise in the configuration of hooks. */
export function adviseHooks(config: HooksConfig): readonly Advice[] {
  if (config.python.includes('/') || Object.hasOwn(config.environment, 'PATH')) return [];
  const message = `there is no PATH in which "${config.python}" could be found`;
  return [{ path: 'environment', message }];
}
