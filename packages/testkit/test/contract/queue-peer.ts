import {
  TransportError,
  type Delivery,
  type Parcel,
  type Sink,
  type Source,
  type SourceCapabilities,
} from '@viaduct/core';
import {
  eventProblems,
  FIXTURE_DECODE_CONTEXT,
  type SinkPeer,
  type SourcePeer,
} from '@viaduct/testkit';

/** What a queue promises. */
export const QUEUE_CAPABILITIES: SourceCapabilities = {
  redelivery: 'requeue',
  confirmation: 'peer',
  ordering: 'per-connection',
};

interface Queued {
  readonly label: string;
  redelivered: boolean;
}

/** A queue in memory, with the manners of a message broker: what is not settled comes again. */
export class QueuePeer implements SourcePeer<string> {
  readonly waiting: Queued[] = [];
  readonly unsettled = new Set<Queued>();
  readonly sources = new Set<QueueSource>();

  create(): QueueSource {
    return new QueueSource(this, true);
  }

  createUnanswered(): QueueSource {
    return new QueueSource(this, false);
  }

  async publish(labels: readonly string[]): Promise<void> {
    for (const label of labels) this.waiting.push({ label, redelivered: false });
    this.wake();
  }

  labelOf(native: string): string {
    return native;
  }

  async restart(): Promise<void> {
    for (const source of this.sources) source.lose();
  }

  async pending(): Promise<number> {
    return this.waiting.length + this.unsettled.size;
  }

  async close(): Promise<void> {
    await this.restart();
  }

  wake(): void {
    for (const source of this.sources) source.wake();
  }

  /** Back to the front of the queue, as a broker does. */
  requeue(queued: Queued): void {
    if (!this.unsettled.delete(queued)) return;
    this.waiting.unshift({ ...queued, redelivered: true });
    this.wake();
  }
}

/** A source that keeps the contract; the broken ones are this one, spoiled. */
export class QueueSource implements Source<string> {
  readonly peer: QueuePeer;
  readonly #answers: boolean;
  readonly #taken = new Set<Queued>();
  #isLost = false;
  #wake: () => void = () => undefined;
  #refuse: () => void = () => undefined;

  constructor(peer: QueuePeer, answers: boolean) {
    this.peer = peer;
    this.#answers = answers;
  }

  async connect(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#answers) {
      await new Promise<void>((_resolve, reject) => {
        this.#refuse = () => reject(new TransportError('reconnect', 'VIA_TEST_LOST', 'closed'));
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    }
    this.#isLost = false;
    this.peer.sources.add(this);
  }

  async *deliveries(signal: AbortSignal): AsyncGenerator<readonly Delivery<string>[]> {
    const wake = (): void => this.#wake();
    signal.addEventListener('abort', wake);
    while (!signal.aborted) {
      if (this.#isLost) throw new TransportError('reconnect', 'VIA_TEST_LOST', 'lost');
      const batch = this.peer.waiting.splice(0, 100).map((queued) => this.deliver(queued));
      if (batch.length > 0) yield batch;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  async close(): Promise<void> {
    this.#refuse();
    this.peer.sources.delete(this);
    this.lose();
    for (const queued of [...this.#taken].reverse()) this.peer.requeue(queued);
    this.#taken.clear();
  }

  lose(): void {
    this.#isLost = true;
    this.#wake();
  }

  wake(): void {
    this.#wake();
  }

  deliver(queued: Queued): Delivery<string> {
    const { peer } = this;
    peer.unsettled.add(queued);
    this.#taken.add(queued);
    const settle = (): void => {
      this.#taken.delete(queued);
      peer.unsettled.delete(queued);
    };
    return {
      native: queued.label,
      receivedAt: Date.now(),
      redelivered: queued.redelivered,
      ack: settle,
      reject: (reason) => {
        if (reason === 'discard') settle();
        else if (this.#taken.delete(queued)) peer.requeue(queued);
      },
    };
  }
}

/** A sink into a list that keeps the contract. */
export class ListSink implements Sink<string> {
  readonly #received: string[];
  #isOpen = false;
  #lose: (error: Error) => void = () => undefined;
  #lost = new Promise<Error>(() => undefined);

  constructor(received: string[]) {
    this.#received = received;
  }

  async connect(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#isOpen = true;
    this.#lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  async send(parcels: readonly Parcel<string>[]) {
    if (!this.#isOpen) throw new TransportError('reconnect', 'VIA_TEST_LOST', 'not connected');
    for (const { natives } of parcels) this.#received.push(...natives);
    return parcels.map(() => ({ kind: 'delivered' as const }));
  }

  async close(): Promise<void> {
    this.#isOpen = false;
  }

  lost(): Promise<Error> {
    return this.#lost;
  }

  lose(): void {
    this.#isOpen = false;
    this.#lose(new Error('the peer has gone'));
  }
}

/** A list, as the peer of {@link ListSink}. */
export function listPeer(create: (received: string[]) => ListSink): SinkPeer<string> {
  const received: string[] = [];
  const sinks: ListSink[] = [];
  return {
    create() {
      const sink = create(received);
      sinks.push(sink);
      return sink;
    },
    parcel: (labels) => ({ event: sampleEvent(), natives: labels }),
    ready: async () => undefined,
    received: async () => received,
    restart: async () => sinks.forEach((sink) => sink.lose()),
    stop: async () => sinks.forEach((sink) => sink.lose()),
    close: async () => undefined,
  };
}

function sampleEvent(): Parcel<string>['event'] {
  const time = new Date(FIXTURE_DECODE_CONTEXT.receivedAt).toISOString();
  const event: Parcel<string>['event'] = {
    specversion: '1.0',
    id: '3f0b5e8e-6a52-5f6c-9d0a-7b1d8f3f2a10',
    source: 'list://test',
    type: 'io.viaduct.device.notify',
    subject: 'device/1',
    time,
    datacontenttype: 'application/json',
    dataschema: 'urn:viaduct:event-data:1',
    origin: 'list',
    nativetype: 'list',
    partitionkey: 'test/device/1',
    receivedtime: time,
    timesource: 'received',
    data: { resource: { kind: 'device', id: '1' }, action: 'notify' },
  };
  const problems = eventProblems(event);
  if (problems.length > 0) throw new Error(problems.join());
  return event;
}
