import type { NativeDelivery, Source } from '@viaduct/core';

import { PEER_MS } from './contract-cases.ts';
import { waitFor } from './wait-for.ts';

/**
 * Reads a connected source in the background and keeps what came.
 */
export class SourceReader<Native> {
  /** Resolves when the iteration ended in good order; rejects with what it threw. */
  readonly ended: Promise<void>;
  readonly #source: Source<Native>;
  readonly #labelOf: (native: Native) => string;
  readonly #abort = new AbortController();
  readonly #deliveries: NativeDelivery<Native>[] = [];
  readonly #labels: string[] = [];
  #failure: unknown;

  constructor(source: Source<Native>, peer: { labelOf(native: Native): string }) {
    this.#source = source;
    this.#labelOf = (native) => peer.labelOf(native);
    this.ended = this.#read();
    this.ended.catch((thrown: unknown) => {
      this.#failure = thrown;
    });
  }

  /** The labels of everything that came, in order, repetitions included. */
  get labels(): readonly string[] {
    return this.#labels;
  }

  /** Stops asking for deliveries. */
  abort(): void {
    this.#abort.abort();
  }

  /**
   * Waits until every label came at least once; resolves with the deliveries so far, in order.
   * `ack` settles all of them.
   */
  async waitForLabels(
    expected: readonly string[],
    options: { readonly ack?: boolean },
  ): Promise<readonly NativeDelivery<Native>[]> {
    await waitFor(
      () => {
        const seen = new Set(this.#labels);
        return this.#failure !== undefined || expected.every((label) => seen.has(label));
      },
      { timeoutMs: PEER_MS, what: `${expected.length} deliveries` },
    );
    if (this.#failure !== undefined) throw this.#failure as Error;
    const deliveries = [...this.#deliveries];
    if (options.ack) for (const delivery of deliveries) delivery.ack();
    return deliveries;
  }

  /** Ends the reading and closes the source. */
  async close(): Promise<void> {
    this.abort();
    await this.ended.catch(() => undefined);
    await this.#source.close();
  }

  async #read(): Promise<void> {
    for await (const batch of this.#source.deliveries(this.#abort.signal)) {
      if (batch.length === 0) throw new Error('the source gave an empty batch');
      for (const delivery of batch) {
        if (!('native' in delivery)) throw new Error(delivery.malformed.error.message);
        this.#labels.push(this.#labelOf(delivery.native));
        this.#deliveries.push(delivery);
      }
    }
  }
}
