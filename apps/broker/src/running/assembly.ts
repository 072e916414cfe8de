/** Puts a broker together: adapters, journal, engine. Shared by `viaduct run` and the demo. */
import { isDeepStrictEqual } from 'node:util';
import { sinkCapabilities } from '@viaduct/core';
import type { AdapterContext, Clock, JsonObject, LogFields, Logger, Tracker } from '@viaduct/core';
import {
  alarmTracker,
  createEngine,
  type Engine,
  type EngineObserver,
  type EngineSettings,
  type EngineTracing,
  type SinkOptions,
  type SourceOptions,
} from '@viaduct/engine';
import type { Journal } from '@viaduct/journal';
import { adapterMemory } from './adapter-memory.ts';
import type { Configuration, ConfiguredSink, ConfiguredSource } from '../config/configuration.ts';

/** What a broker works with besides its configuration. */
export interface BrokerOptions {
  readonly configuration: Configuration;
  /** Open, and closed by the caller after the engine has stopped. */
  readonly journal: Journal;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly observer?: EngineObserver;
  readonly tracing?: EngineTracing;
  /** Takes what adapters count: `overflow`, `returned`; by the name of the source or sink. */
  readonly count: (endpoint: string, name: string, by: number) => void;
}

/** The engine of a configuration; nothing runs before its `start`. */
export function assembleEngine(options: BrokerOptions): Engine {
  return createAssembly(options).engine;
}

/** An engine, and what turns other configurations into settings for it. */
export interface Assembly {
  readonly engine: Engine;
  /**
   * The settings of a configuration, with the very options that the engine runs with wherever
   * nothing has changed: so it leaves those alone. What an adapter throws is passed on.
   */
  settingsFor(configuration: Configuration): EngineSettings;
  /** The engine goes by these now. */
  adopt(configuration: Configuration, settings: EngineSettings): void;
}

/** The engine of a configuration that may change; nothing runs before its `start`. */
export function createAssembly(options: BrokerOptions): Assembly {
  const { journal, logger, clock, random, observer, tracing } = options;
  const surroundings = (name: string, role: 'source' | 'sink'): AdapterContext => ({
    name,
    brokerId: journal.brokerId,
    logger: withFields(logger, { [role]: name }),
    clock,
    count: (what, by = 1) => {
      options.count(name, what, by);
    },
    memory: adapterMemory(journal.checkpoints, role, name),
  });
  let present:
    { readonly configuration: Configuration; readonly settings: EngineSettings } | undefined;
  const settingsFor = (configuration: Configuration): EngineSettings => {
    const { broker, router } = configuration;
    const before = present?.configuration;
    const trackers = broker.alarms.enabled ? [alarmTracker(broker.alarms)] : [];
    const sameTrackers = isDeepStrictEqual(before?.broker.alarms, broker.alarms);
    return {
      router,
      sources: configuration.sources.map((source) => {
        const isSame = sameTrackers && isSameEndpoint(source, named(before?.sources, source.name));
        const known = isSame ? named(present?.settings.sources, source.name) : undefined;
        return known ?? assembleSource(source, trackers, surroundings(source.name, 'source'));
      }),
      sinks: configuration.sinks.map((sink) => {
        const isSame = isSameEndpoint(sink, named(before?.sinks, sink.name));
        const known = isSame ? named(present?.settings.sinks, sink.name) : undefined;
        return known ?? assembleSink(sink, surroundings(sink.name, 'sink'));
      }),
    };
  };
  const settings = settingsFor(options.configuration);
  present = { configuration: options.configuration, settings };
  const engine = createEngine({
    ...settings,
    clock,
    random,
    brokerId: journal.brokerId,
    logger,
    journal,
    ...(observer === undefined ? {} : { observer }),
    ...(tracing === undefined ? {} : { tracing }),
  });
  return {
    engine,
    settingsFor,
    adopt: (configuration, adopted) => {
      present = { configuration, settings: adopted };
    },
  };
}

function named<T extends { readonly name: string }>(
  list: readonly T[] | undefined,
  name: string,
): T | undefined {
  return list?.find((one) => one.name === name);
}

/** Of one kind, with equal options; of a part its own fingerprint speaks for its kind. */
function isSameEndpoint<T extends ConfiguredSource | ConfiguredSink>(
  { adapter, kind, ...rest }: T,
  before: T | undefined,
): boolean {
  if (before === undefined) return false;
  const { adapter: adapterBefore, kind: kindBefore, ...restBefore } = before;
  const isPart = 'fingerprint' in rest;
  return (
    adapter === adapterBefore &&
    (isPart || kind === kindBefore) &&
    isDeepStrictEqual(rest, restBefore)
  );
}

/** A log whose every line says which source or sink it is about. */
function withFields(logger: Logger, fields: LogFields): Logger {
  return {
    debug: (more, message) => logger.debug({ ...fields, ...more }, message),
    info: (more, message) => logger.info({ ...fields, ...more }, message),
    warn: (more, message) => logger.warn({ ...fields, ...more }, message),
    error: (more, message) => logger.error({ ...fields, ...more }, message),
  };
}

/** `trackers` run after the adapter's own. */
function assembleSource(
  source: ConfiguredSource,
  trackers: readonly Tracker[],
  context: AdapterContext,
): SourceOptions {
  const { name, adapter, kind, options, system, ignore, keepOriginal, silenceAfterMs } = source;
  return {
    name,
    adapter: { codec: adapter.codec, trackers: [...(adapter.trackers ?? []), ...trackers] },
    source: kind.create(options, context),
    capabilities: kind.capabilities,
    system,
    ignore,
    keepOriginal,
    ...(silenceAfterMs === undefined ? {} : { silenceAfterMs }),
  };
}

function assembleSink(sink: ConfiguredSink, context: AdapterContext): SinkOptions {
  const { name, adapter, kind, options, from, attemptsMax, claimMax } = sink;
  const encodeOptions: JsonObject | undefined = kind.encodeOptions?.(options);
  return {
    name,
    adapter,
    sink: kind.create(options, context),
    capabilities: sinkCapabilities(kind, options),
    from,
    attemptsMax,
    claimMax,
    ...(encodeOptions === undefined ? {} : { encodeOptions }),
    ...(sink.giveUpAfterMs === undefined ? {} : { giveUpAfterMs: sink.giveUpAfterMs }),
    ...(sink.sendTimeoutMs === undefined ? {} : { sendTimeoutMs: sink.sendTimeoutMs }),
    ...(sink.ratePerSecond === undefined ? {} : { rateLimit: { perSecond: sink.ratePerSecond } }),
  };
}
