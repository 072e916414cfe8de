import { sourceContract, type SourcePeer } from '@viaduct/testkit';
import { freePort } from '../../../tools/peers/free-port.ts';
import { BATCH_MEDIA_TYPE, formatBatch, type CloudEventMessage } from '../src/codec.ts';
import { createHttpSource, HTTP_SOURCE_CAPABILITIES } from '../src/http/http-source.ts';
import { cloudEvent, labelOf } from './canonical-events.ts';
import { httpSourceConfig } from './configured.ts';
import { send } from './http-client.ts';

sourceContract<CloudEventMessage>({
  name: 'cloudevents, HTTP',
  capabilities: HTTP_SOURCE_CAPABILITIES,
  unmarkedRedelivery: true,
  skips: {
    'closes during connect': 'connect opens a port and waits for nobody',
    'ends connect at once when aborted': 'connect opens a port and waits for nobody',
  },
  async open(): Promise<SourcePeer<CloudEventMessage>> {
    const port = await freePort();
    const listen = `127.0.0.1:${port}`;
    const sender = new Sender(port);
    return {
      create: (context) => createHttpSource(httpSourceConfig({ listen }), context),
      createUnanswered: () => {
        throw new Error('skipped');
      },
      publish: (labels) => sender.publish(labels),
      labelOf,
      restart: () => Promise.resolve(),
      pending: () => Promise.resolve(sender.pending),
      close: () => sender.close(),
    };
  },
});

/** A sender as they come: one batch at a time, sent again until it is taken or refused for good. */
class Sender {
  readonly #port: number;
  #pending = 0;
  #isClosed = false;
  readonly #runs: Promise<void>[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  /** Batches that were not answered for good. */
  get pending(): number {
    return this.#pending;
  }

  publish(labels: readonly string[]): Promise<void> {
    // An answer is for all of a batch: what is settled apart is sent apart.
    const apart = /^(settled|rejected|unsettled|late)/.test(labels[0] ?? '');
    const batches = apart ? labels.map((label) => [label]) : [labels];
    for (const batch of batches) this.#runs.push(this.#deliver(batch));
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#runs);
  }

  async #deliver(labels: readonly string[]): Promise<void> {
    this.#pending += 1;
    const body = formatBatch(labels.map((label) => cloudEvent(label)));
    const headers = { 'content-type': BATCH_MEDIA_TYPE };
    for (;;) {
      const status = await send(this.#port, { headers, body }).then(
        (answer) => answer.status,
        () => 0,
      );
      if ((status >= 200 && status < 500 && status !== 408) || this.#isClosed) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.#pending -= 1;
  }
}
