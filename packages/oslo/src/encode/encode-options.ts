import type { JsonObject } from '@viaduct/core';
import { PRIORITIES, type Priority } from '../priority.ts';

/** What a sink tells `encode` about its place; goes through `EncodeContext.options`. */
export interface OsloEncodeOptions {
  /** The topic exchange, by default oslo's own `openstack`. */
  readonly exchange: string;
  /** The topic; the routing key is `<topic>.<priority>`. */
  readonly topic: string;
  /** `v1` is the driver `messaging`, `v2` (with envelope) the driver `messagingv2`. */
  readonly format: 'v1' | 'v2';
  /** Who says it; by default `<service>.<host>`, as OpenStack's services call themselves. */
  readonly publisherId?: string;
  /**
   * The priorities that may be used; an event of another goes under the nearest, the milder of
   * two. By default info and error: OpenStack's services emit no others, and ceilometer makes
   * events of no others.
   */
  readonly priorities: readonly Priority[];
}

/** What holds where nothing is said. */
export const DEFAULT_ENCODE_OPTIONS: OsloEncodeOptions = {
  exchange: 'openstack',
  topic: 'notifications',
  format: 'v2',
  priorities: ['info', 'error'],
};

/** The options in the form that `EncodeContext.options` takes. */
export function encodeOptions(options: Partial<OsloEncodeOptions>): JsonObject {
  const { publisherId } = options;
  return {
    exchange: options.exchange ?? DEFAULT_ENCODE_OPTIONS.exchange,
    topic: options.topic ?? DEFAULT_ENCODE_OPTIONS.topic,
    format: options.format ?? DEFAULT_ENCODE_OPTIONS.format,
    priorities: options.priorities ?? DEFAULT_ENCODE_OPTIONS.priorities,
    ...(publisherId === undefined ? {} : { publisherId }),
  };
}

/** Reads the options back; whatever is missing or of the wrong type is the default. */
export function readEncodeOptions(options: JsonObject | undefined): OsloEncodeOptions {
  if (options === undefined) return DEFAULT_ENCODE_OPTIONS;
  const publisherId = text(options['publisherId']);
  return {
    exchange: text(options['exchange']) ?? DEFAULT_ENCODE_OPTIONS.exchange,
    topic: text(options['topic']) ?? DEFAULT_ENCODE_OPTIONS.topic,
    format: options['format'] === 'v1' ? 'v1' : DEFAULT_ENCODE_OPTIONS.format,
    priorities: priorities(options['priorities']),
    ...(publisherId === undefined ? {} : { publisherId }),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function priorities(value: unknown): readonly Priority[] {
  if (!Array.isArray(value)) return DEFAULT_ENCODE_OPTIONS.priorities;
  const known = PRIORITIES.filter((priority) => value.includes(priority));
  return known.length === 0 ? DEFAULT_ENCODE_OPTIONS.priorities : known;
}
