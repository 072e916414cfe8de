import type { Delivery, Source } from '@viaduct/core';
import { waitFor } from '@viaduct/testkit';

import type { OpennebulaMessage } from '../src/message.ts';

/** Reads a connected source in the background and keeps what comes. */
export class Reading {
  readonly deliveries: Delivery<OpennebulaMessage>[] = [];
  /** What `deliveries` threw, once it did. */
  failure: unknown;
  readonly #abort = new AbortController();
  readonly #ended: Promise<void>;

  constructor(source: Source<OpennebulaMessage>) {
    this.#ended = this.#read(source).catch((thrown: unknown) => {
      this.failure = thrown;
    });
  }

  get keys(): readonly string[] {
    return this.deliveries.map((each) => ('native' in each ? each.native.key : 'malformed'));
  }

  async waitForCount(count: number): Promise<readonly Delivery<OpennebulaMessage>[]> {
    await waitFor(() => this.deliveries.length >= count, { what: `${count} deliveries` });
    return this.deliveries;
  }

  async waitForFailure(): Promise<unknown> {
    await this.#ended;
    return this.failure;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }

  async #read(source: Source<OpennebulaMessage>): Promise<void> {
    for await (const batch of source.deliveries(this.#abort.signal)) this.deliveries.push(...batch);
  }
}
