import type { Delivery, Source } from '@viaduct/core';
import { waitFor } from '@viaduct/testkit';

import type { OsloMessage } from '../src/message.ts';
import { eventTypeOf } from './configured.ts';

/** A source being read in the background, everything acknowledged unless told otherwise. */
export interface Reading {
  readonly deliveries: readonly Delivery<OsloMessage>[];
  /** The event types that came, in order. */
  eventTypes(): readonly string[];
  /** Waits until so many deliveries came. */
  waitFor(count: number): Promise<void>;
  /** What the iteration ended with; undefined where it was stopped. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** Connects `source` and reads it. */
export async function startReading(
  source: Source<OsloMessage>,
  options: { readonly ack?: boolean } = {},
): Promise<Reading> {
  const abort = new AbortController();
  const deliveries: Delivery<OsloMessage>[] = [];
  await source.connect(abort.signal);
  const read = async (): Promise<void> => {
    for await (const batch of source.deliveries(abort.signal)) {
      deliveries.push(...batch);
      if (options.ack !== false) for (const delivery of batch) delivery.ack();
    }
  };
  const ended = read().catch((error: unknown) => error);
  return {
    deliveries,
    eventTypes: () => deliveries.map((one) => ('native' in one ? eventTypeOf(one.native) : '')),
    waitFor: async (count) => {
      await waitFor(() => deliveries.length >= count, { what: `${count} deliveries` });
    },
    ended,
    stop: async () => {
      abort.abort();
      await ended;
      await source.close();
    },
  };
}
