import type { Delivery, Source } from '@viaduct/core';
import { waitFor } from '@viaduct/testkit';

import type { BonfireMessage } from '../src/message.ts';

/** A source being read in the background, everything acknowledged. */
export interface Reading {
  readonly deliveries: readonly Delivery<BonfireMessage>[];
  /** The messages that came, in order. */
  natives(): readonly BonfireMessage[];
  /** Waits until so many deliveries came. */
  waitFor(count: number): Promise<void>;
  /** What the iteration ended with; undefined where it was stopped. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** Connects `source` and reads it. */
export async function startReading(source: Source<BonfireMessage>): Promise<Reading> {
  const abort = new AbortController();
  const deliveries: Delivery<BonfireMessage>[] = [];
  await source.connect(abort.signal);
  const read = async (): Promise<void> => {
    for await (const batch of source.deliveries(abort.signal)) {
      deliveries.push(...batch);
      for (const delivery of batch) delivery.ack();
    }
  };
  const ended = read().catch((error: unknown) => error);
  return {
    deliveries,
    natives: () => deliveries.flatMap((one) => ('native' in one ? [one.native] : [])),
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
