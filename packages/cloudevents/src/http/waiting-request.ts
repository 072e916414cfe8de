import type { Delivery } from '@viaduct/core';
import type { CloudEventMessage } from '../message.ts';

/** How a request ended for its sender. */
export type RequestEnd = 'taken' | 'retry' | 'discard';

/**
 * A request whose events are on their way into the journal. It is answered once: when every event
 * is acknowledged, at the first that is rejected, or when somebody calls `end`.
 */
export class WaitingRequest {
  readonly deliveries: readonly Delivery<CloudEventMessage>[];
  readonly #onEnd: (end: RequestEnd) => void;
  #left: number;
  #isOver = false;

  constructor(
    messages: readonly CloudEventMessage[],
    receivedAt: number,
    onEnd: (end: RequestEnd) => void,
  ) {
    this.#onEnd = onEnd;
    this.#left = messages.length;
    this.deliveries = messages.map((native) => this.#delivery(native, receivedAt));
  }

  /** Answers now; without effect where that has happened. */
  end(how: RequestEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onEnd(how);
  }

  #delivery(native: CloudEventMessage, receivedAt: number): Delivery<CloudEventMessage> {
    let isSettled = false;
    const once = (settle: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      settle();
    };
    return {
      native,
      receivedAt,
      ack: () =>
        once(() => {
          this.#left -= 1;
          if (this.#left === 0) this.end('taken');
        }),
      reject: (reason) => once(() => this.end(reason)),
    };
  }
}
