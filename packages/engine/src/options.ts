/** What `createEngine` is told: by the composition root, from the configuration. */
import type {
  Backoff,
  Clock,
  Codec,
  JsonObject,
  Logger,
  Sink,
  SinkCapabilities,
  Source,
  SourceCapabilities,
  Tracker,
} from '@viaduct/core';
import type { Journal, StartFrom } from '@viaduct/journal';
import type { EngineObserver } from './observer.ts';
import type { EngineSettings } from './settings.ts';
import type { EngineTracing } from './tracing.ts';

/** Everything the engine works with. It owns none of it but what it opens: connections. */
export interface EngineOptions extends EngineSettings {
  readonly clock: Clock;
  /** Numbers in [0, 1): jitter, and the fresh part of every nonce. */
  readonly random: () => number;
  /** The id of this broker, kept in its data folder: what loops are recognised by. */
  readonly brokerId: string;
  readonly logger: Logger;
  /** Opened, and closed after `stop`, by the caller. */
  readonly journal: Journal;
  readonly observer?: EngineObserver;
  readonly tracing?: EngineTracing;
  /** How many brokers an event may have passed; a longer trail is dropped. Default 8. */
  readonly trailLengthMax?: number;
  /** How often trackers' memories are checkpointed, milliseconds. Default 60,000. */
  readonly checkpointIntervalMs?: number;
}

/** What the engine needs of the adapter that a source or sink came from. */
export interface EngineAdapter<Native> {
  readonly codec: Codec<Native>;
  /** Run in this order between decode and append; every source has memory of its own. */
  readonly trackers?: readonly Tracker[];
}

/** One configured source. */
export interface SourceOptions<Native = unknown> {
  /** Unique among sources; what routes name in `from`. */
  readonly name: string;
  readonly adapter: EngineAdapter<Native>;
  readonly source: Source<Native>;
  readonly capabilities: SourceCapabilities;
  /** Part of `source` and `partitionkey` of its events. Default: the source's name. */
  readonly system?: string;
  /**
   * Globs on `nativetype`; what matches goes no further than the trackers, counted as `ignored`.
   * The trackers see it so that a filter makes no gap in a chain of states.
   */
  readonly ignore?: readonly string[];
  /**
   * After so long without a delivery it counts as silent, milliseconds: an event `viaduct.silence`,
   * and `viaduct.heard` when it is heard again. Default: it may be silent for ever.
   */
  readonly silenceAfterMs?: number;
  /**
   * What cannot be decoded is kept as it came, secrets and all, so that a replay of its dead letter
   * misses nothing. Default: as it is after redaction.
   */
  readonly keepOriginal?: boolean;
  /** Pauses between connections. Default: core's `DEFAULT_BACKOFF`. */
  readonly backoff?: Backoff;
  /** Events decoded and not yet durable; at this many no more are received. Default 4,096. */
  readonly inFlightMax?: number;
  /** The same in bytes of native text. Default 16 MiB. */
  readonly inFlightBytesMax?: number;
}

/** One configured sink. */
export interface SinkOptions<Native = unknown> {
  /** Unique among sinks; what routes name in `to`, and the name of its subscription. */
  readonly name: string;
  readonly adapter: EngineAdapter<Native>;
  readonly sink: Sink<Native>;
  readonly capabilities: SinkCapabilities;
  /** `EncodeContext.options`, as the sink kind's `encodeOptions` made them. */
  readonly encodeOptions?: JsonObject;
  /**
   * Where a subscription that is new begins. Default `now`. One that begins earlier gets what the
   * routes of this day send it, from that position on, whatever was owed to whom at its time.
   */
  readonly from?: StartFrom;
  /** Refusals after which an event becomes a dead letter. Default 5. */
  readonly attemptsMax?: number;
  /** Pauses between the attempts of a refused event. Default {@link DEFAULT_RETRY_BACKOFF}. */
  readonly retryBackoff?: Backoff;
  /** Pauses between connections. Default: core's `DEFAULT_BACKOFF`. */
  readonly backoff?: Backoff;
  /** Give the peer up after this long without a connection, milliseconds. Default: never. */
  readonly giveUpAfterMs?: number;
  readonly rateLimit?: RateLimit;
  /**
   * The longest that one `send` may take, milliseconds: then its connection is ended, which costs
   * no attempt. Default: 300,000 where the peer confirms, 30,000 where nobody does.
   */
  readonly sendTimeoutMs?: number;
  /**
   * Events claimed from the journal and not durably settled, at most: those under way, those that
   * wait behind one of their key, those that wait for another attempt. This is also the most
   * duplicates that a crash can make at this sink. Default 1,024.
   */
  readonly claimMax?: number;
  /** The same in bytes, about; one event is claimed however large. Default 64 MiB. */
  readonly claimBytesMax?: number;
}

/** How fast a sink may send. */
export interface RateLimit {
  /** Events a second, on average. */
  readonly perSecond: number;
  /** Events at once after a pause. Default: a tenth of a second's worth, at least 1. */
  readonly burst?: number;
}

/** Checks that adapter and source are of one native type, and erases it. */
export function sourceOptions<Native>(options: SourceOptions<Native>): SourceOptions {
  return options;
}

/** Checks that adapter and sink are of one native type, and erases it. */
export function sinkOptions<Native>(options: SinkOptions<Native>): SinkOptions {
  return options;
}
