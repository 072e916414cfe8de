import type { Advice, ConfigSchema } from '@viaduct/core';

import type { CloudEventsEncodeOptions } from '../encode-options.ts';
import { FORM_FIELD } from '../http/http-sink-config.ts';

/** What an operator writes for events on standard output. */
export interface StdoutSinkConfig {
  readonly form: CloudEventsEncodeOptions['form'];
}

/** What an operator writes for events in a file. */
export interface FileSinkConfig {
  readonly file: string;
  readonly form: CloudEventsEncodeOptions['form'];
  readonly rotateBytes: number;
  readonly rotateMs: number;
  readonly keepFiles: number;
  readonly sync: 'batch' | 'never';
}

/** The options of standard output. */
export const STDOUT_SINK_CONFIG: ConfigSchema<StdoutSinkConfig> = {
  type: 'object',
  description: 'Writes CloudEvents to standard output, one JSON object a line.',
  properties: { form: FORM_FIELD },
};

/** The options of a file. */
export const FILE_SINK_CONFIG: ConfigSchema<FileSinkConfig> = {
  type: 'object',
  description: 'Appends CloudEvents to a file, one JSON object a line, with rotation.',
  required: ['file'],
  properties: {
    file: {
      type: 'string',
      format: 'path',
      minLength: 1,
      examples: ['./events.jsonl'],
      description:
        'The file; it is made with mode 0600 where it does not exist, its folder is not. Only ' +
        'this sink may write to it. A file that somebody moves away is made anew.',
    },
    form: FORM_FIELD,
    rotateBytes: {
      type: 'integer',
      minimum: 0,
      default: 104_857_600,
      unit: 'bytes',
      description:
        'A file that would grow beyond this becomes FILE.1, FILE.1 becomes FILE.2 and so on. ' +
        '0: never for its size.',
    },
    rotateMs: {
      type: 'integer',
      minimum: 0,
      default: 0,
      unit: 'ms',
      description: 'The same when its first event is older than this. 0: never for its age.',
    },
    keepFiles: {
      type: 'integer',
      minimum: 0,
      maximum: 10_000,
      default: 10,
      description: 'How many rotated files are kept; the oldest is deleted.',
    },
    sync: {
      type: 'string',
      enum: ['batch', 'never'],
      default: 'batch',
      description:
        'batch: an event counts as delivered when the disk has it; up to 1,000 share one sync. ' +
        'never: when the operating system has it, which loses the last ones with the power.',
    },
  },
};

/** What will surprise in a file's configuration. */
export function adviseFileSink(config: FileSinkConfig): readonly Advice[] {
  if (config.rotateBytes > 0 || config.rotateMs > 0) return [];
  const message = 'without rotation the file grows until its disk is full';
  return [{ path: 'rotateBytes', message }];
}
