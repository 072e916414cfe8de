/** Puts a broker together: adapters, journal, engine. Shared by `viaduct run` and the demo. */
import type { AdapterContext, Clock, JsonObject, LogFields, Logger, Tracker } from '@viaduct/core';
import {
  alarmTracker,
  createEngine,
  type Engine,
  type EngineObserver,
  type SinkOptions,
  type SourceOptions,
} from '@viaduct/engine';
import type { Journal } from '@viaduct/journal';
import type { Configuration, ConfiguredSink, ConfiguredSource } from './config/configuration.ts';

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
  /** Takes what adapters count: `overflow`, `returned`; by the name of the source or sink. */
  readonly count: (endpoint: string, name: string, by: number) => void;
}

/** The engine of a configuration; nothing runs before its `start`. */
export function assembleEngine(options: BrokerOptions): Engine {
  const { configuration, journal, logger, clock, random, observer } = options;
  const surroundings = (name: string, role: 'source' | 'sink'): AdapterContext => ({
    name,
    brokerId: journal.brokerId,
    logger: withFields(logger, { [role]: name }),
    clock,
    count: (what, by = 1) => {
      options.count(name, what, by);
    },
  });
  const { alarms } = configuration.broker;
  const trackers = alarms.enabled ? [alarmTracker(alarms)] : [];
  return createEngine({
    clock,
    random,
    brokerId: journal.brokerId,
    logger,
    journal,
    router: configuration.router,
    sources: configuration.sources.map((source) =>
      assembleSource(source, trackers, surroundings(source.name, 'source')),
    ),
    sinks: configuration.sinks.map((sink) => assembleSink(sink, surroundings(sink.name, 'sink'))),
    ...(observer === undefined ? {} : { observer }),
  });
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
  const { name, adapter, kind, options, system, ignore, silenceAfterMs } = source;
  return {
    name,
    adapter: { codec: adapter.codec, trackers: [...(adapter.trackers ?? []), ...trackers] },
    source: kind.create(options, context),
    capabilities: kind.capabilities,
    system,
    ignore,
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
    capabilities: kind.capabilities,
    from,
    attemptsMax,
    claimMax,
    ...(encodeOptions === undefined ? {} : { encodeOptions }),
    ...(sink.giveUpAfterMs === undefined ? {} : { giveUpAfterMs: sink.giveUpAfterMs }),
    ...(sink.sendTimeoutMs === undefined ? {} : { sendTimeoutMs: sink.sendTimeoutMs }),
    ...(sink.ratePerSecond === undefined ? {} : { rateLimit: { perSecond: sink.ratePerSecond } }),
  };
}
