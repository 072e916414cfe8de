import {
  SENT,
  TransportError,
  type AdapterContext,
  type ErrorCode,
  type Outcome,
  type Parcel,
  type Sink,
  type SinkCapabilities,
} from '@viaduct/core';

import { SINK_DEFAULTS, type OpennebulaSinkConfig, type SinkSettings } from './config.ts';
import { writeFrames } from './zeromq/frames.ts';
import type { OpennebulaMessage } from './message.ts';
import { ZeromqPublisher } from './zeromq/zeromq-publisher.ts';

/** What a ZeroMQ publisher can promise: that it left. */
export const SINK_CAPABILITIES: SinkCapabilities = {
  confirmation: 'none',
  ordering: 'per-connection',
  batchMax: 256,
  concurrencyMax: 1,
};

/** How often a full queue is tried again within one `send`, and for how long. Milliseconds. */
const SLOW_RETRY_MS = 10;
const SLOW_WAIT_MS = 1_000;

/** When to come back while nobody is subscribed, or somebody still does not read. Milliseconds. */
const RETRY_AFTER_MS = 1_000;

/**
 * Publishes like the hook driver of OpenNebula. `connect` binds; whoever subscribes later gets
 * what is sent from then on. The natives of a parcel go out one after the other, each in two
 * frames.
 */
export class ZeromqSink implements Sink<OpennebulaMessage> {
  readonly #settings: SinkSettings;
  readonly #context: AdapterContext;
  #publisher: ZeromqPublisher | undefined;
  #isSlow = false;

  constructor(config: OpennebulaSinkConfig, context: AdapterContext) {
    this.#settings = { ...SINK_DEFAULTS, ...config };
    this.#context = context;
  }

  /** How many prefixes somebody is subscribed to now; 0 where nobody is or nothing is open. */
  get subscriptions(): number {
    return this.#publisher?.subscriptions ?? 0;
  }

  async connect(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.close();
    const publisher = new ZeromqPublisher(this.#settings);
    this.#publisher = publisher;
    try {
      await publisher.open();
    } catch (thrown) {
      if (this.#publisher === publisher) this.#publisher = undefined;
      throw thrown;
    }
    if (this.#publisher === publisher && !signal.aborted) return;
    await publisher.close();
    signal.throwIfAborted();
    throw new TransportError('reconnect', 'VIA_OPENNEBULA_NOT_CONNECTED', 'it was closed');
  }

  async send(
    parcels: readonly Parcel<OpennebulaMessage>[],
    signal: AbortSignal,
  ): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    let last: Outcome = SENT;
    for (const parcel of parcels) {
      // After one that could not leave, none may overtake it.
      if (last === SENT) last = await this.#sendParcel(parcel, signal);
      outcomes.push(last);
    }
    return outcomes;
  }

  async close(): Promise<void> {
    const publisher = this.#publisher;
    this.#publisher = undefined;
    await publisher?.close();
  }

  async #sendParcel(parcel: Parcel<OpennebulaMessage>, signal: AbortSignal): Promise<Outcome> {
    const publisher = this.#publisher;
    if (!publisher) return unavailable('VIA_OPENNEBULA_NOT_CONNECTED', 'the sink is not open');
    if (this.#settings.requireSubscriber && publisher.subscriptions === 0) {
      return unavailable('VIA_OPENNEBULA_NO_SUBSCRIBER', 'nobody is subscribed', RETRY_AFTER_MS);
    }
    for (const native of parcel.natives) {
      const outcome = await this.#sendNative(publisher, native, signal);
      if (outcome !== SENT) return outcome;
    }
    return SENT;
  }

  async #sendNative(
    publisher: ZeromqPublisher,
    native: OpennebulaMessage,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const frames = writeFrames(native);
    const { clock } = this.#context;
    const waitUntil = clock.now() + SLOW_WAIT_MS;
    for (;;) {
      if (signal.aborted) return unavailable('VIA_OPENNEBULA_SEND_ABORTED', 'it was stopped');
      if (this.#publisher !== publisher) {
        return unavailable('VIA_OPENNEBULA_NOT_CONNECTED', 'the sink was closed');
      }
      if (await publisher.send(frames)) {
        this.#isSlow = false;
        return SENT;
      }
      this.#noteSlow();
      if (clock.now() >= waitUntil) {
        const message = 'a subscriber does not read, and its queue is full';
        return unavailable('VIA_OPENNEBULA_SUBSCRIBER_SLOW', message, RETRY_AFTER_MS);
      }
      await this.#pause(signal);
    }
  }

  /** Waits a moment; an abort ends it early. */
  #pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        cancel();
        signal.removeEventListener('abort', settle);
        resolve();
      };
      const cancel = this.#context.clock.after(SLOW_RETRY_MS, settle);
      signal.addEventListener('abort', settle);
    });
  }

  /** One line an incident; it ends with the first message that finds room everywhere. */
  #noteSlow(): void {
    if (this.#isSlow) return;
    this.#isSlow = true;
    this.#context.count('slow-subscriber');
    this.#context.logger.warn(
      {
        code: 'VIA_OPENNEBULA_SUBSCRIBER_SLOW',
        subscriberQueueMax: this.#settings.subscriberQueueMax,
      },
      'a subscriber does not read and its queue is full: all wait for it',
    );
  }
}

function unavailable(code: ErrorCode, message: string, retryAfterMs?: number): Outcome {
  return { kind: 'unavailable', code, message, ...(retryAfterMs ? { retryAfterMs } : {}) };
}
