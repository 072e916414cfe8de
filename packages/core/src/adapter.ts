import type { Clock } from './clock.ts';
import type { Codec } from './codec.ts';
import type { AnyConfigSchema, ConfigSchema } from './config-schema.ts';
import type { JsonObject, JsonValue } from './json/json.ts';
import type { Logger } from './logger.ts';
import type { Sink, SinkCapabilities } from './sink.ts';
import type { Source, SourceCapabilities } from './source.ts';
import type { Tracker } from './tracker.ts';

/** How far an adapter can be relied on. */
export type Stability = 'experimental' | 'beta' | 'stable';

/** What the composition root hands to a source or sink. */
export interface AdapterContext {
  /** The name of this source or sink in the configuration. */
  readonly name: string;
  readonly brokerId: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Counts something under a name: `overflow`, `returned`. For metrics. */
  count(name: string, by?: number): void;
  /** Where something may be kept over restarts. A program that has no such place leaves it out. */
  readonly memory?: AdapterMemory;
}

/**
 * A small durable place of one source or sink, for what it must not forget at a restart and the
 * journal does not tell. For facts about its peers; never for events or secrets.
 */
export interface AdapterMemory {
  /** What was saved last; `undefined` where nothing was. */
  load(): Promise<JsonValue | undefined>;
  /**
   * Replaces it, and resolves when it is durable. Rejects with a `RangeError` what is longer than
   * {@link ADAPTER_MEMORY_LENGTH_MAX} as JSON, and changes nothing then.
   */
  save(value: JsonValue): Promise<void>;
}

/** The most that one source or sink may keep, in characters of JSON. */
export const ADAPTER_MEMORY_LENGTH_MAX: number = 1024 * 1024;

/** Advice on a configuration that is valid but will surprise: printed by `viaduct check`. */
export interface Advice {
  /** The key it is about, `''` for the whole. */
  readonly path: string;
  readonly message: string;
}

/** One kind of source of an adapter. */
export interface SourceKind<Config, Native> {
  readonly config: ConfigSchema<Config>;
  readonly capabilities: SourceCapabilities;
  /** No side effect: nothing is opened before `connect`. */
  create(config: Config, context: AdapterContext): Source<Native>;
  advise?(config: Config): readonly Advice[];
}

/** One of the sinks that a configured sink stands for. */
export interface SinkPart<Native> {
  /** Unique among the parts: the sink is called `<name of the configured one>.<this>`. */
  readonly name: string;
  /** Which of the events that are routed to the configured sink it gets: a route's `match`. */
  readonly match: JsonObject;
  /** Another text when anything of the part is other: one that keeps its own is left running. */
  readonly fingerprint: string;
  /** No side effect: nothing is opened before `connect`. */
  create(context: AdapterContext): Sink<Native>;
}

/** What a configured sink stands for, as a file of its own says (one hook, one sink). */
export interface SinkParts<Native> {
  readonly parts: readonly SinkPart<Native>[];
  /** A sentence each, with the place in the file; with `errors` there are no parts. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /**
   * Calls `onChange` when the file has changed and can be used: time to ask for the parts again. A
   * file that is broken changes nothing but the log. Returns what ends the watch.
   */
  readonly watch?: (
    context: Pick<AdapterContext, 'clock' | 'logger'>,
    onChange: () => void,
  ) => () => void;
}

/** Capabilities that a kind of sink has under some configurations only. */
export interface SinkVariant<Config> {
  /** When, in the words of the configuration, for the reference pages: `inform: true`. */
  readonly when: string;
  applies(config: Config): boolean;
  readonly capabilities: SinkCapabilities;
}

/** One kind of sink of an adapter. */
export interface SinkKind<Config, Native> {
  readonly config: ConfigSchema<Config>;
  /** Those of a configuration to which no variant applies. */
  readonly capabilities: SinkCapabilities;
  readonly variants?: readonly SinkVariant<Config>[];
  /** No side effect: nothing is opened before `connect`. */
  create(config: Config, context: AdapterContext): Sink<Native>;
  /** The part of the configuration that the codec needs: `EncodeContext.options`. */
  encodeOptions?(config: Config): JsonObject;
  /**
   * Reads what the configured sink stands for, so that each part is a sink of its own with its own
   * retries, order and dead letters. `undefined`: it stands for itself alone, see `create`.
   */
  parts?(config: Config): Promise<SinkParts<Native> | undefined>;
  advise?(config: Config): readonly Advice[];
}

/** A source kind whose configuration type is erased: what a list of adapters holds. */
export interface AnySourceKind<Native> {
  readonly config: AnyConfigSchema;
  readonly capabilities: SourceCapabilities;
  create(config: unknown, context: AdapterContext): Source<Native>;
  advise?(config: unknown): readonly Advice[];
}

/** A sink kind whose configuration type is erased. */
export interface AnySinkKind<Native> {
  readonly config: AnyConfigSchema;
  readonly capabilities: SinkCapabilities;
  readonly variants?: readonly SinkVariant<unknown>[];
  create(config: unknown, context: AdapterContext): Sink<Native>;
  encodeOptions?(config: unknown): JsonObject;
  parts?(config: unknown): Promise<SinkParts<Native> | undefined>;
  advise?(config: unknown): readonly Advice[];
}

/**
 * Everything one dialect offers. The kind named `default` is what `adapter: opennebula` means;
 * others are written `adapter: cloudify.hooks`.
 */
export interface Adapter<Native = unknown> {
  readonly name: string;
  readonly stability: Stability;
  /** One sentence for `viaduct adapters`. */
  readonly summary: string;
  readonly codec: Codec<Native>;
  readonly sources: Readonly<Record<string, AnySourceKind<Native>>>;
  readonly sinks: Readonly<Record<string, AnySinkKind<Native>>>;
  /** Run in this order between decode and append; every source has memory of its own. */
  readonly trackers?: readonly Tracker[];
}

/**
 * Checks that an adapter holds together (one native type throughout) and erases it, so that a
 * list of different adapters type-checks. The engine pairs only what one adapter made.
 */
export function defineAdapter<Native>(adapter: Adapter<Native>): Adapter {
  return adapter;
}

/** Checks a source kind against its configuration interface. */
export function defineSource<Config, Native>(
  kind: SourceKind<Config, Native>,
): AnySourceKind<Native> {
  return kind;
}

/** Checks a sink kind against its configuration interface. */
export function defineSink<Config, Native>(kind: SinkKind<Config, Native>): AnySinkKind<Native> {
  return kind;
}

/** What a sink can promise as it is configured: the first variant that applies says so. */
export function sinkCapabilities(
  kind: Pick<AnySinkKind<unknown>, 'capabilities' | 'variants'>,
  config: unknown,
): SinkCapabilities {
  const variant = kind.variants?.find((one) => one.applies(config));
  return (variant ?? kind).capabilities;
}
