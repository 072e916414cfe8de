import type { Adapter, AnySinkKind, AnySourceKind, SinkParts } from '@viaduct/core';
import type { AlarmOptions } from '@viaduct/engine';
import type { StartFrom } from '@viaduct/journal';
import type { Route, Router } from '@viaduct/routing';
import type { AdminSection } from './read-admin.ts';

/** A configuration that was checked, with every default filled in and every path absolute. */
export interface Configuration {
  /** The file it was read from. */
  readonly file: string;
  /** What stood in it, secrets and all. */
  readonly text: string;
  readonly broker: BrokerSection;
  readonly sources: readonly ConfiguredSource[];
  readonly sinks: readonly ConfiguredSink[];
  readonly routes: readonly Route[];
  readonly router: Router;
  /** What files of sinks say that surprises: advice that came up while reading. */
  readonly notices: readonly Notice[];
  /** Follow the files that sinks stand for. */
  readonly watches: readonly PartsWatch[];
  /** The files that `${file:…}` was filled in from, absolute: what they say may change, too. */
  readonly secretFiles: readonly string[];
  /** The line of a source, a sink or one of its keys, for advice. */
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

/** Tells when the parts of a sink have changed; returns what ends it. */
export type PartsWatch = NonNullable<SinkParts<unknown>['watch']>;

/** A sentence about a place of the configuration. */
export interface Notice {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The section `broker`. */
export interface BrokerSection {
  readonly name: string;
  readonly data: string;
  readonly admin: AdminSection;
  readonly log: {
    readonly level: 'debug' | 'info' | 'warn' | 'error';
    readonly format: 'auto' | 'json' | 'pretty';
  };
  readonly journal: {
    readonly retentionMs: number;
    readonly retentionBytes: number;
    readonly whenFull: 'block' | 'drop';
    readonly dedupeWindowMs: number;
  };
  readonly alarms: AlarmOptions & { readonly enabled: boolean };
  readonly traces?: TracesSection;
}

/** The section `broker.traces`; without it there are none. */
export interface TracesSection {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ratio: number;
  readonly timeoutMs: number;
}

/** One entry of `sources`. */
export interface ConfiguredSource {
  readonly name: string;
  readonly adapter: Adapter;
  readonly kind: AnySourceKind<unknown>;
  /** What the adapter's schema describes, defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly system: string;
  readonly ignore: readonly string[];
  readonly keepOriginal: boolean;
  readonly silenceAfterMs?: number;
}

/** One entry of `sinks`. */
export interface ConfiguredSink {
  readonly name: string;
  /** The entry that this sink is a part of, where that stands for several. */
  readonly partOf?: string;
  /** Of a part: another text when anything of it is other. */
  readonly fingerprint?: string;
  readonly adapter: Adapter;
  readonly kind: AnySinkKind<unknown>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly from: StartFrom;
  readonly attemptsMax: number;
  readonly giveUpAfterMs?: number;
  readonly sendTimeoutMs?: number;
  readonly ratePerSecond?: number;
  readonly claimMax: number;
}
