/** A sender of CloudEvents over HTTP, as careful as one can be: posts until it is answered. */
import { setTimeout as delay } from 'node:timers/promises';
import { issueNext, pace, type Producer, type ProducerOptions } from './producer.ts';
import type { Sample } from './sample.ts';

const IN_FLIGHT_MAX = 32;
const RETRY_MS = 100;
const REQUEST_TIMEOUT_MS = 10_000;

/** Where it posts. */
export interface WebhookProducerOptions extends ProducerOptions {
  readonly name: string;
  readonly url: string;
}

/**
 * Posts an event until it is answered with 2xx, and the next one of the same machine only then. An
 * event that is posted twice is one event: the broker tells by source and id.
 */
export class WebhookProducer implements Producer {
  readonly name: string;
  readonly #options: WebhookProducerOptions;
  /** Of each machine: its last event under way. */
  readonly #lanes = new Map<string, Promise<void>>();
  #inFlight = 0;
  #isClosed = false;

  constructor(options: WebhookProducerOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async flow(perSecond: number, signal: AbortSignal): Promise<void> {
    await pace(perSecond, signal, (count) => this.#post(count, signal));
    await Promise.all(this.#lanes.values());
  }

  async issue(count: number): Promise<void> {
    await this.#post(count);
    await Promise.all(this.#lanes.values());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#lanes.values());
  }

  async #post(count: number, signal?: AbortSignal): Promise<void> {
    for (let index = 0; index < count && signal?.aborted !== true; index += 1) {
      while (this.#inFlight >= IN_FLIGHT_MAX) await delay(RETRY_MS / 10);
      const sample = issueNext(this.#options);
      const before = this.#lanes.get(sample.resource) ?? Promise.resolve();
      this.#inFlight += 1;
      const done = before
        .then(() => this.#untilAnswered(sample))
        .finally(() => {
          this.#inFlight -= 1;
          if (this.#lanes.get(sample.resource) === done) this.#lanes.delete(sample.resource);
        });
      this.#lanes.set(sample.resource, done);
    }
  }

  async #untilAnswered(sample: Sample): Promise<void> {
    const body = JSON.stringify(cloudEventOf(sample));
    while (!this.#isClosed) {
      try {
        const response = await fetch(this.#options.url, {
          method: 'POST',
          headers: { 'content-type': 'application/cloudevents+json' },
          body,
          signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
        });
        await response.arrayBuffer();
        if (response.ok) {
          this.#options.ledger.acknowledge(sample.id);
          return;
        }
      } catch {
        // Nobody there, or cut off before the answer: the same event again.
      }
      await delay(RETRY_MS);
    }
  }
}

/** The event in the canonical form, which a broker adopts as it is. */
function cloudEventOf({ id, resource, name, hasFailed }: Sample): object {
  return {
    specversion: '1.0',
    id,
    source: 'oslo://oracle/compute/host1',
    type: 'io.viaduct.compute.update',
    subject: `compute/${resource}`,
    time: '2026-01-01T00:00:00.000000Z',
    datacontenttype: 'application/json',
    dataschema: 'urn:viaduct:event-data:1',
    origin: 'oslo',
    nativetype: 'compute.instance.update',
    partitionkey: `oracle/compute/${resource}`,
    receivedtime: '2026-01-01T00:00:00.000Z',
    timesource: 'native',
    data: {
      resource: { kind: 'compute', type: 'instance', id: resource, name, host: 'host1' },
      action: 'update',
      state: hasFailed
        ? { value: 'failed', native: 'error' }
        : { value: 'running', native: 'active' },
      severity: hasFailed ? 'error' : 'info',
    },
  };
}
