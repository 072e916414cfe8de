/** What stands in the place of sockets: sources that are fed, sinks that collect. */
import {
  DELIVERED,
  SENT,
  sinkCapabilities,
  type AnySinkKind,
  type AnySourceKind,
  type JsonObject,
  type NativeDelivery,
  type Sink,
  type Source,
} from '@viaduct/core';
import type { Configuration, ConfiguredSink, ConfiguredSource } from '../config/configuration.ts';
import type { Received } from './case.ts';

/** A configuration whose sources and sinks open nothing, and what they are worked by. */
export interface StagedConfiguration {
  readonly configuration: Configuration;
  /** Hands a message to its source. */
  feed(message: Received): void;
  /** What each sink sent, in the JSON form of its dialect. */
  readonly sent: ReadonlyMap<string, JsonObject[]>;
}

/** The configuration as it is, but for what it is connected to. */
export function stage(configuration: Configuration): StagedConfiguration {
  const feeds = new Map<string, Feed>();
  const sent = new Map<string, JsonObject[]>();
  const sources = configuration.sources.map((source): ConfiguredSource => {
    const feed = createFeed();
    feeds.set(source.name, feed);
    const kind: AnySourceKind<unknown> = { ...source.kind, create: () => feed.source };
    return { ...source, kind };
  });
  const sinks = configuration.sinks.map((sink): ConfiguredSink => {
    const collected: JsonObject[] = [];
    sent.set(sink.name, collected);
    const kind: AnySinkKind<unknown> = { ...sink.kind, create: () => collector(sink, collected) };
    // A case has no yesterday: every sink begins with it.
    return { ...sink, kind, from: 'now' };
  });
  return {
    configuration: { ...configuration, sources, sinks },
    feed: (message) => feeds.get(message.source)?.give(message),
    sent,
  };
}

interface Feed {
  readonly source: Source<unknown>;
  give(message: Received): void;
}

function createFeed(): Feed {
  const waiting: NativeDelivery<unknown>[] = [];
  let wake = (): void => undefined;
  return {
    give: ({ native, at, redelivered }) => {
      const settlement = { ack: () => undefined, reject: () => undefined };
      waiting.push({
        native,
        receivedAt: at,
        ...(redelivered ? { redelivered } : {}),
        ...settlement,
      });
      wake();
    },
    source: {
      connect: () => Promise.resolve(),
      close: () => Promise.resolve(),
      async *deliveries(signal) {
        while (!signal.aborted) {
          if (waiting.length > 0) yield waiting.splice(0);
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (waiting.length > 0 || signal.aborted) resolve();
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
        }
      },
    },
  };
}

/** Says what a peer would say that takes everything. */
function collector(
  { adapter, kind, options }: ConfiguredSink,
  collected: JsonObject[],
): Sink<unknown> {
  const { confirmation } = sinkCapabilities(kind, options);
  return {
    connect: () => Promise.resolve(),
    close: () => Promise.resolve(),
    send: (parcels) => {
      for (const { natives } of parcels) {
        for (const native of natives) collected.push(adapter.codec.format(native));
      }
      return Promise.resolve(parcels.map(() => (confirmation === 'peer' ? DELIVERED : SENT)));
    },
  };
}
